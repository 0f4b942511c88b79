"""What a rule is: a name, one question about a mail, and the outcome when the answer is yes."""

from collections.abc import Set
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from mail_ingest.datafiles import read
from mail_ingest.parsing.model import ParsedMail


class Outcome(str, Enum):
    """What becomes of a mail; final."""

    IGNORE = "ignore"
    """Ours; nothing is opened."""
    RETURNED = "returned"
    """Joins the ticket whose mail came back, else is set aside; never answered, reopens nothing."""
    UNANSWERED = "unanswered"
    """Joins its ticket without reopening it, or opens one; never answered."""
    SILENT = "silent"
    """A customer's, who has had enough automatic answers today; opens or joins a ticket as usual."""
    WELCOME = "welcome"
    """A customer's; opens a ticket and is acknowledged, or joins one."""


@dataclass(frozen=True)
class Arrival:
    """A mail, and what the rules need to know besides it."""

    mail: ParsedMail
    sender: str
    """The sender's address in lower case; empty when the mail names no valid one."""
    own_addresses: Set[str]
    sent_by_us: bool
    """Whether its Message-ID is one of our outbox's."""
    answers_today: int
    """Automatic answers that the sender had from us in the last day."""
    most_answers: int


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
