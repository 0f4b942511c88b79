"""From a dialogue act and what the knowledge gives to what the customer gets: a pure function."""

from dataclasses import dataclass, replace
from enum import Enum

from helpdesk.queues import Queue
from knowledge import decision as knowledge
from knowledge.decision import MOST_CHOICES, Verdict
from understanding.acts import SMALL_TALK, Act


class Kind(str, Enum):
    """What a reply is; the values are those of the `ask` contract."""

    ANSWER = "answer"
    CHOICE = "choice"
    UNKNOWN = "unknown"
    REDIRECT = "redirect"
    FORM = "form"
    TERM = "term"
    VERIFY = "verify"
    HANDOVER = "handover"
    LANGUAGE = "language"
    SMALLTALK = "smalltalk"
    APPOINTMENT = "appointment"
    CALLBACK = "callback"
    STATUS = "status"
    COMPLAINT = "complaint"


@dataclass(frozen=True)
class Decision:
    """What the customer gets.

    `verdict` is what the knowledge gives; its `article` is the answer, the first of a choice, or the suggestion behind
    a hand-over. `individual` says that the customer's own account is needed.
    """

    kind: Kind
    act: Act
    queue: Queue
    verdict: Verdict
    individual: bool = False

    @property
    def article(self) -> str | None:
        """The likeliest article."""
        return self.verdict.article

    @property
    def choices(self) -> tuple[str, ...]:
        """The articles offered for choice, best first."""
        first = (self.article,) if self.article else ()
        return (*first, *self.verdict.alternatives)[:MOST_CHOICES]


OF_THE_WISH = frozenset({"czat-i-asystent", "infolinia-kontakt-zus", "uwierzytelnienie-na-infolinii"})
"""Articles that the words of a wish for a person tell by themselves: they are not what it is about."""


def decide(act: Act, verdict: Verdict, queue: Queue) -> Decision:
    """Decide what a message gets.

    Args:
        act: the dialogue act, as Rasa judged it.
        verdict: what the knowledge gives for the same text.
        queue: in which a person would answer it.
    """
    nothing = Verdict(knowledge.Kind.UNKNOWN)
    sure = verdict.kind in (knowledge.Kind.ANSWER, knowledge.Kind.FORM, knowledge.Kind.TERM, knowledge.Kind.REDIRECT)
    if act is Act.FOREIGN_LANGUAGE:
        return Decision(Kind.LANGUAGE, act, Queue.GENERAL, nothing)
    if act is Act.REQUEST_CONSULTANT:
        # The wish itself names a topic only when one is plain; otherwise the conversation's own counts.
        if verdict.kind is knowledge.Kind.ANSWER and verdict.article not in OF_THE_WISH:
            return Decision(Kind.HANDOVER, act, queue, verdict)
        return Decision(Kind.HANDOVER, act, Queue.GENERAL, replace(verdict, article=None))
    if act is Act.ASK_ACCOUNT and verdict.kind is not knowledge.Kind.REDIRECT:
        return Decision(Kind.VERIFY, act, queue, verdict, individual=True)
    if act in SMALL_TALK and not sure:
        return Decision(Kind.SMALLTALK, act, Queue.GENERAL, nothing)
    if act is Act.OUT_OF_SCOPE:
        verdict = _doubted(verdict)
    foreign = act is Act.OUT_OF_SCOPE and verdict.kind is knowledge.Kind.UNKNOWN
    return Decision(Kind(verdict.kind.value), act, Queue.GENERAL if foreign else queue, verdict)


def _doubted(verdict: Verdict) -> Verdict:
    """What is left of a verdict when Rasa finds the message foreign: a sure topic is offered, a likely one is not."""
    if verdict.kind is knowledge.Kind.ANSWER:
        return replace(verdict, kind=knowledge.Kind.CHOICE, second=None)
    if verdict.kind is knowledge.Kind.CHOICE:
        return Verdict(knowledge.Kind.UNKNOWN, confidence=verdict.confidence)
    return verdict
