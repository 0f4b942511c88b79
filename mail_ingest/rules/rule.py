"""What a rule is: a name, one question about a mail, and the outcome when the answer is yes."""

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from mail_ingest.datafiles import read
from mail_ingest.inquiry import Inquiry
from mail_ingest.parsing.model import ParsedMail
from understanding.service import Understood


class Outcome(str, Enum):
    """What becomes of a mail; final."""

    IGNORE = "ignore"
    """Ours; nothing is opened."""
    RETURNED = "returned"
    """Joins the ticket whose mail came back, else is set aside; never answered, reopens nothing."""
    HELD = "held"
    """Joins its ticket, else is set aside until a consultant makes a ticket of it; never answered."""
    UNANSWERED = "unanswered"
    """Joins its ticket without reopening it, or opens one; never answered."""
    URGENT = "urgent"
    """Somebody may be in danger: first in its queue, and answered at once, whatever the limits."""
    REPEATED = "repeated"
    """The same mail again: joins the ticket of the first one; not answered a second time."""
    SILENT = "silent"
    """A customer's, which no program may answer; opens or joins a ticket as usual."""
    EMPTY = "empty"
    """A customer's without a word: opens a ticket and is asked for the question, or joins one."""
    TOO_LARGE = "too_large"
    """A customer's that could not be read whole: opens a ticket and says so, or joins one."""
    FOREIGN = "foreign"
    """A customer's in another language: opens a ticket and is answered in that language, or joins one."""
    ELSEWHERE = "elsewhere"
    """A customer's whose matter is another institution's: opens a ticket and is told so, or joins one."""
    WELCOME = "welcome"
    """A customer's; opens a ticket and is answered or acknowledged, or joins one."""


@dataclass(frozen=True)
class Arrival:
    """A mail, and what the rules need to know besides it.

    Attributes:
        mail: the mail as parsed.
        inquiry: what it asks, masked, and from whom.
        from_office: whether it comes from one of our own addresses.
        sent_by_us: whether its Message-ID is one of our outbox's.
        marked_as_ours: whether it carries the mark of our letters (`X-Loop` with one of our addresses).
        answers_today: automatic answers that the sender had from us in the last day.
        most_answers: how many one may have.
        said_before: whether the same sender wrote the same a short while ago.
        wanted: whether a consultant wants a ticket of a mail that was set aside.
        in_danger: whether its words tell of danger to life.
        understood: what it asks; None as long as that was not found out.
    """

    mail: ParsedMail
    inquiry: Inquiry
    from_office: bool = False
    sent_by_us: bool = False
    marked_as_ours: bool = False
    answers_today: int = 0
    most_answers: int = 10
    said_before: bool = False
    wanted: bool = False
    in_danger: bool = False
    understood: Understood | None = None


@dataclass(frozen=True)
class Verdict:
    """The name of the rule that decided, and what it decided."""

    rule: str
    outcome: Outcome

    @property
    def reason(self) -> str:
        """The reason in the words of the desk."""
        return str(read("wording")["reasons"][self.rule])


class Rule(Protocol):
    """One rule; its reason stands under its name in `data/wording.yaml`."""

    name: str
    outcome: Outcome

    def matches(self, arrival: Arrival) -> bool:
        """Whether the rule decides about this mail."""
