"""What a text gets from the knowledge alone: a pure function of what was found for it, and how surely."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from knowledge.follow_ups import Aspect

MOST_CHOICES = 3


class Kind(str, Enum):
    """What the knowledge gives; the values are those of the `ask` contract."""

    ANSWER = "answer"
    CHOICE = "choice"
    UNKNOWN = "unknown"
    REDIRECT = "redirect"
    FORM = "form"
    TERM = "term"


@dataclass(frozen=True)
class Thresholds:
    """The confidences (0..1) from which a topic is answered, offered for choice, or left to another institution."""

    answer: float
    choice: float
    redirect: float


@dataclass(frozen=True)
class Found:
    """What was found for a text: articles best first, and the probability that the first one answers it.

    `institution` is the likeliest other institution and its probability. `form` and `term` are set when the text
    asks for a form or for the meaning of a term and for nothing else; their own articles then stand first. `second` is
    the article that answers the second of two questions, when both were found surely. `topic` is the article that the
    text follows up, when it makes sense only as a follow-up.
    """

    articles: Sequence[str] = ()
    confidence: float = 0.0
    institution: str | None = None
    institution_confidence: float = 0.0
    form: str | None = None
    term: str | None = None
    second: str | None = None
    topic: str | None = None
    aspect: Aspect | None = None
    """What a follow-up asks about its topic."""


@dataclass(frozen=True)
class Verdict:
    """What the knowledge gives.

    `article` is the likeliest article, whatever the kind: the answer, the first of a choice, the topic of a form;
    None when nothing is likely. `alternatives` are further ids, best first.
    """

    kind: Kind
    article: str | None = None
    alternatives: tuple[str, ...] = ()
    confidence: float = 0.0
    institution: str | None = None
    form: str | None = None
    term: str | None = None
    second: str | None = None
    aspect: Aspect | None = None


def judge(found: Found, thresholds: Thresholds) -> Verdict:
    """Decide what a text gets."""
    articles = tuple(found.articles)
    first, rest = (articles[0], articles[1:]) if articles else (None, ())
    likely = first is not None and found.confidence >= thresholds.choice
    if found.form is not None:
        return Verdict(Kind.FORM, first, rest, 1.0, form=found.form)
    if found.term is not None:
        return Verdict(Kind.TERM, first, rest, 1.0, term=found.term)
    if found.topic is not None:
        others = tuple(article for article in articles if article != found.topic)
        return Verdict(Kind.ANSWER, found.topic, others, thresholds.answer, aspect=found.aspect)
    sure = first is not None and found.confidence >= thresholds.answer
    rival = found.institution_confidence >= thresholds.redirect
    if rival and (not sure or found.institution_confidence >= found.confidence):
        return Verdict(Kind.REDIRECT, confidence=found.institution_confidence, institution=found.institution)
    if sure:
        return Verdict(Kind.ANSWER, first, rest, found.confidence, second=found.second)
    if likely:
        return Verdict(Kind.CHOICE, first, rest, found.confidence)
    return Verdict(Kind.UNKNOWN, confidence=found.confidence)
