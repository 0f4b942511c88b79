"""Rasa's working memory: none. Each message begins afresh, and what it must know of the conversation comes with it."""

from collections.abc import Iterable
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SessionStarted
from rasa.shared.core.trackers import DialogueStateTracker


class NoTrackerStore(TrackerStore, SerializedTrackerAsText):
    """Gives every message a tracker on which nothing has happened yet, and keeps none.

    The conversation's record and its open dialogue are in the application's database and travel as the message's
    metadata (docs/adr/0018-rasa-remembers-nothing.md), so any Rasa may answer any message, and the hundredth message
    of a conversation costs what the first one does.
    """

    def __init__(self, domain: Domain, event_broker: EventBroker | None = None, **kwargs: Any) -> None:
        super().__init__(domain, event_broker)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Tell an event broker, if there is one, what happened; keep nothing."""
        await self.stream_events(tracker)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return a tracker whose session has begun and which listens."""
        return DialogueStateTracker.from_events(
            sender_id, [SessionStarted(), ActionExecuted(ACTION_LISTEN_NAME)], self.domain.slots
        )

    async def keys(self) -> Iterable[str]:
        """Return no conversation."""
        return []
