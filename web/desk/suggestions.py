"""Suggested articles for a ticket: the best and its alternatives, each with the words that speak for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from re import compile as pattern

from helpdesk.tables import Ticket
from knowledge.article import Article
from knowledge.render import answer_text
from polish.analysis import analyse
from web.parts import Parts

MOST = 5
MOST_SENTENCES = 60
LONGEST_QUESTION = 2_000
_END = pattern(r"(?<=[.!?])\s+")


@dataclass(frozen=True)
class Suggestion:
    """An article that may answer.

    Attributes:
        percent: how sure it is; None for an alternative, whose share is not measured.
        matched: the example question or the sentence of the article that is nearest to what was asked; may be empty.
        is_question: whether that is an example question.
        text: the answer as it would be inserted.
    """

    article: str
    title: str
    percent: int | None
    matched: str
    is_question: bool
    text: str


def suggestions(parts: Parts, ticket: Ticket, asked: str) -> Sequence[Suggestion]:
    """Return the articles suggested for a ticket, the best first.

    Args:
        parts: the application's.
        ticket: whose.
        asked: the customer's first words, for a ticket without questions of its own.
    """
    found: dict[str, tuple[float | None, str]] = {}
    if ticket.article:
        found[ticket.article] = (ticket.confidence, _question_of(ticket.questions, ticket.article) or asked)
    for question in ticket.questions:
        if question.get("article"):
            found.setdefault(question["article"], (question.get("confidence"), question["text"]))
    for question in ticket.questions:
        for alternative in question.get("alternatives", ()):
            found.setdefault(alternative, (None, question["text"]))
    shown = [
        suggestion(parts, article, question, confidence)
        for name, (confidence, question) in found.items()
        if (article := parts.article(name)) is not None
    ]
    return shown[:MOST]


def search(parts: Parts, query: str) -> Sequence[Suggestion]:
    """Return the articles that a search finds, the best first; only the first has a measured confidence."""
    today = parts.clock().date()
    result = parts.knowledge().searcher.search(query[:LONGEST_QUESTION], today=today, limit=MOST)
    articles = [parts.article(hit.article) for hit in result.hits]
    return [
        suggestion(parts, article, query, result.confidence if number == 0 else None)
        for number, article in enumerate(articles)
        if article is not None
    ]


def suggestion(parts: Parts, article: Article, question: str, confidence: float | None) -> Suggestion:
    """Return an article as it is suggested for a question."""
    matched, is_question = nearest(question, article)
    return Suggestion(
        article=article.id,
        title=article.title,
        percent=None if confidence is None else round(confidence * 100),
        matched=matched,
        is_question=is_question,
        text=answer_text(article, site=parts.site).strip(),
    )


def nearest(question: str, article: Article) -> tuple[str, bool]:
    """Return the example question or sentence of an article that shares most with a question, and which it is.

    Shared dictionary forms count, and long sentences less; nothing shared gives an empty text.
    """
    wanted = _words(question[:LONGEST_QUESTION])
    best, words, of_questions = 0.0, "", False
    told = [*article.steps, *article.deadlines, *article.documents]
    sentences = [(each, False) for each in _sentences([article.summary, *told])]
    for sentence, is_question in [*((each, True) for each in article.questions), *sentences][:MOST_SENTENCES]:
        theirs = _words(sentence)
        score = len(wanted & theirs) / (len(theirs) or 1) ** 0.5
        if score > best:
            best, words, of_questions = score, sentence, is_question
    return words, of_questions


def _question_of(questions: Sequence[Mapping[str, str]], article: str) -> str:
    return next((question["text"] for question in questions if question.get("article") == article), "")


def _sentences(texts: Iterable[str]) -> Iterable[str]:
    return (sentence for text in texts for sentence in _END.split(text.strip()) if sentence)


@lru_cache(maxsize=20_000)
def _words(sentence: str) -> frozenset[str]:
    # One of several possible dictionary forms stands for the word; short words tell nothing.
    return frozenset(token.lemmas[0] for token in analyse(sentence) if len(token.text) > 2)
