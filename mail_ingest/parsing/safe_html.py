"""HTML of a mail made safe to show: no scripts, no forms, nothing that loads from outside."""

import html

import nh3

from mail_ingest.parsing.html import is_too_deep, strip_tags

LONGEST = 500_000
"""Characters of a page that are shown."""
LONGEST_PICTURE = 200_000
"""Characters of a picture that stands inside the page."""
_PICTURES = ("data:image/png;base64,", "data:image/jpeg;base64,", "data:image/gif;base64,", "data:image/webp;base64,")
_TEXT_TAGS = ("a", "abbr", "b", "code", "del", "em", "font", "i", "ins", "kbd", "q", "s", "samp", "small", "span")
_MORE_TEXT_TAGS = ("strike", "strong", "sub", "sup", "tt", "u", "var", "br", "img")
_BLOCK_TAGS = (
    "blockquote",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "ul",
)
_TABLE_TAGS = ("caption", "col", "colgroup", "table", "tbody", "td", "tfoot", "th", "thead", "tr")
_TAGS = {*_TEXT_TAGS, *_MORE_TEXT_TAGS, *_BLOCK_TAGS, *_TABLE_TAGS}
_ATTRIBUTES = {
    "*": {"dir", "lang", "title"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start", "type"},
    "td": {"colspan", "rowspan", "align", "valign"},
    "th": {"colspan", "rowspan", "align", "valign", "scope"},
}
_SCHEMES = {"http", "https", "mailto", "tel", "cid", "data"}


def safe_html(page: str, *, pictures_inside: bool = False) -> str:
    """Return a mail's HTML as it may be shown inside another page.

    Pictures keep their source only when it lies in the mail itself (`cid:`) or is small and written into the page;
    links open without telling where they were followed from. The result is well-formed and never raises.

    Args:
        page: the HTML as the sender wrote it.
        pictures_inside: whether only pictures stay that are written into the page, and none of the mail's files.
    """
    page = page[:LONGEST].replace("\0", "")
    if is_too_deep(page):
        # The sanitiser's time grows with the square of the depth; such a page is no letter, and its words suffice.
        return f"<pre>{html.escape(strip_tags(page))}</pre>"
    return nh3.clean(
        page,
        tags=_TAGS,
        clean_content_tags={"script", "style", "title", "noscript", "template"},
        attributes=_ATTRIBUTES,
        attribute_filter=_kept_inside if pictures_inside else _kept,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )


def _kept(tag: str, attribute: str, value: str) -> str | None:
    """Return the attribute's value, or None to leave it out."""
    plain = value.strip().lower()
    if attribute == "src":
        inside = plain.startswith("cid:") or (plain.startswith(_PICTURES) and len(plain) <= LONGEST_PICTURE)
        return value if inside else None
    if attribute == "href":
        return value if plain.startswith(("http://", "https://", "mailto:", "tel:")) else None
    return value


def _kept_inside(tag: str, attribute: str, value: str) -> str | None:
    return (
        None if attribute == "src" and not value.strip().lower().startswith(_PICTURES) else _kept(tag, attribute, value)
    )
