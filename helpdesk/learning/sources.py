"""Finds customers' questions that got no good answer, in the facts about the bot's answers and in corrections."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from helpdesk.knowledge_states import OpenSource
from helpdesk.learning import weights
from helpdesk.queues import Queue
from helpdesk.tables import BotTurn, ChatMessage, Conversation, Correction, Customer, Ticket, TicketMessage

ANSWERS = frozenset({"answer", "choice", "form", "term", "redirect"})
"""Kinds of the bot's turns after which a customer may want a person because they did not help."""
POINTING = frozenset({"choose_article", "more", "reject_answer", "request_consultant"})
"""Acts whose words point at something said before: the question is the one before them."""
NO_QUESTIONS = frozenset(
    {"insult", "small_talk", "greet", "thank", "goodbye", "praise", "distress", "foreign_language"}
)
SOON = timedelta(minutes=15)
"""Who wants a person later than this after an answer may want one for something else."""
SETTLED = timedelta(minutes=30)
"""After which a silent correction counts: until then the consultant may put in the first suggestion as well."""
_LOOK_BACK = 3


@dataclass(frozen=True)
class Found:
    """A question that may be open, in its stored words.

    Attributes:
        origin: what it came from; the same place never gives two.
        source: what went wrong; None when nothing (any more): a question that was open leaves.
        severity: how badly it went.
        article: what it had been answered with.
        right_article: what a consultant named as right.
        names: the customer's own names.
    """

    origin: str
    source: OpenSource | None
    text: str = ""
    severity: float = 1.0
    article: str | None = None
    right_article: str | None = None
    queue: Queue | None = None
    language: str = "pl"
    channel: str = "chat"
    asked_at: datetime | None = None
    names: Sequence[str] = field(default=())


def turn_origin(turn_id: int) -> str:
    """Return the origin of what came from a turn of the bot."""
    return f"turn:{turn_id}"


def next_turns(session: Session, most: int) -> Sequence[BotTurn]:
    """Return turns that were not looked at since something became of them, the oldest first, locked."""
    waiting = select(BotTurn).where(BotTurn.gathered_at.is_(None)).order_by(BotTurn.id).limit(most)
    return session.scalars(waiting.with_for_update()).all()


def found_in(session: Session, turns: Iterable[BotTurn], *, now: datetime) -> Sequence[Found]:
    """Return what is open in some turns, or is not any more.

    A customer's wish for a person is a turn itself; what it speaks against is the answer before it.
    """
    meant: dict[int, BotTurn] = {}
    for turn in turns:
        meant[turn.id] = turn
        before = _answered_before(session, turn) if turn.kind == "handover" and turn.handed_over else None
        if before is not None:
            meant[before.id] = before
    return [_judged(session, turn, now) for turn in meant.values()]


def next_corrections(session: Session, most: int, *, now: datetime) -> Sequence[Correction]:
    """Return corrections that were not gathered since they changed, locked; silent ones only when they have settled."""
    waiting = select(Correction).where(Correction.gathered.is_(False), _ready(now)).order_by(Correction.id).limit(most)
    return session.scalars(waiting.with_for_update()).all()


def is_due(session: Session, *, now: datetime) -> bool:
    """Return whether a turn or a correction waits to be looked at; only reads."""
    turn = select(BotTurn.id).where(BotTurn.gathered_at.is_(None)).limit(1)
    correction = select(Correction.id).where(Correction.gathered.is_(False), _ready(now)).limit(1)
    return session.scalar(turn) is not None or session.scalar(correction) is not None


def _ready(now: datetime) -> ColumnElement[bool]:
    return or_(Correction.silent.is_(False), Correction.withdrawn, Correction.created_at <= now - SETTLED)


def found_in_correction(session: Session, correction: Correction, *, now: datetime) -> Found | None:
    """Return the question of a correction; None when its ticket was deleted meanwhile."""
    kind, *numbers = correction.origin.split(":")
    if kind == "turn":
        turn = session.get(BotTurn, int(numbers[0]))
        return _judged(session, turn, now) if turn else None
    if correction.withdrawn:
        return Found(correction.origin, None)
    found = _of_ticket(session, *map(int, numbers))
    if found is None:
        return None
    text, queue, language, asked_at, names = found
    return Found(
        origin=correction.origin,
        source=OpenSource.CORRECTED,
        text=text,
        severity=_severity(correction),
        article=correction.suggested,
        right_article=correction.right_article,
        queue=queue,
        language=language,
        channel="mail",
        asked_at=asked_at,
        names=names,
    )


_Told = tuple[str, Queue | None, str, datetime, Sequence[str]]


def _of_ticket(session: Session, ticket_id: int, place: int) -> _Told | None:
    ticket = session.get(Ticket, ticket_id)
    if ticket is None:
        return None
    text = ticket.questions[place]["text"] if place < len(ticket.questions) else _first_words(session, ticket)
    return text, ticket.queue, ticket.language, ticket.created_at, _names(session, ticket.customer_id)


def _first_words(session: Session, ticket: Ticket) -> str:
    first = select(TicketMessage.text).where(TicketMessage.ticket_id == ticket.id).order_by(TicketMessage.id)
    return f"{ticket.subject}. {session.scalar(first.limit(1)) or ''}"


def _names(session: Session, customer_id: int | None) -> Sequence[str]:
    customer = session.get(Customer, customer_id) if customer_id else None
    return [customer.name] if customer else []


def _severity(correction: Correction) -> float:
    return weights.SILENT_CORRECTION if correction.silent else weights.SEVERITY[OpenSource.CORRECTED]


def _judged(session: Session, turn: BotTurn, now: datetime) -> Found:
    origin = turn_origin(turn.id)
    said = session.scalar(
        select(Correction).where(Correction.origin == origin, Correction.withdrawn.is_(False), _ready(now))
    )
    wrong = (OpenSource.CORRECTED, _severity(said)) if said else _what_went_wrong(session, turn)
    told = _words(session, turn) if wrong else None
    if wrong is None or told is None:
        return Found(origin, None)
    source, severity = wrong
    return Found(
        origin=origin,
        source=source,
        text=told,
        severity=severity,
        article=said.suggested if said else turn.article,
        right_article=said.right_article if said else None,
        queue=turn.queue,
        language=turn.language,
        channel=turn.channel,
        asked_at=turn.created_at,
        names=_names(session, _customer(session, turn)),
    )


def _what_went_wrong(session: Session, turn: BotTurn) -> tuple[OpenSource, float] | None:
    """Return the source and the severity of a turn that did not help; None for all others.

    Who has asked for their own account needs a person anyway: that speaks against no article.
    """
    if turn.helpful or turn.act in NO_QUESTIONS:
        return None
    handed_over = turn.handed_over or _person_wanted_next(session, turn)
    if turn.kind == "unknown":
        worst = weights.UNKNOWN_AND_HANDED_OVER if handed_over else weights.SEVERITY[OpenSource.UNKNOWN]
        return OpenSource.UNKNOWN, worst
    if turn.helpful is False and turn.kind in ANSWERS:
        return OpenSource.UNHELPFUL, weights.SEVERITY[OpenSource.UNHELPFUL]
    if handed_over and turn.kind in ANSWERS and not turn.individual:
        return OpenSource.HANDED_OVER, weights.SEVERITY[OpenSource.HANDED_OVER]
    return None


def _person_wanted_next(session: Session, turn: BotTurn) -> bool:
    if turn.conversation_id is None:
        return False
    later = select(BotTurn).where(BotTurn.conversation_id == turn.conversation_id, BotTurn.id > turn.id)
    following = session.scalar(later.order_by(BotTurn.id).limit(1))
    return (
        following is not None
        and following.kind == "handover"
        and following.handed_over
        and following.created_at - turn.created_at <= SOON
    )


def _answered_before(session: Session, turn: BotTurn) -> BotTurn | None:
    earlier = select(BotTurn).where(BotTurn.conversation_id == turn.conversation_id, BotTurn.id < turn.id)
    before = session.scalar(earlier.order_by(BotTurn.id.desc()).limit(1)) if turn.conversation_id else None
    return before if before is not None and turn.created_at - before.created_at <= SOON else None


def _words(session: Session, turn: BotTurn) -> str | None:
    if turn.channel == "mail":
        return _words_of_mail(session, turn)
    looked = turn
    for _ in range(_LOOK_BACK):
        if looked.act not in POINTING:
            break
        before = _answered_before(session, looked)
        if before is None:
            return None
        looked = before
    if looked.act in POINTING:
        return None
    message = session.get(ChatMessage, looked.question_id) if looked.question_id else None
    return message.text if message else None


def _words_of_mail(session: Session, turn: BotTurn) -> str | None:
    ticket = session.get(Ticket, turn.ticket_id) if turn.ticket_id else None
    if ticket is None:
        return None
    place = turns_of(session, ticket).index(turn.id)
    return str(ticket.questions[place]["text"]) if place < len(ticket.questions) else None


def turns_of(session: Session, ticket: Ticket) -> Sequence[int]:
    """Return the turns of a ticket's mail by id: they stand in the order of its questions."""
    theirs = select(BotTurn.id).where(BotTurn.ticket_id == ticket.id, BotTurn.channel == "mail")
    return session.scalars(theirs.order_by(BotTurn.id)).all()


def _customer(session: Session, turn: BotTurn) -> int | None:
    if turn.ticket_id:
        ticket = session.get(Ticket, turn.ticket_id)
        return ticket.customer_id if ticket else None
    chat = session.get(Conversation, turn.conversation_id) if turn.conversation_id else None
    return chat.customer_id if chat else None
