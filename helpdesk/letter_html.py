"""Plain words of a letter as HTML: paragraphs, lists and links, and no markup that somebody typed."""

import re
from collections.abc import Iterator, Sequence

from markupsafe import Markup, escape

_ADDRESS = re.compile(r"https?://[^\s<>\"]{1,500}")
_BULLET = re.compile(r"- ")
_NUMBER = re.compile(r"\d{1,2}\. ")


def as_html(text: str) -> Markup:
    """Return a text as HTML: blank lines part paragraphs, `- ` and `1. ` begin items of lists, addresses are links."""
    return Markup("\n").join(_blocks(str(text).splitlines()))


def _blocks(lines: Sequence[str]) -> Iterator[Markup]:
    kind, gathered = "", list[str]()
    for line in (*lines, ""):
        now = _kind(line)
        if now != kind and gathered:
            yield _block(kind, gathered)
            gathered = []
        kind = now
        if now:
            gathered.append(line.strip())


def _kind(line: str) -> str:
    """What a line belongs to; empty for what parts two blocks."""
    stripped = line.strip()
    if _BULLET.match(stripped):
        return "ul"
    return "ol" if _NUMBER.match(stripped) else "p" if stripped else ""


def _block(kind: str, lines: Sequence[str]) -> Markup:
    if kind == "p":
        return Markup("<p>{}</p>").format(Markup("<br>\n").join(map(_linked, lines)))
    items = Markup("\n").join(Markup("<li>{}</li>").format(_linked(line.partition(" ")[2])) for line in lines)
    return Markup("<{0}>\n{1}\n</{0}>").format(escape(kind), items)


def _linked(line: str) -> Markup:
    parts: list[Markup] = []
    end = 0
    for found in _ADDRESS.finditer(line):
        address = found[0].rstrip(".,;:!?)")
        parts += [escape(line[end : found.start()]), Markup('<a href="{0}">{0}</a>').format(address)]
        end = found.start() + len(address)
    return Markup("").join([*parts, escape(line[end:])])
