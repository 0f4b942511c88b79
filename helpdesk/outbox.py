"""The outbox: mails to be sent, committed together with the change that caused them; `outgoing` says how they leave."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.letters import Letter
from helpdesk.lifecycle import OutboxStatus
from helpdesk.tables import Customer, OutboxMail
from helpdesk.thread_tokens import token_of, with_token

UNREACHABLE = "the address cannot be reached"
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
    reply_address: str = "",
) -> OutboxMail:
    """Put a letter into the outbox (flushed, not committed); a ticket's Message-ID carries its signed token.

    An automatic letter to an address from which mail came back for good is withdrawn at once; one about an e-visit is
    not, as the customer gave the address for it.

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
        reply_address: the address to which replies go with the ticket's token in it, when the mail server knows
            addresses with a plus; empty where they go to the sender's address.
    """
    recipient = recipient.strip().lower()[:320]
    token = token_of(session, ticket_id) if ticket_id is not None else ""
    vain = automatic and visit_id is None and is_unreachable(session, recipient)
    mail = OutboxMail(
        kind=kind,
        recipient=recipient,
        subject=letter.subject,
        body=letter.body,
        html=letter.html,
        reply_to=with_token(reply_address, token) if reply_address and token else "",
        message_id=f"<{'.'.join(filter(None, (uuid4().hex, token)))}@{domain}>",
        in_reply_to=in_reply_to if len(in_reply_to) <= 500 else "",
        references=references,
        automatic=automatic,
        ticket_id=ticket_id,
        status=OutboxStatus.WITHDRAWN if vain else OutboxStatus.QUEUED,
        error=UNREACHABLE if vain else "",
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


def was_sent_to(session: Session, message_ids: Sequence[str], address: str) -> bool:
    """Whether one of these Message-IDs is that of a mail of ours to this address."""
    ours = select(OutboxMail.id).where(OutboxMail.message_id.in_(message_ids), OutboxMail.recipient == address)
    return session.scalar(ours.limit(1)) is not None


def is_unreachable(session: Session, address: str) -> bool:
    """Whether mail to an address came back for good, and nothing was heard from there since."""
    known = select(Customer.id).where(Customer.address == address, Customer.undeliverable_at.is_not(None))
    return session.scalar(known.limit(1)) is not None


def note_unreachable(session: Session, address: str, *, now: datetime) -> None:
    """Remember that mail to an address came back for good."""
    for customer in session.scalars(select(Customer).where(Customer.address == address)):
        customer.undeliverable_at = now


def note_reachable(session: Session, address: str) -> None:
    """Remember that somebody writes from an address: it can be reached again."""
    lost = select(Customer).where(Customer.address == address, Customer.undeliverable_at.is_not(None))
    for customer in session.scalars(lost):
        customer.undeliverable_at = None
