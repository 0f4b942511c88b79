"""What the dialogues share: asking by name, confirming, and offering moments."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import ClassVar

from helpdesk.hours import WARSAW
from helpdesk.moments import day, hour
from understanding.acts import Act
from understanding.dialogues.model import CHANGE, CONFIRM, Checked, Heard, Question, Scene, Slot
from understanding.dialogues.reading import LATER, NO, ON, YES, yes_or_no
from understanding.memory import OpenDialogue
from understanding.words import data

WISH = "wish"
"""Which moments are to be offered: `after:` the last one shown, or `on:` a day."""
AFTER = "after:"
CONFIRMING = Slot(CONFIRM, yes_or_no)


class Asking:
    """The usual ways of a dialogue; each dialogue changes what is its own."""

    name: str
    slots: Sequence[Slot]
    changeable: ClassVar[tuple[str, ...]] = ()
    """Slots that may be changed before everything is confirmed."""

    def opening(self, heard: Heard, act: Act, scene: Scene) -> Mapping[str, str]:
        """Return what is known when it begins: nothing."""
        return {}

    def wanted(self, open_: OpenDialogue, scene: Scene) -> str | None:
        """Return the first slot without a value."""
        return next((slot.name for slot in self.slots if slot.name not in open_.values), None)

    def question(self, slot: str, open_: OpenDialogue, scene: Scene) -> Question:
        """Return the question of this name; those that every dialogue has come with their buttons."""
        if slot == CHANGE:
            titles = data("buttons")["slots"]
            given = [name for name in self.changeable if name in open_.values]
            return Question("utter_ask_change", options=tuple((name, titles[name]) for name in given))
        titles = data("buttons")
        options = ((YES, titles["yes"]), (NO, titles["no"])) if slot == CONFIRM and self.changeable else ()
        return Question(f"utter_ask_{self.name}_{slot}", self.told(open_, scene), options)

    def told(self, open_: OpenDialogue, scene: Scene) -> Mapping[str, str]:
        """Return the values that the dialogue's responses may name."""
        return {}

    def check(self, slot: str, value: str, open_: OpenDialogue, scene: Scene) -> Checked:
        """Take every value."""
        return Checked(value)


def moment_title(value: str) -> str:
    """Return an offered moment (ISO, Warsaw) as customers read it."""
    at = datetime.fromisoformat(value).replace(tzinfo=WARSAW)
    return f"{day(at)}, {hour(at)}"


def moment_value(at: datetime) -> str:
    """Return a moment (aware) as the value of an option: ISO in Warsaw time without its zone."""
    return at.astimezone(WARSAW).strftime("%Y-%m-%dT%H:%M")


def moment_of(value: str) -> datetime:
    """Return the instant (aware, Warsaw) of an option's value."""
    return datetime.fromisoformat(value).replace(tzinfo=WARSAW)


def moment_options(moments: Sequence[datetime]) -> tuple[tuple[str, str], ...]:
    """Return moments as options; the last one asks for later ones."""
    values = [moment_value(at) for at in moments]
    shown = tuple((value, moment_title(value)) for value in values)
    return (*shown, (LATER, data("buttons")["later"])) if shown else ()


def wish_for(value: str, open_: OpenDialogue) -> str | None:
    """Return which other moments a value asks for; None when it is a moment itself."""
    if value.startswith(ON):
        return value
    if value != LATER:
        return None
    shown = [option for option, _ in open_.options if option != LATER]
    return f"{AFTER}{shown[-1]}" if shown else f"{AFTER}"


def wished_day(wish: str | None) -> date | None:
    """Return the day that was wished for."""
    return date.fromisoformat(wish.removeprefix(ON)) if wish and wish.startswith(ON) else None


def wished_after(wish: str | None) -> datetime | None:
    """Return the moment (aware) after which others were wished for."""
    text = wish.removeprefix(AFTER) if wish and wish.startswith(AFTER) else ""
    return moment_of(text) if text else None
