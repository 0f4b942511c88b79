"""Whether the office is open on the day that somebody asks for: today, a weekday, a date, or a feast by its name."""

from dataclasses import dataclass
from datetime import date, datetime, time

from helpdesk.calendar import Calendar
from helpdesk.hours import WARSAW, Hours, feasts
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


def tell(text: str, hours: Hours, calendar: Calendar, now: datetime) -> Told:
    """Return what is told to a question for the opening hours.

    Args:
        text: the question.
        hours: whose hours count.
        calendar: the house's, which tells its days also in a demonstration in which somebody is always there.
        now: the instant (aware).
    """
    local = now.astimezone(WARSAW)
    asked = asked_day(text, local.date())
    day = asked or local.date()
    opening = calendar.open_on(day)
    # After the day's own hours, or on a closed day from its noon on, the next ones are those of a later day.
    after = opening[1] if opening else datetime.combine(day, time(12), WARSAW)
    told = datetime.combine(day, time(12), WARSAW)
    values = {"day": day_words(told), "next": _next(calendar, after), "feast": calendar.name_of(day)}
    if asked is None:
        return Told("utter_hours", values)
    if opening is None:
        return Told("utter_hours_feast" if values["feast"] else "utter_hours_closed", values)
    if asked != local.date():
        return Told("utter_hours_open", values)
    if now < opening[0]:
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


def _next(calendar: Calendar, after: datetime) -> str:
    opening = calendar.next_opening(after)
    return f"{day_words(opening)}, {opening.hour}:{opening.minute:02d}"
