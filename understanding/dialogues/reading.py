"""Readers of slots: the value that a message holds for what was asked."""

import re
from collections.abc import Mapping, Sequence

from polish.folding import fold
from polish.times import Moment, read_moment, read_place, says_only_when
from understanding.acts import Act
from understanding.dialogues.model import SEALED, Heard, Reader
from understanding.memory import OpenDialogue
from understanding.words import data, has_any, starts_with_any, word_count

YES, NO = "yes", "no"
LATER = "later"
"""Instead of a moment: other ones are to be offered."""
ON = "on:"
"""Instead of a moment: those of this day (ISO) are to be offered."""
SKIPPED = "-"
"""The value of an optional slot that the customer left out."""
POSTAL_CODE = re.compile(r"(?<![\w-])(\d{2})\s?[-–]?\s?(\d{3})(?![\w-])")
_NUMBER = re.compile(r"(?<!\w)(ok|ew|od)\s?[-–]?\s?(\d{1,9})(?!\w)")
_MASKED = re.compile(r"\[[^\[\]]{1,30}\]")
LEAST_WORDS = 2
MOST_SHORT = 5
"""Words of a message that says one thing and no more."""


def postal_code(heard: Heard, _open: OpenDialogue) -> str | None:
    """Read a postal code, `NN-NNN`."""
    found = POSTAL_CODE.search(heard.text)
    return f"{found[1]}-{found[2]}" if found else None


def case_number(heard: Heard, _open: OpenDialogue) -> str | None:
    """Read the number of a ticket, an e-visit or a callback, such as `EW-000012`."""
    found = _NUMBER.search(fold(heard.text))
    return f"{found[1].upper()}-{int(found[2]):06d}" if found else None


def words(least: int = LEAST_WORDS) -> Reader:
    """Return a reader that takes any words, but not fewer than so many."""

    def read(heard: Heard, _open: OpenDialogue) -> str | None:
        text = heard.text.strip()
        return text if word_count(text) >= least else None

    return read


def subject(heard: Heard, _open: OpenDialogue) -> str | None:
    """Read what something is about: words that are more than a postal code, masked data or a moment."""
    text = heard.text.strip()
    rest = _MASKED.sub(" ", POSTAL_CODE.sub(" ", text))
    return text if word_count(rest) > 0 and not says_only_when(rest) else None


def personal(kind: str) -> Reader:
    """Return a reader of personal data of a kind; its value is a reference to the sealed original."""

    def read(heard: Heard, _open: OpenDialogue) -> str | None:
        found = heard.sealed.get(kind)
        # "nie 600…, tylko 700…": the last one is meant.
        return f"{SEALED}{found[-1]}" if found else None

    return read


def optional(read: Reader) -> Reader:
    """Return a reader that also understands that somebody does not want to say it."""

    def read_or_skip(heard: Heard, open_: OpenDialogue) -> str | None:
        value = read(heard, open_)
        if value is None and word_count(heard.text) <= MOST_SHORT and _says(heard, "skipping", Act.DENY):
            return SKIPPED
        return value

    return read_or_skip


def yes_or_no(heard: Heard, _open: OpenDialogue) -> str | None:
    """Read a yes or a no; a longer text with its own matter is neither."""
    if word_count(heard.text) > MOST_SHORT:
        return None
    if starts_with_any(heard.text, data("dialogues")["denying"]) or heard.act is Act.DENY:
        return NO
    return YES if _says(heard, "affirming", Act.AFFIRM) else None


def one_of(groups: Mapping[str, Sequence[str]]) -> Reader:
    """Return a reader of a closed set: value -> beginnings of the words that mean it, the first that fits counts."""

    def read(heard: Heard, open_: OpenDialogue) -> str | None:
        named = next((value for value, beginnings in groups.items() if has_any(heard.text, beginnings)), None)
        return named or offered(heard, open_)

    return read


def offered(heard: Heard, open_: OpenDialogue) -> str | None:
    """Read which of the offered options is meant, by its place or its title."""
    titles = [fold(title) for _, title in open_.options]
    said = fold(heard.text).strip(" .!")
    same = [
        place for place, title in enumerate(titles) if said and (said == title or (len(said) > 3 and said in title))
    ]
    place = same[0] if len(same) == 1 else read_place(heard.text, len(titles))
    return open_.options[place][0] if place is not None else None


def moment(heard: Heard, open_: OpenDialogue) -> str | None:
    """Read which of the offered moments (ISO, Warsaw) is meant; `ON` a day, or `LATER`, when others are wanted."""
    named = read_moment(heard.text, heard.today)
    if named.is_empty:
        place = read_place(heard.text, len(open_.options))
        if place is not None:
            return open_.options[place][0]
        return LATER if _says(heard, "later", Act.MORE) or heard.act is Act.DENY else None
    fitting = [value for value, _ in open_.options if _fits(value, named)]
    if len(fitting) == 1 or (fitting and named.at is not None):
        # An hour without a day is that of the first day on which it is offered; it is shown before it is agreed.
        return fitting[0]
    if named.day is not None:
        return f"{ON}{named.day.isoformat()}"
    return None


def _fits(value: str, named: Moment) -> bool:
    day, _, clock = value.partition("T")
    hour = int(clock[:2]) if clock else 0
    return (
        (named.day is None or day == named.day.isoformat())
        and (named.at is None or clock[:5] == f"{named.at:%H:%M}")
        and (named.part is None or named.part[0] <= hour < named.part[1])
    )


def _says(heard: Heard, group: str, act: Act) -> bool:
    return heard.act is act or has_any(heard.text, data("dialogues")[group])
