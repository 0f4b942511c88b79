"""An article as its editor sees it: the lines of its file and the running texts in them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType

from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledge.article import Article
from knowledge.front_matter import FrontMatter, split
from knowledge.library import Library

_NAMES = tuple(item.name for item in fields(Article) if item.name != "body")
_SCALARS = ("title", "summary", "fees")
_LISTS = ("aliases", "steps", "documents", "deadlines", "where")
_SENTENCES = "summary"
_DATE_REFERENCE = re.compile(r"\{\{[^{}:]*:[^{}]*\}\}")
_REFERENCE = re.compile(r"\{\{[^{}]*\}\}")
# Whole addresses, those of mail, and names of hosts and files, of which no part is a word.
_ADDRESS = re.compile(
    r"https?://\S*[\w/]|[\w.+-]+@(?:[\w-]+\.)+\w+|(?:[\w-]+\.)+(?:com|eu|org|pdf|pl|xml)\b(?:/\S*[\w/])?"
)
_NUMBER = "0"
# A date in words ends with a full stop, which may also be that of its sentence.
_DATE = "0."


@dataclass(frozen=True)
class Passage:
    """A piece of text that people read, the line on which it begins, and whether it consists of sentences."""

    field: str
    line: int
    text: str
    is_prose: bool = False


@dataclass(frozen=True)
class Page:
    """An article, its file, and on which line of it each field and each item of a list stands."""

    file: str
    article: Article
    lines: tuple[str, ...]
    places: Mapping[str, tuple[int, ...]]
    body_line: int

    def place(self, field: str, item: int = 0) -> int:
        """The line of the item of a list, or of the value of a field that is none."""
        return self.places[field][item]

    def line_with(self, text: str, since: int) -> int:
        """The first line from `since` on that holds `text` as whole words; `since` when none does."""
        whole = re.compile(rf"(?<!\w){re.escape(text)}(?!\w)")
        rest = self.lines[since - 1 :]
        return next((since + number for number, line in enumerate(rest) if whole.search(line)), since)

    def passages(self) -> Iterator[Passage]:
        """Title, summary, lists and body; addresses and references to amounts are replaced by a number."""
        for field in _SCALARS:
            yield Passage(field, self.place(field), _plain(getattr(self.article, field)), field == _SENTENCES)
        for field in _LISTS:
            for item, text in enumerate(getattr(self.article, field)):
                yield Passage(field, self.place(field, item), _plain(text))
        yield from self._body()

    def _body(self) -> Iterator[Passage]:
        markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
        line, opened = self.body_line, ""
        for token in markdown.parse(self.article.body):
            if token.map:
                line = self.body_line + token.map[0]
            if token.type == "inline":
                yield Passage("body", line, _plain(_text(token)), opened == "paragraph_open" and token.level == 1)
            opened = token.type


def lay_out(folder: Path, library: Library) -> tuple[Page, ...]:
    """The pages of a library that was loaded from `folder`, in the order of their files."""
    texts = ((article, (folder / article.file).read_text(encoding="utf-8")) for article in library.articles.values())
    return tuple(sorted((page_of(article, text) for article, text in texts), key=lambda page: page.file))


def page_of(article: Article, text: str) -> Page:
    """The page of one article, from the text of its file."""
    file = article.file
    lines = tuple(text.removeprefix("\ufeff").splitlines())
    head, _ = split(text, file)
    front = FrontMatter(head, file, _NAMES)
    places = {name: front.lines(name) or (front.line(name),) for name in _NAMES}
    # The head was given an empty line in place of its opening fence; its closing fence follows it.
    after = head.count("\n") + 2
    body_line = next((number for number, line in enumerate(lines[after:], start=after + 1) if line.strip()), after)
    return Page(file, article, lines, MappingProxyType(places), body_line)


def _text(inline: Token) -> str:
    return "".join(_NUMBER if part.type == "code_inline" else part.content or " " for part in inline.children or ())


def _plain(text: str) -> str:
    return _ADDRESS.sub(_NUMBER, _REFERENCE.sub(_NUMBER, _DATE_REFERENCE.sub(_DATE, text)))
