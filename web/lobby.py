"""The lobby: where a customer waits for a person, or goes back to the bot."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk import conversations
from helpdesk.database import Database
from helpdesk.errors import NotFound
from helpdesk.hours import Hours
from helpdesk.lifecycle import Mode
from helpdesk.tables import Conversation
from knowledge.polish_dates import polish_date
from web import metrics
from web.errors import BadMessage
from web.labels import label
from web.texts import text


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

    def leave(self, token: str) -> int:
        """Take a waiting customer back to the bot; returns the conversation's id. Raises BadMessage."""
        now = self.clock()
        with self.database.session() as session:
            conversation = self._find(session, token)
            if conversations.stop_waiting(session, conversation.id, now=now):
                conversations.notify(session, conversation, text("stopped_waiting"), now=now)
            session.commit()
            return conversation.id

    def enter_by_id(self, conversation_id: int) -> None:
        """Let a conversation wait for a person, in a unit of work of its own."""
        with self.database.session() as session:
            self.enter(session, session.get_one(Conversation, conversation_id))
            session.commit()

    def enter(self, session: Session, conversation: Conversation) -> None:
        """Let a conversation wait for a person and tell the customer the place in the queue and the hours."""
        now = self.clock()
        conversations.wait_for_person(session, conversation, now=now)
        session.flush()
        place = conversations.position(session, conversation)
        if place and conversation.queue is not None:
            said = text("waiting", queue=label(conversation.queue), position=place)
            conversations.notify(session, conversation, said, now=now)
            metrics.HANDOVERS.labels(conversation.queue.value).inc()
        if not self.hours.is_open(now):
            opening = self.hours.next_opening(now)
            day, hour = polish_date(opening.date()), f"{opening:%-H.%M}"
            closed = text("closed_office", day=day, hour=hour, address=self.office_address)
            conversations.notify(session, conversation, closed, now=now)

    def _find(self, session: Session, token: str) -> Conversation:
        try:
            return conversations.find(session, token)
        except NotFound:
            raise BadMessage(text("unknown_conversation"), 404) from None
