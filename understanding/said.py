"""One reply of the bot, before its words are fetched: a response of the domain, or a text of the knowledge."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from helpdesk.queues import Queue
from knowledge import decision as knowledge
from knowledge.decision import Verdict
from understanding.acts import Act
from understanding.decision import Decision, Kind

Button = Mapping[str, str]
"""`title`, and `payload` as the gateway takes it."""


@dataclass(frozen=True)
class Said:
    """A reply.

    Attributes:
        decision: why it is said; travels beside it as hints.
        response: the name of a response of the domain; None when `text` is said.
        values: what the response's placeholders are filled with.
        text: words of the knowledge.
        buttons: what can be pressed, in order.
        person: whether the customer is now to choose how to be joined with a person.
        urgent: whether a person is called at once, without asking.
        end: whether the conversation ends with it.
        lang: the language of the words.
        changed: the date of the last change of the article told (`YYYY-MM-DD`), with which a rating is stored.
    """

    decision: Decision
    response: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    text: str | None = None
    buttons: Sequence[Button] = ()
    person: bool = False
    urgent: bool = False
    end: bool = False
    lang: str = "pl"
    changed: str = ""


def bare(kind: Kind, act: Act, queue: Queue = Queue.GENERAL, article: str | None = None) -> Decision:
    """Return a decision that rests on the act alone; `article` is what it is about, if any."""
    verdict = Verdict(knowledge.Kind.ANSWER if article else knowledge.Kind.UNKNOWN, article)
    return Decision(kind, act, queue, verdict)
