"""Facts for the reports: a week of answers, waits, parts of chats and ratings, invented by a fixed rule."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from helpdesk.lifecycle import Author, ChatOutcome, EndReason, WaitOutcome
from helpdesk.queues import Profile, Queue
from helpdesk.tables import BotTurn, ChatFact, ConsultantPart, Rating, Staff, Wait
from tests.conftest import NOON

KINDS = ("answer", "answer", "choice", "answer", "unknown", "redirect", "verify", "smalltalk")
ARTICLES = ("zasilek-macierzynski", "zasilek-chorobowy", "emerytura-wniosek")
OUTCOMES = (*ChatOutcome, ChatOutcome.BOT, ChatOutcome.BOT, ChatOutcome.PERSON)
WAITS = (WaitOutcome.TAKEN, WaitOutcome.TAKEN, WaitOutcome.TAKEN, WaitOutcome.LEFT, WaitOutcome.TICKET, None)
DAYS, A_DAY = 14, 24


def fill_reports(session: Session, staff: Staff) -> None:
    """Give the reports something to count on each of the last days; `staff` led the chats."""
    for day in range(DAYS):
        for number in range(A_DAY - day):
            at = NOON - timedelta(days=day, minutes=37 * number % 400)
            queue = list(Queue)[(number * number + day) % 8]
            kind = KINDS[(number + day) % len(KINDS)]
            session.add(ChatFact(queue=queue, outcome=OUTCOMES[(number + day) % len(OUTCOMES)], created_at=at))
            session.add(
                BotTurn(
                    channel="mail" if number % 5 == 0 else "chat",
                    kind=kind,
                    article=ARTICLES[number % 3] if kind == "answer" else None,
                    queue=queue,
                    handed_over=number % 7 == 0,
                    created_at=at,
                )
            )
            _waited(session, staff, number, queue, at)
            if number % 2:
                _rated(session, staff, number, queue, at)
    session.flush()


def _waited(session: Session, staff: Staff, number: int, queue: Queue, at: datetime) -> None:
    outcome = WAITS[number % len(WAITS)]
    ended = at + timedelta(seconds=20 + 17 * number) if outcome else None
    session.add(Wait(queue=queue, place=1 + number % 3, began_at=at, ended_at=ended, outcome=outcome))
    if outcome is WaitOutcome.TAKEN:
        session.add(
            ConsultantPart(
                staff_id=staff.id,
                queue=queue,
                began_at=ended,
                ended_at=ended + timedelta(seconds=200 + 31 * number),
                ending=EndReason.ANSWERED.value,
            )
        )


def _rated(session: Session, staff: Staff, number: int, queue: Queue, at: datetime) -> None:
    by_bot = number % 3 == 0
    session.add(
        Rating(
            part=Author.BOT if by_bot else Author.CONSULTANT,
            staff_id=None if by_bot else staff.id,
            queue=queue,
            profile=list(Profile)[number % 6].value,
            helpful=number % 4 != 3,
            created_at=at,
        )
    )
