"""The mail of a period: what came and what became of it, what came back, and what could not be sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from helpdesk.lifecycle import OutboxStatus, RawMailState
from helpdesk.reports.measures import Rows, as_counts
from helpdesk.reports.scope import Scope
from helpdesk.tables import OutboxMail, OutboxSms, RawMail, TicketMessage

BOUNCE = "bounce"
"""What `RawMail.outcome` says of a mail that tells that ours did not arrive."""


@dataclass(frozen=True)
class Post:
    """The mails that were stored in a period; of all queues, since a mail has none before it is read.

    Attributes:
        stored: all of them.
        joined: messages of tickets now.
        set_aside: set aside, by a rule or because they could not be read.
        waiting: not processed yet.
        other: processed without a message of a ticket, such as our own mail that came back.
        bounces: those of the processed ones that tell that a letter of ours did not arrive.
        sent: letters that were written in the period and are sent.
        dead: letters that were written in the period and were given up.
        dead_texts: text messages likewise.
    """

    stored: int
    joined: int
    set_aside: int
    waiting: int
    other: int
    bounces: int
    sent: int
    dead: int
    dead_texts: int

    @property
    def agrees(self) -> bool:
        """Return whether each stored mail is accounted for."""
        return self.other >= 0 and self.stored == self.joined + self.set_aside + self.waiting + self.other


def post(session: Session, scope: Scope) -> Post:
    """Return the mail of a scope's period; its queue and channel do not matter."""
    period = scope.within(RawMail.stored_at)
    states = as_counts(session.execute(_by(RawMail.state).where(period)).all())
    message = exists().where(TicketMessage.raw_mail_id == RawMail.id)
    processed = states.get(RawMailState.PROCESSED, 0)
    joined = _count(session, period, message, RawMail.state == RawMailState.PROCESSED)
    letters = _letters(session, scope, OutboxMail)
    return Post(
        stored=sum(states.values()),
        joined=joined,
        set_aside=states.get(RawMailState.SET_ASIDE, 0),
        waiting=states.get(RawMailState.STORED, 0),
        other=processed - joined,
        bounces=_count(session, period, RawMail.outcome == BOUNCE),
        sent=letters.get(OutboxStatus.SENT, 0),
        dead=letters.get(OutboxStatus.DEAD, 0),
        dead_texts=_letters(session, scope, OutboxSms).get(OutboxStatus.DEAD, 0),
    )


def set_aside_by(session: Session, scope: Scope) -> Mapping[str, int]:
    """Return how many mails of the period each rule set aside; an empty name where none did."""
    counted = _by(RawMail.outcome).where(scope.within(RawMail.stored_at), RawMail.state == RawMailState.SET_ASIDE)
    return as_counts(session.execute(counted).all())


def _letters(session: Session, scope: Scope, table: Any) -> Mapping[Any, int]:
    return as_counts(session.execute(_by(table.status).where(scope.within(table.created_at))).all())


def _by(column: Any) -> Rows:
    return select(column, func.count()).group_by(column)


def _count(session: Session, *conditions: Any) -> int:
    return session.scalar(select(func.count()).select_from(RawMail).where(*conditions)) or 0
