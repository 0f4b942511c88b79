"""The knowledge search of the API."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from knowledge.article import Article
from web.api_answers import problems
from web.knowledge.shelf import shelf_of

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


@router.get("/api/knowledge/search", tags=["knowledge"], responses=problems(422))
def search(
    request: Request,
    q: Annotated[str, Query(max_length=2_000, description="the question, in the customer's own words")],
    profile: Annotated[str | None, Query(max_length=40)] = None,
    limit: Annotated[int, Query(ge=1, le=20)] = 5,
) -> FoundArticles:
    """Find the articles that answer a question."""
    shelf = shelf_of(request)
    result = shelf.base.searcher.search(q, today=shelf.day, profile=profile, limit=limit)
    found = [(shelf.article(hit.article), hit.score) for hit in result.hits]
    results = [_view(shelf.site, article, score) for article, score in found if article is not None]
    return FoundArticles(confidence=result.confidence, results=results)


def _view(site: str, article: Article, score: float) -> FoundArticle:
    return FoundArticle(
        article=article.id,
        title=article.title,
        queue=article.queue.value,
        score=score,
        summary=article.summary,
        url=f"{site}/wiedza/{article.id}",
    )
