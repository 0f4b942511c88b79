"""The transcript of a chat by mail: within the limits of a day, and without what mail may not carry."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk import audit, letters, outbox, staff, transcripts
from helpdesk.chat_log import messages
from helpdesk.errors import TooMany
from helpdesk.hours import WARSAW
from helpdesk.policy import Channel
from helpdesk.tables import AuditEntry, Conversation, OutboxMail

KIND = "transcript"
MAILED = "transcript mailed"
MOST_A_CONVERSATION = 3
MOST_AN_ADDRESS = 5
"""Transcripts a day; the address is typed by hand, and may be a stranger's."""
DAY = timedelta(days=1)


def text_of(session: Session, conversation: Conversation, *, channel: Channel, site: str) -> str:
    """Return a conversation's transcript as it may be told on a channel."""
    said = messages(session, conversation.id)
    names = staff.names(session, {message.staff_id for message in said if message.staff_id})
    lines, left_out = transcripts.lines(said, names, channel=channel, site=site)
    return transcripts.transcript(lines, left_out=left_out)


def mail(session: Session, conversation: Conversation, address: str, *, site: str, domain: str, now: datetime) -> None:
    """Put the transcript into the outbox; the deed is audited without the address.

    Raises:
        TooMany: the conversation, or the address, had as many as a day allows.
    """
    # Two requests at once would both count the same.
    session.refresh(conversation, with_for_update=True)
    subject = f"conversation:{conversation.id}"
    mailed = select(func.count()).where(
        AuditEntry.subject == subject, AuditEntry.action == MAILED, AuditEntry.at > now - DAY
    )
    got = select(func.count()).where(
        OutboxMail.kind == KIND, OutboxMail.recipient == address, OutboxMail.created_at > now - DAY
    )
    if (session.scalar(mailed) or 0) >= MOST_A_CONVERSATION or (session.scalar(got) or 0) >= MOST_AN_ADDRESS:
        raise TooMany
    transcript = text_of(session, conversation, channel=Channel.MAIL, site=site)
    day = f"{conversation.created_at.astimezone(WARSAW):%d.%m.%Y}"
    outbox.enqueue(
        session,
        kind=KIND,
        recipient=address,
        letter=letters.render(KIND, day=day, transcript=transcript),
        ticket_id=None,
        automatic=True,
        now=now,
        domain=domain,
    )
    audit.record(session, subject, MAILED, now=now)
