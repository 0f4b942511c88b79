"""Keeps the facts of the reports: what the bot answered and what became of it, and consultants' parts of chats.

They are written in the transaction of what they tell of, and hold no personal data: they outlive the conversation.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from helpdesk.lifecycle import Author
from helpdesk.ownership import changed
from helpdesk.queues import Queue
from helpdesk.reports.outcomes import asked, chat_outcome
from helpdesk.tables import BotTurn, ChatFact, ChatMessage, ConsultantPart, Conversation, Rating, Ticket


class Ending(str, Enum):
    """How a consultant's part of a chat ended when no reason was named (`lifecycle.EndReason`)."""

    PASSED_ON = "passed_on"
    GIVEN_BACK = "given_back"
    TAKEN_OVER = "taken_over"


def keep_turn(
    session: Session,
    conversation: Conversation,
    replies: Sequence[ChatMessage],
    *,
    question_id: int | None,
    now: datetime,
) -> None:
    """Keep what the bot answered to a message (None: the customer's last one): a turn for each reply of an action."""
    told = [reply for reply in replies if reply.details.get("act")]
    if not told:
        return
    if question_id is None:
        asked = ChatMessage.conversation_id == conversation.id, ChatMessage.author == Author.CUSTOMER
        question_id = session.scalar(select(func.max(ChatMessage.id)).where(*asked, ChatMessage.id < told[0].id))
    for reply in told:
        session.add(
            BotTurn(
                conversation_id=conversation.id,
                question_id=question_id,
                reply_id=reply.id,
                channel="chat",
                kind=reply.kind,
                profile=conversation.profile,
                language=str(reply.details.get("lang") or conversation.language)[:10],
                created_at=now,
                **_answered(reply.details),
            )
        )
    session.flush()


def keep_mail_turns(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """Keep how each question of a new ticket's mail was understood."""
    for question in ticket.questions:
        session.add(
            BotTurn(
                ticket_id=ticket.id,
                channel="mail",
                kind=str(question["kind"])[:20],
                language=ticket.language,
                created_at=now,
                **_answered({"act": ticket.act, "queue": ticket.queue, "individual": ticket.individual, **question}),
            )
        )
    session.flush()


def mark_handed_over(session: Session, conversation_id: int) -> None:
    """Note at the last turn of a conversation that its customer wanted a person after it."""
    last = select(func.max(BotTurn.id)).where(BotTurn.conversation_id == conversation_id).scalar_subquery()
    changed(session, update(BotTurn).where(BotTurn.id == last).values(handed_over=True, gathered_at=None))


def mark_rated(session: Session, rating: Rating) -> None:
    """Note at the turn of the bot that was rated what the customer said of it."""
    if rating.part is not Author.BOT:
        return
    if rating.message_id is not None:
        which = BotTurn.reply_id == rating.message_id
    else:
        which = (BotTurn.ticket_id == rating.ticket_id) & (BotTurn.article == rating.article)
    changed(session, update(BotTurn).where(which).values(helpful=rating.helpful, gathered_at=None))


def begin_part(session: Session, conversation: Conversation, staff_id: int, *, now: datetime) -> None:
    """Note that a consultant leads a chat from now on."""
    session.add(
        ConsultantPart(
            conversation_id=conversation.id,
            staff_id=staff_id,
            queue=conversation.queue or Queue.GENERAL,
            profile=conversation.profile,
            began_at=now,
        )
    )
    session.flush()


def end_part(session: Session, conversation_id: int, ending: Enum, *, now: datetime) -> None:
    """Note that the consultant's part of a chat ended, and how: an `EndReason` or an `Ending`."""
    open_part = update(ConsultantPart).where(
        ConsultantPart.conversation_id == conversation_id, ConsultantPart.ended_at.is_(None)
    )
    changed(session, open_part.values(ended_at=now, ending=ending.value))


def keep_chats(session: Session, ids: Collection[int]) -> None:
    """Keep what the reports count of conversations that are about to be deleted; call it before anything of them goes.

    Conversations in which the customer wrote nothing are counted nowhere.
    """
    left = select(Conversation.queue, chat_outcome(), Conversation.created_at)
    session.execute(
        insert(ChatFact).from_select(["queue", "outcome", "created_at"], left.where(Conversation.id.in_(ids), asked()))
    )


def _answered(details: Mapping[str, Any]) -> dict[str, Any]:
    queue = details.get("queue")
    return {
        "act": details.get("act"),
        "article": details.get("article"),
        "institution": details.get("institution"),
        "confidence": float(details.get("confidence") or 0.0),
        "queue": Queue(queue) if queue else None,
        "individual": bool(details.get("individual")),
    }
