"""The lobby: where a customer waits for a person, or goes back to the bot."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from helpdesk import chat_log, conversations, waiting
from helpdesk.database import Database
from helpdesk.errors import NotFound
from helpdesk.hours import Hours
from helpdesk.lifecycle import Author, Mode, WaitOutcome
from helpdesk.queues import Queue
from helpdesk.tables import ChatMessage, Conversation
from knowledge.polish_dates import polish_date
from web import metrics
from web.errors import BadMessage
from web.labels import label
from web.texts import text


class Gone(NamedTuple):
    """A conversation whose customer was asked to be let go, and the queue that it left; None when it did not wait."""

    number: int
    left: Queue | None


@dataclass(frozen=True)
class Lobby:
    """The way between the bot and the people. All instants come from `clock` (aware UTC)."""

    database: Database
    hours: Hours
    clock: Callable[[], datetime]
    office_address: str

    def ask_for_person(self, token: str) -> int:
        """Let a customer wait as they are, confirmed or not; returns the conversation's id. Raises BadMessage."""
        with self.database.session() as session:
            conversation = self._find(session, token)
            if conversation.mode in {Mode.BOT, Mode.CLOSED}:
                conversation.mode = Mode.BOT
                self.enter(session, conversation)
            session.commit()
            return conversation.id

    def leave(self, token: str) -> Gone:
        """Take a waiting customer back to the bot. Raises BadMessage."""
        now = self.clock()
        with self.database.session() as session:
            conversation = self._find(session, token)
            left = conversations.stop_waiting(session, conversation.id, now=now)
            if left:
                conversations.notify(session, conversation, text("stopped_waiting"), now=now)
            session.commit()
            return Gone(conversation.id, conversation.queue if left else None)

    def choose_callback(self, conversation_id: int) -> Queue | None:
        """Take a customer who would rather be called back to the bot; returns the queue left, None if not waiting."""
        with self.database.session() as session:
            outcome = WaitOutcome.CALLBACK
            left = conversations.stop_waiting(session, conversation_id, now=self.clock(), outcome=outcome)
            session.commit()
            return session.get_one(Conversation, conversation_id).queue if left else None

    def tell_closing(self) -> Sequence[int]:
        """Tell everybody who waits that the office is closed, once for each closing; returns whom, by conversation."""
        now = self.clock()
        if self.hours.is_open(now):
            return []
        with self.database.reading() as session:
            if not session.scalars(self._untold(now).limit(1)).all():
                return []
        with self.database.session() as session:
            # Another node may be telling the others at this moment.
            untold = session.scalars(self._untold(now).with_for_update(skip_locked=True)).all()
            for conversation in untold:
                self.tell_if_nobody_is_there(session, conversation)
            session.commit()
            return [conversation.id for conversation in untold]

    def _untold(self, now: datetime) -> Select[Conversation]:
        told = select(ChatMessage.id).where(
            ChatMessage.conversation_id == Conversation.id,
            ChatMessage.author == Author.SYSTEM,
            ChatMessage.details["about"].as_string() == self._closing(now),
        )
        return select(Conversation).where(Conversation.mode == Mode.WAITING, ~told.exists())

    def _closing(self, now: datetime) -> str:
        return f"closed until {self.hours.next_opening(now).date()}"

    def enter_by_id(self, conversation_id: int) -> None:
        """Let a conversation wait for a person, in a unit of work of its own."""
        with self.database.session() as session:
            self.enter(session, session.get_one(Conversation, conversation_id))
            session.commit()

    def enter(self, session: Session, conversation: Conversation) -> None:
        """Let a conversation wait for a person and tell the customer the place in the queue, the time and the hours."""
        now = self.clock()
        if not conversations.wait_for_person(session, conversation, now=now):
            return
        queue = conversation.queue or Queue.GENERAL
        outlook = waiting.outlook(session, conversation, hours=self.hours, now=now)
        said = [text("waiting", queue=label(queue), position=outlook.position)]
        if outlook.minutes is not None:
            said.append(text("waiting_time", minutes=outlook.minutes))
        conversations.notify(session, conversation, " ".join(said), now=now)
        metrics.HANDOVERS.labels(queue.value).inc()
        self.tell_if_nobody_is_there(session, conversation)

    def tell_if_nobody_is_there(self, session: Session, conversation: Conversation) -> None:
        """Tell a customer who wants a person that nobody is there now, and what can be done; each cause once."""
        now = self.clock()
        if not self.hours.is_open(now):
            opening = self.hours.next_opening(now)
            about = self._closing(now)
            day, hour = polish_date(opening.date()), f"{opening:%-H.%M}"
            said = text("closed_office", day=day, hour=hour, address=self.office_address)
        elif not waiting.is_anybody_free(session, conversation.queue or Queue.GENERAL, now=now):
            about, said = f"nobody since {now:%Y-%m-%dT%H}", text("nobody_free")
        else:
            return
        if not chat_log.was_told(session, conversation.id, about):
            conversations.notify(session, conversation, said, now=now, about=about)

    def _find(self, session: Session, token: str) -> Conversation:
        try:
            return conversations.find(session, token)
        except NotFound:
            raise BadMessage(text("unknown_conversation"), 404) from None
