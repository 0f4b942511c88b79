"""Cases of consultants for tests of scoring: chats that were led and tickets that were answered and solved."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from helpdesk import conversations, criteria, parting, samples, scoring, ticket_answers, tickets
from helpdesk.letters import render
from helpdesk.lifecycle import EndReason, Role
from helpdesk.quality_states import SampleMethod
from helpdesk.queues import Queue
from helpdesk.samples import Order
from helpdesk.samples_choice import Plan
from helpdesk.samples_pool import Period
from helpdesk.scoring import Filled
from helpdesk.staff import add_staff
from helpdesk.tables import Conversation, Sample, SampleItem, ScoreCard, Staff, Ticket
from helpdesk.tickets import Incoming, NewTicket
from tests.conftest import NOON

MINUTE = timedelta(minutes=1)
WORDS = "Zabrakło terminu odpowiedzi."
ALL = Period(NOON - timedelta(days=60), NOON + timedelta(days=60))


def person(session: Session, login: str, role: Role = Role.CONSULTANT) -> Staff:
    """Add somebody to the staff."""
    return add_staff(session, login=login, name=login.title(), password="x", queues=[], now=NOON, role=role)


def chat(
    session: Session,
    token: str,
    staff: Staff,
    *,
    at: datetime = NOON,
    minutes: int = 10,
    reason: EndReason = EndReason.ANSWERED,
    queue: Queue = Queue.BENEFITS,
) -> Conversation:
    """Return a chat that somebody led from an instant on for some minutes."""
    made = conversations.start(session, token, now=at - MINUTE)
    made.queue = queue
    conversations.hear(session, made, "Kiedy dostanę zasiłek?", client_id=None, now=at - MINUTE)
    conversations.wait_for_person(session, made, now=at - MINUTE)
    conversations.claim(session, made.id, staff, now=at)
    conversations.say_as_consultant(session, made.id, staff, "Wypłata będzie w ciągu 30 dni.", now=at)
    parting.end(session, made.id, staff, reason, now=at + minutes * MINUTE)
    session.refresh(made)
    return made


def ticket(
    session: Session, staff: Staff, *, at: datetime = NOON, days: int = 1, queue: Queue = Queue.BENEFITS
) -> Ticket:
    """Return a ticket that somebody answered at an instant and solved some days later."""
    made = tickets.open_ticket(session, NewTicket(queue, "Pytanie o zasiłek", "anna@example.org"), now=at)
    tickets.add_incoming(session, made, Incoming("anna@example.org", "Kiedy dostanę zasiłek?"), now=at)
    letter = render("answer", number=made.number, subject="Zasiłek", text="W ciągu 30 dni.", consultant=staff.name)
    ticket_answers.answer(session, made, staff, letter, "W ciągu 30 dni.", domain="zus.pl", now=at)
    tickets.solve(session, made, staff, now=at + timedelta(days=days))
    session.flush()
    return made


def drawn(
    session: Session,
    by: Staff,
    *,
    size: int = 10,
    seed: int = 7,
    double: int = 0,
    method: SampleMethod = SampleMethod.RANDOM,
    period: Period = ALL,
    now: datetime = NOON,
) -> Sample:
    """Return a sample that somebody drew."""
    plan = Plan(method, size, seed, fair=True, double_percent=double)
    return samples.draw(session, Order(period, plan), by=by, now=now)


def item(session: Session, subject: str, consultant: Staff, by: Staff, *, double: bool = False) -> SampleItem:
    """Return the item of one case that somebody chose to be scored, once or twice."""
    made = samples.choose_one(session, subject, consultant, by=by, now=NOON)
    made.double = double
    session.flush()
    return made


def filled(session: Session, points: int | None = 4, words: str = "", **others: int | None) -> Filled:
    """Return a card with the same points for each criterion, but for those given by place (`c0=2`)."""
    criteria.load_first_set(session, by=None, now=NOON)
    ids = [criterion.id for criterion in criteria.active(session)]
    changed: Mapping[int, int | None] = {ids[int(name[1:])]: value for name, value in others.items()}
    return Filled({**dict.fromkeys(ids, points), **changed}, ids, words)


def card(
    session: Session,
    of: SampleItem,
    scorer: Staff,
    points: int | None = 4,
    words: str = "",
    *,
    now: datetime = NOON,
    **others: int | None,
) -> ScoreCard:
    """Return a card that somebody gave."""
    return scoring.give(session, of.id, scorer, filled(session, points, words, **others), now=now)
