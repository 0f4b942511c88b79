"""A message of a customer: as it came in, and as it was stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from web.turns import Lease


@dataclass(frozen=True)
class Heard:
    """A message of a customer as it came in.

    Attributes:
        text: what was typed, or the title of the pressed button.
        payload: what the pressed button carries; None for typed text.
        profile: the group the customer belongs to, if the page knows it.
        client_id: the widget's own id of the message; the same id is never taken twice.
    """

    text: str
    payload: str | None = None
    profile: str | None = None
    client_id: str | None = None


@dataclass(frozen=True)
class Stored:
    """A message as stored.

    Attributes:
        conversation_id: its conversation.
        message_id: the message.
        lease: the bot's turn; None where it has none.
        words: the message without personal data.
        around: what is known around it.
        consultant_id: who leads the conversation.
    """

    conversation_id: int
    message_id: int
    lease: Lease | None
    words: str
    around: Mapping[str, Any]
    consultant_id: int | None = None

    @property
    def before(self) -> int:
        """From where on the conversation has something new for who said it."""
        return self.message_id - 1
