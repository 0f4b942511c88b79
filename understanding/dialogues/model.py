"""What a dialogue is made of: slots with their readers, questions with their options, and the scene it plays in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from sqlalchemy.orm import Session

from helpdesk.errors import NotFound
from helpdesk.lifecycle import Level
from helpdesk.tables import ChatMessage, Conversation, SealedValue
from helpdesk.visit_letters import VisitLetters
from knowledge.offices import Offices
from understanding.acts import Act
from understanding.memory import OpenDialogue
from understanding.said import Said
from understanding.topics import Topics

SEALED = "sealed:"
"""How a slot refers to personal data: by the number of its sealed value."""
CONFIRM = "confirm"
CHANGE = "change"
"""The slots every dialogue may have: whether all is right, and if not, what is to be changed."""


@dataclass(frozen=True)
class Heard:
    """A message as a dialogue takes it.

    Attributes:
        text: the masked words; empty when a button was pressed.
        act: the dialogue act of the words.
        option: what a pressed button carries.
        sealed: numbers of the sealed values of the message, by kind (`phone`, `email`).
        today: the day in Warsaw.
    """

    text: str
    act: Act
    option: str | None = None
    sealed: Mapping[str, Sequence[int]] = field(default_factory=dict)
    today: date = date.min


Reader = Callable[[Heard, OpenDialogue], str | None]
"""Reads the value of a slot from a message; None when it holds none."""


@dataclass(frozen=True)
class Slot:
    """One thing that a dialogue needs to know.

    Attributes:
        name: also the end of the names of its responses (`utter_ask_<dialogue>_<name>`).
        read: reads its value.
        clears: slots that depend on it and are asked for anew when it changes.
        early: whether a message that answers another question may fill it on the way.
        free: whether it takes nearly any words, so that a question needs telling apart.
    """

    name: str
    read: Reader
    clears: tuple[str, ...] = ()
    early: bool = False
    free: bool = False


@dataclass(frozen=True)
class Settings:
    """What dialogues take from the operator's settings.

    Attributes:
        letters: who writes to customers about e-visits.
        office_address: the office's mail address.
        officials: officials of a branch who hold e-visits at the same time.
        calls_per_hour: calls that the office promises in one hour.
    """

    letters: VisitLetters
    office_address: str
    officials: int
    calls_per_hour: int


@dataclass(frozen=True)
class Scene:
    """Where a dialogue plays: the records, the instant, and the conversation it belongs to."""

    session: Session
    now: datetime
    today: date
    conversation: Conversation
    level: Level
    topics: Topics
    offices: Offices
    settings: Settings

    @property
    def customer_id(self) -> int | None:
        """The customer, only as long as the confirmation of the identity holds: the record keeps it longer."""
        return self.conversation.customer_id if self.level.at_least(Level.VERIFIED) else None

    def opened(self, reference: str) -> str:
        """Return the personal data that a slot refers to; raises NotFound for another conversation's."""
        found = self.session.get(SealedValue, int(reference.removeprefix(SEALED)))
        message = self.session.get(ChatMessage, found.chat_message_id) if found and found.chat_message_id else None
        if found is None or message is None or message.conversation_id != self.conversation.id:
            raise NotFound("sealed value")
        return found.value


@dataclass(frozen=True)
class Question:
    """What is asked for a slot: a response of the domain, its values, and the options as (value, title)."""

    response: str
    values: Mapping[str, str] = field(default_factory=dict)
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Checked:
    """What became of a value.

    Attributes:
        value: it as it is kept; None when it was refused.
        problem: the response that says why; empty when the question alone is put again.
        values: what that response's placeholders are filled with.
        also: other slots that it fills.
    """

    value: str | None
    problem: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    also: Mapping[str, str] = field(default_factory=dict)


class Dialogue(Protocol):
    """A dialogue; see `understanding.dialogues.engine` for how it is led."""

    name: str
    slots: Sequence[Slot]

    def opening(self, heard: Heard, act: Act, scene: Scene) -> Mapping[str, str]:
        """Return what is known when it begins, such as the kind of a complaint."""

    def wanted(self, open_: OpenDialogue, scene: Scene) -> str | None:
        """Return the slot to be asked for next; None when everything is known."""

    def question(self, slot: str, open_: OpenDialogue, scene: Scene) -> Question:
        """Return the question for a slot."""

    def check(self, slot: str, value: str, open_: OpenDialogue, scene: Scene) -> Checked:
        """Return whether a value can be used."""

    def finish(self, open_: OpenDialogue, scene: Scene) -> Sequence[Said]:
        """Do what everything was asked for, and return what is said of it."""


class Stay(Exception):
    """Raised by `finish` when it cannot be done as things are: a slot must be asked for once more.

    Args:
        slot: the slot whose value no longer holds.
        problem: the response that says why.
    """

    def __init__(self, slot: str, problem: str) -> None:
        super().__init__(slot)
        self.slot, self.problem = slot, problem
