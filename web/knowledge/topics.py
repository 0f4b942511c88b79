"""The pages that lead to topics, and the page of a topic."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from helpdesk.queues import Profile, Queue
from knowledge.render import body_html
from web.knowledge.finding import find
from web.knowledge.shelf import by_queue, for_profile, shelf_of
from web.knowledge.showing import missing, show
from web.knowledge.translated import versions

Question = Annotated[str, Query(max_length=300)]

PIN_HELP = "pin-do-infolinii-cot"
"""The topic that says how to get what the verification in the chat asks for."""

router = APIRouter(include_in_schema=False)


@router.get("/wiedza", response_class=HTMLResponse)
@router.get("/wiedza/szukaj", response_class=HTMLResponse)
def index(request: Request, q: Question = "") -> HTMLResponse:
    """Show the ways to the topics, or what a search finds."""
    shelf = shelf_of(request)
    if q.strip():
        return show(request, "search.html", "", q=q, found=find(shelf, q))
    articles = shelf.articles()
    counts = {profile: len(for_profile(articles, profile)) for profile in Profile}
    return show(
        request, "index.html", "/wiedza", profiles=counts, topics=by_queue(articles), events=shelf.event_groups()
    )


@router.get("/wiedza/profil/{profile}", response_class=HTMLResponse)
def profile_page(request: Request, profile: str) -> HTMLResponse:
    """Show the topics for a group of customers."""
    if profile not in {member.value for member in Profile}:
        return missing(request)
    chosen = Profile(profile)
    queues = by_queue(for_profile(shelf_of(request).articles(), chosen))
    topics = dict(sorted(queues.items(), key=lambda item: len(item[1]), reverse=True))
    return show(request, "profile.html", f"/wiedza/profil/{profile}", profile=chosen, topics=topics)


@router.get("/wiedza/dzial/{queue}", response_class=HTMLResponse)
def queue_page(request: Request, queue: str) -> HTMLResponse:
    """Show the topics of a department."""
    if queue not in {member.value for member in Queue}:
        return missing(request)
    chosen, shelf = Queue(queue), shelf_of(request)
    topics = shelf.chosen(article.id for article in shelf.articles() if article.queue is chosen)
    return show(request, "queue.html", f"/wiedza/dzial/{queue}", queue=chosen, topics=topics)


@router.get("/wiedza/sytuacja/{event_id}", response_class=HTMLResponse)
def event_page(request: Request, event_id: str) -> HTMLResponse:
    """Show what to read in a situation of life."""
    shelf = shelf_of(request)
    event = shelf.events.get(event_id)
    if event is None:
        return missing(request)
    readings = [(article, item.reason) for item in event.readings if (article := shelf.article(item.article))]
    others = [other for other in shelf.event_groups()[event.group] if other is not event]
    return show(request, "event.html", f"/wiedza/sytuacja/{event_id}", event=event, readings=readings, others=others)


@router.get("/wiedza/{article_id}", response_class=HTMLResponse)
def article(request: Request, article_id: str) -> HTMLResponse:
    """Show one topic."""
    shelf = shelf_of(request)
    found = shelf.article(article_id)
    if found is None:
        return missing(request)
    return show(
        request,
        "article.html",
        f"/wiedza/{article_id}",
        article=found,
        changed=found.changed,
        body=body_html(found),
        related=[(f"/wiedza/{one.id}", one.title) for one in shelf.chosen(found.related)],
        versions=versions(found.id, shelf.languages_of(found.id)),
        notices=[],
        remark=None,
        forms=[(symbol, shelf.base.forms.by_symbol(symbol)) for symbol in found.forms],
        pin_help=shelf.article(PIN_HELP),
        events=[event for event in shelf.events.values() if event.names(article_id)],
    )
