"""Walks the pages of the desk as a browser does: by their links, some of each kind."""

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from playwright.sync_api import Page

DOWNLOADS = re.compile(r"/desk/(attachments|mail/\d+/raw)|\.(csv|svg|eml)$|/raw$|/download$")
LINKS = "links => links.map((link) => link.href)"


def walk(page: Page, site: str, of_a_kind: int) -> Iterator[str]:
    """Yield the path of each page, shown in the browser, so many of each kind (paths that differ only in numbers)."""
    waiting, seen, kinds = ["/desk"], {"/desk"}, Counter[str]()
    while waiting:
        path = waiting.pop(0)
        response = page.goto(f"{site}{path}")
        assert response is not None
        assert response.ok, f"{path}: {response.status}"
        yield path
        for link in page.locator("a[href]").evaluate_all(LINKS):
            found = _path(link, site)
            if found is None or found in seen or kinds[_kind(found)] >= of_a_kind:
                continue
            seen.add(found)
            kinds[_kind(found)] += 1
            waiting.append(found)


def _path(link: str, site: str) -> str | None:
    if not link.startswith(f"{site}/desk"):
        return None
    parts = urlsplit(link)
    if DOWNLOADS.search(parts.path):
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _kind(path: str) -> str:
    """What pages have in common that differ only in ids and chosen values."""
    place, _, query = path.partition("?")
    names = sorted(word.partition("=")[0] for word in query.split("&") if word)
    parts = place.split("/")
    # An article is named by words, and is one of two hundred all the same.
    words = [
        word if re.fullmatch(r"[a-z_-]+", word) and before != "articles" else "*"
        for before, word in zip(["", *parts], parts, strict=False)
    ]
    return "/".join(words) + "?" + "&".join(names)
