"""What the structure of an HTML mail tells: which elements hold a quotation, and which are hidden from the reader."""

import re
from collections.abc import Iterable
from itertools import islice

from lxml.html import HtmlElement

from mail_ingest.datafiles import word_set, words
from mail_ingest.parsing.headings import is_forward
from mail_ingest.parsing.quotation import QUOTATION_ENDS, QUOTATION_FOLLOWS, QUOTATION_STARTS

LONGEST_LINK = 500
MOST_LOOKED_AT = 5_000
"""Elements of a page whose names are looked at."""
_UNMARKABLE = {"html", "body", "head", "td", "th", "tr", "tbody", "thead", "tfoot", "li", "option"}
_HIDING = ("display:none", "visibility:hidden", "mso-hide:all")
_UNSEEN = re.compile(r"(?:^|;)opacity:0(?:\.0{1,9})?(?:[;!]|$)")
_SIZELESS = re.compile(r"(?:^|;)font-size:0(?:\.0{1,9})?(?:px|pt|em|rem|%)?(?:[;!]|$)")
_LINKED = ("http://", "https://")


def mark_quotations(root: HtmlElement) -> None:
    """Set lines of marks (see `quotation`) around what mail programs mark as quoted or as a signature."""
    around = word_set("reply_markers", "html_around")
    enclosed = word_set("reply_markers", "html_quoted", "html_signatures")
    follows = word_set("reply_markers", "html_follows")
    looked_at = root.iter("div", "p", "span", "blockquote", "hr", "table", "section")
    for element in list(islice(looked_at, MOST_LOOKED_AT)):
        names = set(_names(element))
        if names & follows or _has_border(element):
            _insert_before(element, QUOTATION_FOLLOWS)
        elif (names & enclosed or (names & around and not _holds_quotes(element))) and not _passes_on(element):
            _enclose(element)


def quotes_of(root: HtmlElement) -> list[HtmlElement]:
    """Return the quotations that mail programs mark; a blockquote without such a mark may be a letter's own."""
    marked = [element for element in root.iter("blockquote") if element is not root and _is_citation(element)]
    inside = {id(found) for element in marked for found in element.iterdescendants("blockquote")}
    return [element for element in marked if id(element) not in inside]


def drop_hidden(root: HtmlElement) -> None:
    """Take out what a browser would not show: preheaders of newsletters, pictures that count readers."""
    for element in list(root.iter("div", "span", "p", "td", "table", "tr", "font", "a", "h1", "h2")):
        if element.getparent() is not None and _is_hidden(element):
            _drop(element)


def _is_hidden(element: HtmlElement) -> bool:
    style = _style(element)
    if "hidden" in element.attrib or any(hiding in style for hiding in _HIDING) or _UNSEEN.search(style):
        return True
    if "max-height:0" in style and "overflow:hidden" in style:
        return True
    # Newsletters set no size around columns that have one of their own; their words are seen.
    return _SIZELESS.search(style) is not None and not any(
        "font" in _style(inner) for inner in element.iterdescendants()
    )


def write_links(root: HtmlElement) -> None:
    """Write the address of each link behind its words, unless the words are the address."""
    for link in list(root.iter("a")):
        address = str(link.get("href", "")).strip()
        if not address.lower().startswith(_LINKED) or len(address) > LONGEST_LINK:
            continue
        shown = "".join(link.itertext()).strip()
        if shown and _bare(shown) != _bare(address):
            link.tail = f" <{address}>{link.tail or ''}"


def _bare(address: str) -> str:
    return address.lower().removeprefix("http://").removeprefix("https://").removeprefix("www.").rstrip("/")


def _names(element: HtmlElement) -> Iterable[str]:
    for name in (str(element.get("id", "")), *str(element.get("class", ""))[:500].split()):
        bare = name.lower()
        while bare.startswith("x_"):
            bare = bare[2:]
        if bare:
            yield bare


def _style(element: HtmlElement) -> str:
    return "".join(str(element.get("style", ""))[:1_000].split()).lower()


def _has_border(element: HtmlElement) -> bool:
    style = _style(element) if element.tag == "div" else ""
    return "border" in style and any(border in style for border in words("reply_markers", "html_borders"))


def _is_citation(element: HtmlElement) -> bool:
    names = (str(element.get("class", "")) + " " + str(element.get("id", ""))).lower()
    cited = str(element.get("type", "")).lower() == "cite" or "quot" in names or "cite" in element.attrib
    return cited or "border-left" in _style(element)


def _holds_quotes(element: HtmlElement) -> bool:
    return next(element.iterdescendants("blockquote"), None) is not None


def _passes_on(element: HtmlElement) -> bool:
    """Whether an element that holds another mail says that it is passed on, not answered."""
    for number, text in enumerate(element.itertext()):
        if text.strip():
            return is_forward(" ".join(text.split()).lower())
        if number > 50:
            return False
    return False


def _insert_before(element: HtmlElement, mark: str) -> None:
    parent = element.getparent()
    if parent is None or parent.tag in {"table", "tbody", "tr"} or element.tag in _UNMARKABLE:
        return
    element.addprevious(_line(element, mark))


def _enclose(element: HtmlElement) -> None:
    parent = element.getparent()
    if parent is None or parent.tag in {"table", "tbody", "tr"} or element.tag in _UNMARKABLE:
        return
    element.addprevious(_line(element, QUOTATION_STARTS))
    end = _line(element, QUOTATION_ENDS)
    end.tail, element.tail = element.tail, None
    element.addnext(end)


def _line(element: HtmlElement, mark: str) -> HtmlElement:
    line = element.makeelement("div")
    line.text = mark
    return line


def _drop(element: HtmlElement) -> None:
    # Cleared and not removed: text behind the element stays where it was.
    tail = element.tail
    element.clear()
    element.tail = tail
