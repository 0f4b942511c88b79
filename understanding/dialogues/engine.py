"""Leads a dialogue one message further: a pure function of the dialogue, what was filled so far, and the message."""

from dataclasses import dataclass, replace
from enum import Enum

from understanding.acts import Act
from understanding.dialogues.model import CHANGE, CONFIRM, Dialogue, Heard, Scene, Slot
from understanding.dialogues.reading import MOST_SHORT, NO, offered
from understanding.memory import OpenDialogue
from understanding.words import asks, data, has_any, word_count


class Kind(Enum):
    """What a message did to a dialogue."""

    FILLED = "filled"
    """A slot got a value; the next one is asked for."""
    CHANGING = "changing"
    """A slot was emptied, or the customer is to say which; it is asked for anew."""
    REFUSED = "refused"
    """A value was read that cannot be used."""
    CANCELLED = "cancelled"
    """The customer wants no more of it."""
    ELSEWHERE = "elsewhere"
    """The message holds nothing for this dialogue."""


@dataclass(frozen=True)
class Move:
    """What a message did, the dialogue as it is then, and the response that says what is wrong with a value."""

    kind: Kind
    dialogue: OpenDialogue
    problem: str = ""
    values: tuple[tuple[str, str], ...] = ()


def move(dialogue: Dialogue, open_: OpenDialogue, heard: Heard, scene: Scene) -> Move:
    """Return what a message does to an open dialogue."""
    slots = {slot.name: slot for slot in dialogue.slots}
    asked = slots.get(open_.asked or "")
    if heard.option is not None:
        return _pressed(dialogue, open_, heard.option, scene)
    if _cancels(heard, asked):
        return Move(Kind.CANCELLED, open_)
    if open_.asked == CHANGE:
        return _change(dialogue, open_, _named_slot(heard, open_, slots) or offered(heard, open_))
    corrected = _correction(dialogue, open_, heard, scene, slots)
    if corrected is not None:
        return corrected
    if asked is None or (asked.free and asks(heard.text) and heard.act is not Act.INFORM):
        return Move(Kind.ELSEWHERE, open_)
    value = asked.read(heard, open_)
    if value is None:
        return _on_the_way(dialogue, open_, heard, scene)
    return _filled(dialogue, open_, asked, value, heard, scene)


def begin(dialogue: Dialogue, key: str, heard: Heard, act: Act, scene: Scene) -> OpenDialogue:
    """Return a dialogue begun with a message, which may already hold values for it."""
    open_ = OpenDialogue(dialogue.name, key, dialogue.opening(heard, act, scene))
    return _with_early(dialogue, open_, heard, scene)


def _pressed(dialogue: Dialogue, open_: OpenDialogue, option: str, scene: Scene) -> Move:
    offered_now = {value for value, _ in open_.options}
    slot = next((slot for slot in dialogue.slots if slot.name == open_.asked), None)
    if option not in offered_now:
        # A button of an earlier question: its answer has been given, or is no longer asked for.
        return Move(Kind.REFUSED, open_, "utter_dialogue_old_button")
    if open_.asked == CHANGE:
        return _change(dialogue, open_, option)
    if slot is None:
        return Move(Kind.ELSEWHERE, open_)
    return _taken(dialogue, open_, slot, option, scene)


def _cancels(heard: Heard, asked: Slot | None) -> bool:
    if word_count(heard.text) > MOST_SHORT:
        return False
    said = has_any(heard.text, data("dialogues")["cancelling"])
    return said or (heard.act is Act.CANCEL and not (asked is not None and asked.free))


def _correction(
    dialogue: Dialogue, open_: OpenDialogue, heard: Heard, scene: Scene, slots: dict[str, Slot]
) -> Move | None:
    """What a correction of an earlier answer does; None when the message is none."""
    signed = heard.act is Act.CORRECT or has_any(heard.text, data("dialogues")["correcting"])
    others = [slot for slot in dialogue.slots if slot.early and slot.name in open_.values and slot.name != open_.asked]
    for slot in others:
        value = slot.read(heard, open_)
        if value is not None and value != open_.values[slot.name] and (signed or not _reads_asked(heard, open_, slots)):
            return _taken(dialogue, _emptied(dialogue, open_, slot.name), slot, value, scene)
    named = _named_slot(heard, open_, slots) if signed else None
    if named is None or named not in open_.values or word_count(heard.text) > 2 * MOST_SHORT:
        return None
    return Move(Kind.CHANGING, replace(_emptied(dialogue, open_, named), asked=named, failures=0))


def _reads_asked(heard: Heard, open_: OpenDialogue, slots: dict[str, Slot]) -> bool:
    asked = slots.get(open_.asked or "")
    return asked is not None and asked.read(heard, open_) is not None


def _named_slot(heard: Heard, open_: OpenDialogue, slots: dict[str, Slot]) -> str | None:
    cues = data("dialogues")["slots"]
    named = [name for name in slots if name in open_.values and has_any(heard.text, cues.get(name, ()))]
    return named[0] if named else None


def _change(dialogue: Dialogue, open_: OpenDialogue, slot: str | None) -> Move:
    if slot is None:
        return Move(Kind.ELSEWHERE, open_)
    return Move(Kind.CHANGING, replace(_emptied(dialogue, open_, slot), asked=None, failures=0))


def _emptied(dialogue: Dialogue, open_: OpenDialogue, name: str) -> OpenDialogue:
    clears = next((slot.clears for slot in dialogue.slots if slot.name == name), ())
    return open_.without(name, CONFIRM, *clears)


def _filled(dialogue: Dialogue, open_: OpenDialogue, slot: Slot, value: str, heard: Heard, scene: Scene) -> Move:
    taken = _taken(dialogue, open_, slot, value, scene)
    if taken.kind is not Kind.FILLED:
        return taken
    return replace(taken, dialogue=_with_early(dialogue, taken.dialogue, heard, scene))


def _on_the_way(dialogue: Dialogue, open_: OpenDialogue, heard: Heard, scene: Scene) -> Move:
    """A message that does not answer what was asked, but tells something that would have been asked for later."""
    filled = _with_early(dialogue, open_, heard, scene)
    return Move(Kind.FILLED if filled.values != open_.values else Kind.ELSEWHERE, filled)


def _with_early(dialogue: Dialogue, open_: OpenDialogue, heard: Heard, scene: Scene) -> OpenDialogue:
    for slot in dialogue.slots:
        if not slot.early or slot.name in open_.values:
            continue
        value = slot.read(heard, open_)
        checked = dialogue.check(slot.name, value, open_, scene) if value is not None else None
        if checked is not None and checked.value is not None:
            open_ = replace(open_, values={**open_.values, **checked.also, slot.name: checked.value})
    return open_


def _taken(dialogue: Dialogue, open_: OpenDialogue, slot: Slot, value: str, scene: Scene) -> Move:
    if slot.name == CONFIRM and value == NO:
        return Move(Kind.CHANGING, replace(open_, asked=CHANGE, failures=0))
    checked = dialogue.check(slot.name, value, open_, scene)
    open_ = replace(open_, values={**open_.values, **checked.also})
    if checked.value is None:
        return Move(Kind.REFUSED, open_, checked.problem, tuple(checked.values.items()))
    return Move(Kind.FILLED, open_.with_value(slot.name, checked.value))
