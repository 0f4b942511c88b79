"""From a dialogue act and ranked topics to what the customer gets: a pure function."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from helpdesk.queues import Queue
from understanding.acts import SMALL_TALK, Act

MOST_CHOICES = 3


class Kind(str, Enum):
    """What a reply is; the values are those of the `ask` contract."""

    ANSWER = "answer"
    CHOICE = "choice"
    UNKNOWN = "unknown"
    VERIFY = "verify"
    HANDOVER = "handover"
    LANGUAGE = "language"
    SMALLTALK = "smalltalk"


@dataclass(frozen=True)
class Thresholds:
    """The confidences (0..1) from which a topic is answered, and from which it is offered for choice."""

    answer: float
    choice: float


@dataclass(frozen=True)
class Topic:
    """An article found for the inquiry."""

    article: str
    queue: Queue


@dataclass(frozen=True)
class Found:
    """The topics found, best first, and the calibrated probability that the first one is right."""

    topics: Sequence[Topic]
    confidence: float


@dataclass(frozen=True)
class Decision:
    """What the customer gets.

    `article` is the answer, or the suggestion behind a hand-over; `alternatives` are ids, best first; `individual`
    says that the customer's own account is needed.
    """

    kind: Kind
    act: Act
    queue: Queue
    article: str | None = None
    alternatives: tuple[str, ...] = ()
    confidence: float = 0.0
    individual: bool = False


def decide(act: Act, found: Found, thresholds: Thresholds) -> Decision:
    """Decide what a message gets.

    Args:
        act: the dialogue act, as Rasa judged it.
        found: the topics that the search gave for the same text.
        thresholds: from settings.
    """
    topics = tuple(topic.article for topic in found.topics)
    likely = found.confidence >= thresholds.choice and bool(topics)
    sure = found.confidence >= thresholds.answer and bool(topics)
    queue = found.topics[0].queue if likely else Queue.GENERAL
    suggested = topics[0] if likely else None
    if act is Act.FOREIGN_LANGUAGE:
        return Decision(Kind.LANGUAGE, act, Queue.GENERAL)
    if act is Act.REQUEST_CONSULTANT:
        # The wish itself names a topic only when one is plain; otherwise the conversation's own counts.
        named = topics[0] if sure else None
        queue = found.topics[0].queue if sure else Queue.GENERAL
        return Decision(Kind.HANDOVER, act, queue, named, topics, found.confidence)
    if act is Act.ASK_ACCOUNT:
        return Decision(Kind.VERIFY, act, queue, suggested, topics, found.confidence, individual=True)
    if act in SMALL_TALK and not sure:
        return Decision(Kind.SMALLTALK, act, Queue.GENERAL)
    if act is Act.OUT_OF_SCOPE:
        # Two judges disagree: Rasa finds the message foreign to the office, the search finds a topic all the same.
        # A sure topic is then only offered, an unsure one is not even that.
        likely, sure = sure, False
    if sure:
        return Decision(Kind.ANSWER, act, queue, topics[0], topics[1:], found.confidence)
    if likely:
        return Decision(Kind.CHOICE, act, queue, None, topics[:MOST_CHOICES], found.confidence)
    return Decision(Kind.UNKNOWN, act, Queue.GENERAL, None, (), found.confidence)
