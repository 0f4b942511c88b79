"""Rasa's working memory: the last conversations, kept in this process and bounded."""

import json
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker


class BoundedTrackerStore(TrackerStore, SerializedTrackerAsText):
    """Keeps the most recently used conversations and the last events of each.

    The conversation's record is in the application's database, and every rule works at any time of a
    conversation, so forgetting loses nothing.
    """

    def __init__(
        self,
        domain: Domain,
        event_broker: EventBroker | None = None,
        conversations: int = 5000,
        events: int = 60,
        **kwargs: Any,
    ) -> None:
        self._conversations = conversations
        self._events = events
        self._kept: OrderedDict[str, str] = OrderedDict()
        super().__init__(domain, event_broker)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the last events of the conversation; forget the one that was used longest ago."""
        await self.stream_events(tracker)
        dialogue = json.loads(self.serialise_tracker(tracker))
        dialogue["events"] = dialogue["events"][-self._events :]
        self._kept[tracker.sender_id] = json.dumps(dialogue)
        self._kept.move_to_end(tracker.sender_id)
        while len(self._kept) > self._conversations:
            self._kept.popitem(last=False)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return what is kept of the conversation, or nothing."""
        kept = self._kept.get(sender_id)
        if kept is None:
            return None
        self._kept.move_to_end(sender_id)
        return self.deserialise_tracker(sender_id, kept)

    async def keys(self) -> Iterable[str]:
        """Return the conversations that are kept."""
        return list(self._kept)
