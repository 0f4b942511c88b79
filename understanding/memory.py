"""What the bot remembers of a conversation from turn to turn; kept by the gateway with the conversation, as JSON.

It never holds personal data: a telephone number or a mail address is there as the number of its sealed value.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

MOST_OPEN = 3
"""Dialogues that may wait for each other; the oldest is forgotten."""


@dataclass(frozen=True)
class OpenDialogue:
    """A dialogue that is under way.

    Attributes:
        name: which dialogue.
        key: made when it began, so that what it leads to is done once, however often it is asked for.
        values: the slots filled so far.
        asked: the slot that was asked for last.
        options: the values offered for it, with the titles of their buttons, in the order shown.
        failures: answers in a row that were not understood.
    """

    name: str
    key: str
    values: Mapping[str, str] = field(default_factory=dict)
    asked: str | None = None
    options: tuple[tuple[str, str], ...] = ()
    failures: int = 0

    def with_value(self, slot: str, value: str) -> "OpenDialogue":
        """Return it with a slot filled."""
        return replace(self, values={**self.values, slot: value}, failures=0)

    def without(self, *slots: str) -> "OpenDialogue":
        """Return it with slots emptied."""
        return replace(self, values={name: value for name, value in self.values.items() if name not in slots})


@dataclass(frozen=True)
class Memory:
    """What is remembered.

    Attributes:
        dialogues: those under way, the present one last.
        failures: questions in a row that got no answer.
        insults: insults so far.
        said: the customer's last words, masked.
        question: the last question that was searched for, masked; what "to nie to" and the profile refer to.
        shown: articles given for that question.
        profile_asked: whether the customer was asked for the profile already.
        offered: what a bare "tak" or "nie" would answer: `rating`, `person`, or nothing.
    """

    dialogues: tuple[OpenDialogue, ...] = ()
    failures: int = 0
    insults: int = 0
    said: str = ""
    question: str = ""
    shown: tuple[str, ...] = ()
    profile_asked: bool = False
    offered: str = ""

    @property
    def dialogue(self) -> OpenDialogue | None:
        """The dialogue that the next message belongs to."""
        return self.dialogues[-1] if self.dialogues else None

    def begun(self, dialogue: OpenDialogue) -> "Memory":
        """Return it with a further dialogue on top; one of the same name begins anew."""
        others = tuple(one for one in self.dialogues if one.name != dialogue.name)
        return replace(self, dialogues=(*others, dialogue)[-MOST_OPEN:])

    def going_on(self, dialogue: OpenDialogue) -> "Memory":
        """Return it with the present dialogue as it is now."""
        return replace(self, dialogues=(*self.dialogues[:-1], dialogue))

    def ended(self) -> "Memory":
        """Return it without the present dialogue."""
        return replace(self, dialogues=self.dialogues[:-1])

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON for the conversation's record."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | None) -> "Memory":
        """Read it; what an older version wrote and cannot be read is forgotten."""
        try:
            raw = dict(data or {})
            dialogues = tuple(
                OpenDialogue(**{**one, "options": tuple((value, title) for value, title in one.get("options", ()))})
                for one in raw.pop("dialogues", ())
            )
            return cls(**{**raw, "dialogues": dialogues, "shown": tuple(raw.get("shown", ()))})
        except (TypeError, ValueError):
            return cls()
