"""Headers as people meant them: RFC 2047 in all its broken forms, raw 8-bit bytes, folding, dates and identifiers."""

import base64
import binascii
import quopri
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime

from mail_ingest.parsing.charset import decode, whole
from mail_ingest.parsing.model import Headers

LONGEST = 20_000
"""Characters of one header that are read; a longer one is cut."""
MOST = 1_000
"""Headers of a mail that are read."""
LONGEST_TOGETHER = 300_000
"""Characters of all headers of a mail that are read."""

# The text of an encoded word should hold no blank and no question mark; in real mail it holds both.
_ENCODED = re.compile(r"=\?([\w.:+-]{1,40})(?:\*[\w-]*)?\?([bBqQ])\?((?:[^?]|\?(?!=)){0,1000}+)\?=")
_UNFINISHED = re.compile(r"=\?([\w.:+-]{1,40})(?:\*[\w-]*)?\?([bBqQ])\?([^?]{1,1000})\??$")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,995}>")


def read_headers(message: Message) -> tuple[Headers, tuple[str, ...]]:
    """Return the decoded headers of a mail, and what was wrong with them."""
    found: dict[str, list[str]] = {}
    defects: dict[str, None] = {}
    total = 0
    for number, (name, value) in enumerate(message.raw_items()):
        total += min(len(str(value)), LONGEST)
        if number >= MOST or total > LONGEST_TOGETHER:
            defects["too many headers: the rest not read"] = None
            break
        text, problems = decode_header(str(value))
        found.setdefault(whole(name.strip().lower()), []).append(whole(text))
        defects.update(dict.fromkeys(f"header {name.strip()[:40]}: {problem}" for problem in problems))
    return {name: tuple(values) for name, values in found.items()}, tuple(defects)


def raw_values(message: Message, name: str) -> tuple[str, ...]:
    """Return the headers of that name, unfolded and not decoded."""
    return tuple(unfold(str(value)) for key, value in message.raw_items() if key.strip().lower() == name)


def unfold(value: str) -> str:
    """Return a header's value on one line, cut to what is read of it."""
    return " ".join(value[:LONGEST].split())


def decode_header(value: str) -> tuple[str, tuple[str, ...]]:
    """Return a header's text and its defects; never raises."""
    line = unfold(value)
    defects: list[str] = []
    pieces: list[str] = []
    end = 0
    for run in _runs(line):
        between = line[end : run[0].start()]
        pieces.append(_plain(between, defects))
        pieces.append(_words(run, defects))
        end = run[-1].end()
    pieces.append(_tail(line[end:], defects))
    return " ".join("".join(pieces).split()), tuple(defects)


def _runs(line: str) -> Iterable[list[re.Match[str]]]:
    """Give neighbouring encoded words together: the blanks between them do not count (RFC 2047, 6.2)."""
    run: list[re.Match[str]] = []
    for match in _ENCODED.finditer(line):
        if run and line[run[-1].end() : match.start()].strip():
            yield run
            run = []
        run.append(match)
    if run:
        yield run


def _words(run: Sequence[re.Match[str]], defects: list[str]) -> str:
    """Decode neighbouring words; bytes of one set are joined first, since programs cut inside a character."""
    groups: list[tuple[str, bytes]] = []
    for match in run:
        charset, data = match[1], _word_bytes(match[2], match[3], defects)
        if groups and groups[-1][0].lower() == charset.lower():
            groups[-1] = (charset, groups[-1][1] + data)
        else:
            groups.append((charset, data))
    return "".join(_decoded(data, charset, defects) for charset, data in groups)


def _word_bytes(kind: str, text: str, defects: list[str]) -> bytes:
    data = text.encode("ascii", "surrogateescape") if _is_bytes(text) else text.encode("utf-8", "replace")
    if kind in "qQ":
        return quopri.decodestring(data.replace(b" ", b"_"), header=True)
    clean = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    if len(clean) % 4 == 1:
        clean = clean[:-1]
        defects.append("damaged base64")
    try:
        return base64.b64decode(clean + b"=" * (-len(clean) % 4))
    except (binascii.Error, ValueError):
        defects.append("damaged base64")
        return data


def _tail(text: str, defects: list[str]) -> str:
    cut = _UNFINISHED.search(text)
    if cut is None:
        return _plain(text, defects)
    defects.append("encoded word without an end")
    before = _plain(text[: cut.start()], defects)
    return before + _decoded(_word_bytes(cut[2], cut[3], defects), cut[1], defects)


def _plain(text: str, defects: list[str]) -> str:
    if text.isascii():
        return text
    defects.append("raw 8-bit characters")
    if not _is_bytes(text):
        return text.encode("utf-8", "replace").decode("utf-8")
    return decode(text.encode("ascii", "surrogateescape"), None).text


def _decoded(data: bytes, charset: str, defects: list[str]) -> str:
    decoded = decode(data, charset)
    if decoded.defect:
        defects.append(decoded.defect)
    return decoded.text


def _is_bytes(text: str) -> bool:
    """Whether the text is what the standard parser makes of raw bytes: ASCII and escaped bytes only."""
    return all(c < "\x80" or "\udc80" <= c <= "\udcff" for c in text)


def message_ids(values: Iterable[str]) -> tuple[str, ...]:
    """Return the Message-IDs in headers, with their angle brackets, each once."""
    joined = " ".join(values)[: 5 * LONGEST]
    return tuple(dict.fromkeys(_MESSAGE_ID.findall(joined)))


def own_message_id(values: Sequence[str]) -> str | None:
    """Return a mail's Message-ID, also one that lacks its brackets or holds blanks; None when there is none."""
    value = next((value.strip() for value in values if value.strip()), "")
    proper = message_ids([value])
    if proper:
        return proper[0]
    bare = "".join(value.split()).strip("<>")
    return f"<{bare[:990]}>" if bare else None


def read_date(value: str) -> datetime | None:
    """Return the instant that a Date header names, aware; None when it names none."""
    try:
        date = parsedate_to_datetime(value)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)) if date.year > 1 else None
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None
