"""HTML bodies to readable text, with quotations marked as in plain mail."""

import html
import re
from functools import lru_cache

from inscriptis import Inscriptis
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig
from lxml import etree
from lxml.html import HtmlElement, document_fromstring
from lxml.html import HTMLParser as LxmlParser

from mail_ingest.parsing.html_structure import drop_hidden, mark_quotations, quotes_of, write_links
from mail_ingest.parsing.quotation import STRUCTURE

LONGEST = 2_000_000
"""Characters of HTML that are rendered."""
LONGEST_LAID_OUT = 500_000
"""Longer pages, pictures aside, are only stripped of their tags."""
DEEPEST = 150
"""Nesting up to which a page is laid out; deeper ones are only stripped of their tags."""
MOST_CELLS = 2_000
"""Cells of tables that are laid out; the time for laying out grows faster than their number."""
MOST_QUOTES = 50
QUOTE_LEVELS = 5
MOST_ELEMENTS = 25_000
"""Elements that are laid out, those inside tables counted once for each table around them."""

_DATA_URI = re.compile(r"data:[a-z]{1,20}/[^\"'>\s]{200,}", re.IGNORECASE)
_COMMENT, _COMMENT_END = re.compile("<!--"), re.compile("-->")
_HIDDEN = re.compile(r"<(?:style|script|title|head)(?=[\s>])", re.IGNORECASE)
_HIDDEN_END = re.compile(r"</(?:style|script|title|head)\s{0,20}>", re.IGNORECASE)
_BLOCK = re.compile(r"</?(?:p|div|br|tr|li|h[1-6]|blockquote|table|ul|ol)(?=[\s/>])[^<>]*>", re.IGNORECASE)
_CELL = re.compile(r"<t[dh](?=[\s/>])[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z!][^<>]*>", re.IGNORECASE)


def html_text(page: str) -> str:
    """Return an HTML page as text; never raises, whatever the page."""
    return without_marks(marked_html_text(page))


def without_marks(text: str) -> str:
    """Return a text without the lines of marks that tell where its quotations are."""
    if not any(mark in text for mark in STRUCTURE):
        return text
    return _tidy(bare_of_marks("\n".join(line for line in text.splitlines() if not _is_mark(line))))


def bare_of_marks(text: str) -> str:
    """Return a text without the characters that are the marks; a sender's own would be taken for ours."""
    for mark in STRUCTURE:
        text = text.replace(mark, "")
    return text


def _is_mark(line: str) -> bool:
    bare = line.strip("> ")
    return bare != "" and bare in STRUCTURE


@lru_cache(maxsize=1)
def marked_html_text(page: str) -> str:
    """Return an HTML page as text, with marks where its structure shows quotations (see `quotation`).

    The last page is remembered: a mail's text and its reply both need it, and laying it out takes long.
    """
    # Pictures inside the page are long, and no words.
    page = bare_of_marks(_DATA_URI.sub("", page).replace("\0", ""))[:LONGEST]
    if not page.strip():
        return ""
    if len(page) > LONGEST_LAID_OUT:
        return strip_tags(page)
    try:
        root = document_fromstring(page.encode("utf-8", "replace"), parser=LxmlParser(encoding="utf-8"))
        if _depth(root) > DEEPEST or _is_wide(root) or _is_laborious(root):
            return strip_tags(page)
        drop_hidden(root)
        write_links(root)
        mark_quotations(root)
        return _tidy(_render(root, QUOTE_LEVELS))
    except (etree.LxmlError, ValueError, AssertionError, RecursionError, LookupError, AttributeError, TypeError):
        # The renderer stumbles over impossible tables and styles; the words are wanted all the same.
        return strip_tags(page)


def _render(root: HtmlElement, levels: int) -> str:
    quotes = quotes_of(root) if levels else []
    rendered: list[str] = []
    for number, quote in enumerate(quotes):
        rendered.append(_render(quote, levels - 1))
        _replace(quote, f"\ue000{number}\ue001")
    text: str = Inscriptis(root, ParserConfig(css=CSS_PROFILES["strict"].copy())).get_text()
    for number, inner in enumerate(rendered):
        marked = "\n".join(f"> {line}".rstrip() for line in inner.strip("\n").splitlines())
        text = text.replace(f"\ue000{number}\ue001", f"\n{marked}\n", 1)
    return text


def _replace(element: HtmlElement, text: str) -> None:
    tail = element.tail
    element.clear()
    element.tag = "div"
    element.text, element.tail = text, tail


def _is_wide(root: HtmlElement) -> bool:
    cells = sum(1 for _ in root.iter("td", "th"))
    return cells > MOST_CELLS or sum(1 for _ in root.iter("blockquote")) > MOST_QUOTES


def _is_laborious(root: HtmlElement) -> bool:
    """Whether laying out takes long: each table lays out again what the tables inside it hold."""
    work = depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += (event == "start") - (event == "end") if element.tag == "table" else 0
        work += 1 + depth if event == "start" else 0
        if work > MOST_ELEMENTS:
            return True
    return False


def _depth(root: HtmlElement) -> int:
    deepest = depth = 0
    for event, _element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def is_too_deep(page: str) -> bool:
    """Whether elements are nested deeper than any letter's, or the page cannot be read at all."""
    try:
        root = document_fromstring(page.encode("utf-8", "replace"), parser=LxmlParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError, AssertionError, TypeError):
        return bool(page.strip())
    return _depth(root) > DEEPEST


def _tidy(text: str) -> str:
    lines = [line.replace("\xa0", " ").rstrip() for line in text.splitlines()]
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip("\n")


def strip_tags(page: str) -> str:
    """Return the words of a page without laying it out, in time that grows with its length alone."""
    shown = _without(_without(page, _COMMENT, _COMMENT_END), _HIDDEN, _HIDDEN_END)
    words = _TAG.sub("", _CELL.sub(" ", _BLOCK.sub("\n", shown)))
    try:
        return _tidy(html.unescape(words))
    except ValueError:
        # A character's number of thousands of digits.
        return _tidy(words)


def _without(page: str, start: re.Pattern[str], end: re.Pattern[str]) -> str:
    """Leave out what stands between two marks; what was never closed is kept, as it may be the letter itself."""
    before, *pieces = start.split(page)
    kept = [before]
    for piece in pieces:
        closing = end.search(piece)
        kept.append(piece[closing.end() :] if closing else piece)
    return "".join(kept)
