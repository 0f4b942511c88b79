"""The outbox: mails to be sent, committed together with the change that caused them; `outgoing` says how they leave."""

from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.letters import Letter
from helpdesk.lifecycle import OutboxStatus
from helpdesk.tables import OutboxMail

DAY = timedelta(days=1)


def enqueue(
    session: Session,
    *,
    kind: str,
    recipient: str,
    letter: Letter,
    ticket_id: int | None,
    automatic: bool,
    now: datetime,
    domain: str,
    in_reply_to: str = "",
    references: str = "",
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
    calendar: str = "",
    visit_id: int | None = None,
) -> OutboxMail:
    """Put a letter into the outbox (flushed, not committed).

    Args:
        session: the unit of work of the change that causes the letter.
        kind: the letter's name, such as `acknowledgement`.
        recipient: the address it goes to.
        letter: its subject and body.
        ticket_id: the ticket that it belongs to.
        automatic: whether no person wrote it (RFC 3834; marked so in its headers).
        now: the instant.
        domain: the domain in which its Message-ID is made.
        in_reply_to: the Message-ID that it answers.
        references: earlier Message-IDs of the thread, separated by blanks, the oldest first.
        due_at: when to send it; None for at once.
        expires_at: from when on it says something wrong; None for never.
        calendar: an iCalendar file that goes along; empty for none.
        visit_id: the e-visit that it tells of.
    """
    mail = OutboxMail(
        kind=kind,
        recipient=recipient.strip().lower()[:320],
        subject=letter.subject,
        body=letter.body,
        message_id=f"<{uuid4().hex}@{domain}>",
        in_reply_to=in_reply_to if len(in_reply_to) <= 500 else "",
        references=references,
        automatic=automatic,
        ticket_id=ticket_id,
        status=OutboxStatus.QUEUED,
        attempts=0,
        due_at=due_at or now,
        expires_at=expires_at,
        calendar=calendar,
        visit_id=visit_id,
        created_at=now,
    )
    session.add(mail)
    session.flush()
    return mail


def automatic_answers(session: Session, address: str, *, now: datetime) -> int:
    """Return how many automatic answers an address was sent in the last day; letters about e-visits are none."""
    counted = select(func.count()).where(
        OutboxMail.recipient == address.strip().lower(),
        OutboxMail.automatic,
        OutboxMail.visit_id.is_(None),
        OutboxMail.created_at > now - DAY,
    )
    return session.scalar(counted) or 0


def is_ours(session: Session, message_id: str) -> bool:
    """Whether a Message-ID is that of a mail of the outbox."""
    return session.scalar(select(OutboxMail.id).where(OutboxMail.message_id == message_id).limit(1)) is not None
