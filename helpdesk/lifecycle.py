"""The life cycles of the helpdesk: closed sets of states, the legal moves between them, nothing else."""

from collections.abc import Mapping
from enum import Enum

from helpdesk.errors import IllegalMove


class Mode(str, Enum):
    """Who leads a conversation."""

    BOT = "bot"
    WAITING = "waiting"
    HUMAN = "human"
    CLOSED = "closed"


class Author(str, Enum):
    """Who wrote a message of a conversation."""

    CUSTOMER = "customer"
    BOT = "bot"
    CONSULTANT = "consultant"
    SYSTEM = "system"


class Level(str, Enum):
    """How well the customer is known; compare with `at_least`."""

    ANONYMOUS = "anonymous"
    ADDRESS = "address"
    VERIFIED = "verified"
    REPRESENTATIVE = "representative"

    def at_least(self, other: "Level") -> bool:
        """Return whether this level is the other one or above it."""
        order = list(Level)
        return order.index(self) >= order.index(other)


class TicketStatus(str, Enum):
    """Where a ticket stands; `pending` waits for the customer."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    SOLVED = "solved"
    CLOSED = "closed"


class Direction(str, Enum):
    """Which way a ticket's message went."""

    IN = "in"
    OUT = "out"
    NOTE = "note"


class RawMailState(str, Enum):
    """What became of a stored mail."""

    STORED = "stored"
    PROCESSED = "processed"
    SET_ASIDE = "set_aside"


class OutboxStatus(str, Enum):
    """Where a mail of the outbox stands; `dead` was given up and is shown at the desk, `withdrawn` became needless."""

    QUEUED = "queued"
    SENT = "sent"
    DEAD = "dead"
    WITHDRAWN = "withdrawn"


class TicketClass(str, Enum):
    """What kind of case a ticket is; complaints and suggestions have a statutory answer time."""

    QUESTION = "question"
    COMPLAINT = "complaint"
    PRAISE = "praise"
    SUGGESTION = "suggestion"
    PERSONAL_DATA = "personal_data"


class Priority(str, Enum):
    """How soon a ticket must be looked at; `urgent` is for danger to life and comes before everything."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"


class LinkPurpose(str, Enum):
    """What a link in a letter is for: continuing the ticket in a verified conversation, or rating an answer."""

    CONTINUE = "continue"
    HELPFUL = "helpful"
    UNHELPFUL = "unhelpful"


class VisitStatus(str, Enum):
    """Where an e-visit stands."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    HELD = "held"
    MISSED = "missed"


class Company(str, Enum):
    """Who comes to an e-visit beside the customer, marked when it is booked."""

    NOBODY = "nobody"
    GUARDIAN = "guardian"
    PROXY = "proxy"


class CallbackStatus(str, Enum):
    """Where a callback stands."""

    REQUESTED = "requested"
    CANCELLED = "cancelled"
    DONE = "done"
    FAILED = "failed"
    """Given up: the number is wrong, or nobody answered it several times."""


class CallResult(str, Enum):
    """How one try to call a customer ended."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"
    WRONG_NUMBER = "wrong_number"


class ChatOutcome(str, Enum):
    """Who answered a chat, or a mail; the first that is true of it."""

    PERSON = "person"
    """A consultant led the chat, or wrote an answer to the mail."""
    LATER = "later"
    """The chat became a ticket, a callback or an e-visit."""
    BOT = "bot"
    """The bot answered, and the customer wanted no person."""
    UNDER_WAY = "under_way"
    """The customer waits for a person."""
    NOBODY = "nobody"
    """The customer asked, or wanted a person, and got no answer."""
    NO_QUESTION = "no_question"
    """Nothing was asked, such as a greeting and no more."""


class WaitOutcome(str, Enum):
    """How a wait for a person ended."""

    TAKEN = "taken"
    LEFT = "left"
    TICKET = "ticket"
    CALLBACK = "callback"


class Role(str, Enum):
    """What somebody of the staff does; `helpdesk.roles` says what each may do."""

    CONSULTANT = "consultant"
    SUPERVISOR = "supervisor"
    EDITOR = "editor"
    ADMINISTRATOR = "administrator"


class Presence(str, Enum):
    """Whether a consultant takes new chats; only `available` ones are offered any."""

    AVAILABLE = "available"
    BUSY = "busy"
    BREAK = "break"
    AWAY = "away"


class OfferOutcome(str, Enum):
    """How the offer of a waiting chat to one consultant ended."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    """The customer left, or somebody took the chat by hand."""


class EndReason(str, Enum):
    """Why a consultant's part of a chat ended."""

    ANSWERED = "answered"
    NO_SOLUTION = "no_solution"
    REDIRECTED = "redirected"
    CUSTOMER_LEFT = "customer_left"
    ABUSE = "abuse"
    OTHER = "other"


class ProposalStatus(str, Enum):
    """Where an answer stands that a second person approves before it is sent."""

    WAITING = "waiting"
    SENT = "sent"
    RETURNED = "returned"


CONVERSATION_MOVES: Mapping[Mode, frozenset[Mode]] = {
    Mode.BOT: frozenset({Mode.WAITING, Mode.CLOSED}),
    Mode.WAITING: frozenset({Mode.HUMAN, Mode.BOT, Mode.CLOSED}),
    # A person may pass the conversation on to another queue, where it waits again.
    Mode.HUMAN: frozenset({Mode.BOT, Mode.WAITING, Mode.CLOSED}),
    Mode.CLOSED: frozenset(),
}

TICKET_MOVES: Mapping[TicketStatus, frozenset[TicketStatus]] = {
    TicketStatus.NEW: frozenset({TicketStatus.OPEN, TicketStatus.PENDING, TicketStatus.SOLVED}),
    TicketStatus.OPEN: frozenset({TicketStatus.PENDING, TicketStatus.SOLVED}),
    TicketStatus.PENDING: frozenset({TicketStatus.OPEN, TicketStatus.SOLVED}),
    # A reply of the customer reopens a ticket, also a closed one.
    TicketStatus.SOLVED: frozenset({TicketStatus.OPEN, TicketStatus.CLOSED}),
    TicketStatus.CLOSED: frozenset({TicketStatus.OPEN}),
}


def check_conversation_move(before: Mode, after: Mode) -> None:
    """Raise IllegalMove unless a conversation may go from one mode to the other."""
    if after not in CONVERSATION_MOVES[before]:
        raise IllegalMove(f"conversation: {before.value} -> {after.value}")


def check_ticket_move(before: TicketStatus, after: TicketStatus) -> None:
    """Raise IllegalMove unless a ticket may go from one status to the other."""
    if after not in TICKET_MOVES[before]:
        raise IllegalMove(f"ticket: {before.value} -> {after.value}")
