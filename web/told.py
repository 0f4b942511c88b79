"""A reply of the bot as it is stored, apart from what it brings for the gateway alone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from helpdesk.conversations import Utterance
from web.payloads import CONSULTANT, PERSON, VERIFY
from web.texts import text


@dataclass(frozen=True)
class Told:
    """A reply as it is stored, and what goes with it without being part of the words.

    Attributes:
        memory: what the bot remembers from now on; None when it says nothing of it.
        profile: the customer's group, when it was just learned.
        person: whether a person was offered.
        urgent: whether one is called at once.
        end: whether the conversation is over.
    """

    utterance: Utterance
    memory: dict[str, Any] | None
    profile: str | None
    person: bool
    urgent: bool
    end: bool

    @classmethod
    def of(cls, said: Utterance, *, known: bool) -> "Told":
        """Take a reply apart; who is offered a person and not `known` yet gets the buttons for the ways to one."""
        details = dict(said.details)
        memory, profile = details.pop("memory", None), details.pop("profile", None)
        person, urgent, end = (bool(details.pop(name, False)) for name in ("person", "urgent", "end"))
        if person and not known:
            details["buttons"] = [*details.get("buttons", []), *_ways_to_person()]
        if urgent:
            details["urgent"] = True
        return cls(replace(said, details=details), memory, profile, person, urgent, end)


def _ways_to_person() -> list[Mapping[str, str]]:
    return [
        {"title": text("verify_button"), "payload": VERIFY},
        {"title": text("person_button"), "payload": PERSON},
    ]


def consultant_button() -> Mapping[str, str]:
    """Return the button that asks for a person."""
    return {"title": text("talk_to_person"), "payload": CONSULTANT}
