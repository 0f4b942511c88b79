"""The public knowledge pages under `/wiedza` and the knowledge search of the API."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from helpdesk.hours import WARSAW
from helpdesk.queues import Queue
from knowledge.article import Article
from knowledge.render import body_html
from web.pages import page
from web.parts import Parts

Query300 = Annotated[str, Query(max_length=300)]

router = APIRouter()


class FoundArticle(BaseModel):
    """An article found by the search."""

    article: str
    title: str
    queue: str
    score: float
    summary: str
    url: str


class FoundArticles(BaseModel):
    """The result of a search: articles, best first, and the probability that the first one is right."""

    confidence: float
    results: list[FoundArticle]


@router.get("/api/knowledge/search", tags=["knowledge"])
def search(
    request: Request,
    q: Annotated[str, Query(max_length=2_000, description="the question, in the customer's own words")],
    profile: Annotated[str | None, Query(max_length=40)] = None,
    limit: Annotated[int, Query(ge=1, le=20)] = 5,
) -> FoundArticles:
    """Find the articles that answer a question."""
    parts: Parts = request.app.state.parts
    result = parts.searcher.search(q, today=_today(parts), profile=profile, limit=limit)
    found = [(parts.library.articles[hit.article], hit.score) for hit in result.hits]
    return FoundArticles(confidence=result.confidence, results=[_view(parts, a, score) for a, score in found])


def _view(parts: Parts, article: Article, score: float) -> FoundArticle:
    return FoundArticle(
        article=article.id,
        title=article.title,
        queue=article.queue.value,
        score=score,
        summary=article.summary,
        url=f"{parts.site}/wiedza/{article.id}",
    )


@router.get("/wiedza", response_class=HTMLResponse, include_in_schema=False)
def index(request: Request, q: Query300 = "") -> HTMLResponse:
    """Show all topics by queue, or those that a search finds."""
    parts: Parts = request.app.state.parts
    found: Sequence[Article] = []
    if q.strip():
        hits = parts.searcher.search(q, today=_today(parts), limit=10).hits
        found = [parts.library.articles[hit.article] for hit in hits]
    shown = [article for article in parts.library.articles.values() if article.is_valid_on(_today(parts))]
    topics = {queue: sorted((a for a in shown if a.queue is queue), key=lambda a: a.title) for queue in Queue}
    return page(request, "knowledge/index.html", topics=topics, q=q, found=found)


@router.get("/wiedza/{article_id}", response_class=HTMLResponse, include_in_schema=False)
def article(request: Request, article_id: str) -> HTMLResponse:
    """Show one topic."""
    parts: Parts = request.app.state.parts
    found = parts.library.articles.get(article_id)
    if found is None or not found.is_valid_on(_today(parts)):
        return page(request, "knowledge/missing.html", code=404)
    related = [parts.library.articles[other] for other in found.related if other in parts.library.articles]
    return page(request, "knowledge/article.html", article=found, body=body_html(found), related=related)


def _today(parts: Parts) -> date:
    return parts.clock().astimezone(WARSAW).date()
