"""A live chat as the desk shows it: everything that the templates of a chat need, and who may see which chat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import HTTPException
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import chat_drafts, chat_log, consents, live_chats, parting, ratings, sealed_values
from helpdesk.learning import corrections
from helpdesk.lifecycle import Author, Direction, EndReason, Level, Mode
from helpdesk.live_chats import Colleague
from helpdesk.policy import Channel, Matter, may_tell
from helpdesk.queues import Profile, Queue
from helpdesk.roles import Permission, may
from helpdesk.silence import is_present
from helpdesk.staff import may_work_on
from helpdesk.standing import Standing, standing
from helpdesk.tables import (
    ChatMessage,
    ChatNote,
    Consent,
    Conversation,
    Correction,
    Rating,
    SealedValue,
    Staff,
    Ticket,
    TicketMessage,
)
from knowledge.article import Article
from knowledge.render import answer_text
from web.consent_questions import ConsentQuestion, consent_questions
from web.desk.insertables import Insertable, insertables, values_for
from web.handover import Handover
from web.parts import Parts

MOST_CHARS = 5_000


@dataclass(frozen=True)
class ChatView:
    """A chat with what stands around it.

    Attributes:
        chat: the conversation.
        staff: who looks at it.
        known: who the customer is now.
        messages: what was said, oldest first.
        notes: words among the staff.
        consents: the questions for a consent.
        ratings: by message.
        sealed: the masked values by message.
        draft: what the consultant has begun to write.
        now: the instant of the view.
        parts: the application's parts.
        letter: the mail that the conversation goes on with; None when it began in the chat.
        handover: the summary of what was before.
        colleagues: to whom it can be passed on.
        canned: the canned answers that need nothing of a ticket.
        correction: what was said of the article that the bot gave; None when nothing.
    """

    chat: Conversation
    staff: Staff
    known: Standing
    messages: Sequence[ChatMessage]
    notes: Sequence[ChatNote]
    consents: Sequence[Consent]
    ratings: Mapping[int, Rating]
    sealed: Mapping[int, Sequence[SealedValue]]
    draft: str
    now: datetime
    parts: Parts
    letter: TicketMessage | None
    handover: Handover
    colleagues: Sequence[Colleague]
    canned: Sequence[Insertable]
    correction: Correction | None

    @property
    def mine(self) -> bool:
        """Whether who looks leads the chat."""
        return self.chat.consultant_id == self.staff.id

    @property
    def entries(self) -> Sequence[ChatMessage | ChatNote]:
        """The messages and the notes in the order of their time."""
        return sorted([*self.messages, *self.notes], key=lambda entry: entry.created_at)

    @property
    def last_id(self) -> int:
        """The id of the last message; 0 without any."""
        return self.messages[-1].id if self.messages else 0

    @property
    def read_id(self) -> int:
        """The consultant's last message that the customer has seen; 0 for none."""
        seen = self.chat.customer_read_id
        own = [one.id for one in self.messages if one.author is Author.CONSULTANT and one.id <= seen]
        return own[-1] if own else 0

    @property
    def is_present(self) -> bool:
        """Whether the customer's window is open."""
        return is_present(self.chat.customer_seen_at, self.now)

    @property
    def minutes_left(self) -> int:
        """Whole minutes for which the confirmed identity still holds without activity; 0 when none is confirmed."""
        if not self.known.level.at_least(Level.VERIFIED) or self.chat.verified_until is None:
            return 0
        return int((self.chat.verified_until - self.now) / timedelta(minutes=1))

    @property
    def account_data_allowed(self) -> bool:
        """Whether the customer may be told of the account."""
        matter = Matter.PRINCIPAL if self.known.principal else Matter.INDIVIDUAL
        return may_tell(self.known.level, matter, Channel.DESK)

    @property
    def open_consent(self) -> Consent | None:
        """The question for a consent that waits for an answer."""
        return next((one for one in self.consents if one.answered_at is None), None)

    @property
    def profile(self) -> Profile | None:
        """The customer's group."""
        return Profile(self.chat.profile) if self.chat.profile else None

    @property
    def article(self) -> Article | None:
        """The article that the chat is about."""
        return self.parts.article(self.chat.topic)

    @property
    def title(self) -> str:
        """What the chat is called in a list: the confirmed name, or the topic; empty when neither is known."""
        article = self.article
        return self.known.customer.name if self.known.customer else article.title if article else ""

    @property
    def titles(self) -> Sequence[tuple[str, str]]:
        """All articles but the present one, by title."""
        articles = self.parts.knowledge().library.articles.values()
        others = [(one.id, one.title) for one in articles if one.id != self.chat.topic]
        return sorted(others, key=lambda one: one[1])

    @property
    def suggestion(self) -> str:
        """The text of the article, to be inserted as an answer; empty without one."""
        article = self.article
        return answer_text(article, site=self.parts.site) if article else ""

    @property
    def queues(self) -> Sequence[Queue]:
        """The queues to which it can be passed on."""
        return [queue for queue in Queue if queue is not self.chat.queue]

    @property
    def end_reasons(self) -> Sequence[EndReason]:
        """Why a consultant can end it."""
        return list(EndReason)

    @property
    def questions(self) -> Sequence[ConsentQuestion]:
        """The prepared questions for a consent."""
        return consent_questions()

    @property
    def most_chars(self) -> int:
        """The longest answer."""
        return MOST_CHARS


def visible(session: Session, chat_id: int, staff: Staff) -> Conversation:
    """Return a chat that somebody may see now; everything else does not exist for them.

    That is a waiting one of the own specialities or passed on to them, an own one, and for supervisors any live one.
    """
    chat = session.get(Conversation, chat_id)
    if chat is None or chat.mode not in {Mode.WAITING, Mode.HUMAN}:
        raise HTTPException(404)
    if chat.mode is Mode.HUMAN and chat.consultant_id != staff.id and not may(staff, Permission.LEAD):
        raise HTTPException(404)
    if not may_work_on(staff, chat.queue or Queue.GENERAL, chat.consultant_id or chat.wanted_staff_id):
        raise HTTPException(404)
    return chat


def look(session: Session, parts: Parts, chat: Conversation, staff: Staff) -> ChatView:
    """Return a chat as somebody at the desk sees it; the caller has asked `visible`."""
    now = parts.clock()
    said = chat_log.messages(session, chat.id)
    return ChatView(
        chat=chat,
        staff=staff,
        known=standing(session, chat, now).within(chat.queue),
        messages=said,
        notes=parting.notes(session, chat.id),
        consents=consents.of(session, chat.id),
        ratings={rating.message_id: rating for rating in ratings.ratings_of(session, chat.id) if rating.message_id},
        sealed=sealed_values.values_of_messages(session, said),
        draft=chat_drafts.texts(session, staff, [chat.id]).get(chat.id, ""),
        now=now,
        parts=parts,
        letter=_letter(session, chat, staff),
        handover=Handover.of(session, chat, parts, said),
        colleagues=live_chats.colleagues(session, staff, now=now),
        canned=insertables(session, chat.queue or Queue.GENERAL, values_for(chat.queue, staff, now)),
        correction=corrections.of_chat(session, chat),
    )


def _letter(session: Session, chat: Conversation, staff: Staff) -> TicketMessage | None:
    """Return the first mail of the ticket that a conversation goes on with; None when it began in the chat."""
    wanted = (
        select(TicketMessage)
        .join(Ticket, Ticket.id == TicketMessage.ticket_id)
        .where(Ticket.conversation_id == chat.id, Ticket.channel == "mail", TicketMessage.direction == Direction.IN)
    )
    message = session.scalar(wanted.order_by(TicketMessage.id).limit(1))
    ticket = session.get(Ticket, message.ticket_id) if message else None
    return message if ticket and may_work_on(staff, ticket.queue, ticket.consultant_id) else None
