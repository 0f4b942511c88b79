"""What machines read: the map of the pages, the feed of changes, and the rules for robots."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from helpdesk.hours import WARSAW
from helpdesk.queues import Profile, Queue
from web.knowledge.shelf import Shelf, shelf_of
from web.knowledge.showing import document
from web.knowledge.translated import UKRAINIAN

LATEST = 30
"""So many changed articles stand in the feed."""

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Place:
    """A page of the map, and the day of its last change when it has one."""

    path: str
    changed: date | None = None


@router.get("/sitemap.xml")
@router.get("/wiedza/sitemap.xml")
def sitemap(request: Request) -> Response:
    """List all pages of the knowledge for search engines."""
    return document(request, "sitemap.xml", "application/xml; charset=utf-8", places=list(_places(shelf_of(request))))


@router.get("/wiedza/zmiany.atom")
def changes(request: Request) -> Response:
    """List the articles changed last as an Atom feed (RFC 4287)."""
    shelf = shelf_of(request)
    found = [(article, _midnight(article.changed)) for article in shelf.latest(LATEST)]
    updated = found[0][1] if found else _midnight(shelf.day)
    media_type = "application/atom+xml; charset=utf-8"
    return document(request, "changes.xml", media_type, changes=found, updated=updated)


@router.get("/robots.txt", response_class=PlainTextResponse)
def robots(request: Request) -> str:
    """Tell robots where the map is, and that there is nothing for them at the desk."""
    site = shelf_of(request).site
    return f"User-agent: *\nDisallow: /desk\nDisallow: /api/\nSitemap: {site}/sitemap.xml\n"


def _places(shelf: Shelf) -> Iterator[Place]:
    yield from map(Place, ("/wiedza", "/wiedza/formularze", "/wiedza/slownik"))
    yield from (Place(f"/wiedza/profil/{profile.value}") for profile in Profile)
    yield from (Place(f"/wiedza/dzial/{queue.value}") for queue in Queue)
    yield from (Place(f"/wiedza/sytuacja/{event}") for event in shelf.events)
    yield from (Place(f"/wiedza/{article.id}", article.changed) for article in shelf.articles())
    yield from (Place(f"/wiedza/formularz/{form.slug}") for form in shelf.forms())
    yield Place(f"/wiedza/{UKRAINIAN}")
    yield from (Place(told.path, told.of_changed) for told in shelf.translations(UKRAINIAN))


def _midnight(day: date) -> str:
    """The beginning of a day in Warsaw as the feed writes instants."""
    return datetime.combine(day, time(), WARSAW).isoformat()
