"""Cuts articles into the texts a question is compared with, each with the trust it deserves as an example."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from knowledge.article import Article


class Part(str, Enum):
    """The part of an article a text was taken from."""

    QUESTION = "question"
    NAME = "name"
    INDIVIDUAL = "individual"
    GUIDE = "guide"
    BODY = "body"


@dataclass(frozen=True)
class Document:
    """One text of the article that has the given number in the library's order."""

    article: int
    part: Part
    text: str


def documents(articles: Sequence[Article]) -> tuple[Document, ...]:
    """All texts of the articles; the texts of one article stand together."""
    return tuple(
        Document(number, part, text)
        for number, article in enumerate(articles)
        for part, texts in _texts(article).items()
        for text in texts
        if text.strip()
    )


def _texts(article: Article) -> Mapping[Part, Sequence[str]]:
    lists = (article.steps, article.documents, article.forms, article.deadlines, article.where)
    practical = [*(line for items in lists for line in items), article.fees]
    return {
        Part.QUESTION: article.questions,
        Part.NAME: (article.title, *article.aliases),
        Part.INDIVIDUAL: ("\n".join(article.individual),),
        Part.GUIDE: (article.summary, "\n".join(practical)),
        Part.BODY: (article.body,),
    }
