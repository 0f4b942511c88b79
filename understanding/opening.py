"""Whether the office is open on the day that somebody asks for: today, a weekday, a date, or a feast by its name."""

from dataclasses import dataclass
from datetime import date, datetime

from helpdesk.hours import CLOSES, OPENS, WARSAW, Hours, OfficeHours, feasts, is_working_day
from helpdesk.moments import day as day_words
from polish.folding import fold
from polish.times import read_moment
from understanding.words import data, has_any, word_count

YEARS_AHEAD = 2
MOST_WORDS = 5


@dataclass(frozen=True)
class Told:
    """The response that tells it, and its values."""

    response: str
    values: dict[str, str]


def tell(text: str, hours: Hours, now: datetime) -> Told:
    """Return what is told to a question for the opening hours.

    Args:
        text: the question.
        hours: whose hours count.
        now: the instant (aware).
    """
    local = now.astimezone(WARSAW)
    asked = asked_day(text, local.date())
    noon = datetime.combine(asked or local.date(), CLOSES, WARSAW)
    values = {"day": day_words(noon), "next": _next(noon), "feast": feasts(noon.year).get(noon.date(), "")}
    if asked is None:
        return Told("utter_hours", values)
    if not is_working_day(asked):
        return Told("utter_hours_feast" if values["feast"] else "utter_hours_closed", values)
    if asked != local.date():
        return Told("utter_hours_open", values)
    if local.time() < OPENS:
        return Told("utter_hours_today_later", values)
    return Told("utter_hours_today_open" if hours.is_open(now) else "utter_hours_today_over", values)


def asks_on(text: str, today: date) -> bool:
    """Return whether a short message after the hours asks for those of another day ("a w wigilię?")."""
    return word_count(text) <= MOST_WORDS and asked_day(text, today) is not None


def asked_day(text: str, today: date) -> date | None:
    """Return the day that a text asks for; None when it asks for the hours in general."""
    return _feast(text, today) or read_moment(text, today).day


def _feast(text: str, today: date) -> date | None:
    name = next((entry["name"] for entry in data("feasts") if has_any(text, entry["cues"])), None)
    if name is None:
        return None
    days = (day for year in range(today.year, today.year + YEARS_AHEAD) for day in sorted(_named(year, name)))
    return next((day for day in days if day >= today), None)


def _named(year: int, name: str) -> list[date]:
    return [day for day, known in feasts(year).items() if fold(name) in fold(known)]


def _next(after: datetime) -> str:
    # By the calendar, also in a demonstration in which somebody is always there.
    opening = OfficeHours().next_opening(after)
    return f"{day_words(opening)}, {opening.hour}:{opening.minute:02d}"
