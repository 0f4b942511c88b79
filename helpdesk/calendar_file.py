"""The calendar file (iCalendar, RFC 5545) that goes along with a letter about an e-visit."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from functools import lru_cache
from pathlib import Path

import yaml
from icalendar import Calendar, Component, Event, vCalAddress

from helpdesk.hours import WARSAW
from helpdesk.tables import Visit
from helpdesk.visit_slots import LENGTH

FOLDER = Path(__file__).parent / "templates" / "calendar"
PRODUCT = "-//Okienko//E-visits//PL"


class Method(str, Enum):
    """What the customer's calendar is asked to do (RFC 5546)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@lru_cache(maxsize=1)
def _words() -> Mapping[str, str]:
    loaded: Mapping[str, str] = yaml.safe_load((FOLDER / "event.yaml").read_text(encoding="utf-8"))
    return loaded


def visit_calendar(visit: Visit, method: Method, *, organizer: str, now: datetime) -> str:
    """Return the calendar file of an e-visit.

    It names no customer: who sends it adds the recipient as the attendee (`with_attendee`), so that addresses
    are not kept in one more place.

    Args:
        visit: the e-visit as it is now; its `sequence` must already be the new one.
        method: REQUEST adds or moves it in a calendar, CANCEL takes it out.
        organizer: the office's mail address.
        now: the instant.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method.value)
    # The rules of our zone are written out: some calendars know no zone by its name alone.
    calendar.add_component(Component.from_ical((FOLDER / "europe-warsaw.ics").read_text(encoding="ascii")))
    calendar.add_component(_event(visit, method, organizer, now))
    return _written(calendar)


def _event(visit: Visit, method: Method, organizer: str, now: datetime) -> Event:
    words, begin = _words(), visit.starts_at.astimezone(WARSAW)
    event = Event()
    event.add("uid", f"{visit.number}@{organizer.rpartition('@')[2]}")
    event.add("sequence", visit.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", begin)
    event.add("dtend", begin + LENGTH)
    event.add("status", "CANCELLED" if method is Method.CANCEL else "CONFIRMED")
    for name in ("summary", "location", "description"):
        event.add(name, words[name].format(number=visit.number, office=visit.office))
    event.add("organizer", _address(organizer, CN=words["organizer"]))
    return event


def with_attendee(calendar: str, address: str) -> tuple[str, str]:
    """Return a calendar file with the recipient as its attendee, and its method.

    An invitation without an attendee is ignored by many calendars (RFC 5546, 3.2.2).
    """
    read = Calendar.from_ical(calendar)
    for event in read.walk("VEVENT"):
        event.add("attendee", _address(address, ROLE="REQ-PARTICIPANT", PARTSTAT="ACCEPTED", RSVP="FALSE"))
    return _written(read), str(read["method"])


def _written(calendar: Component) -> str:
    content: bytes = calendar.to_ical()
    return content.decode()


def _address(address: str, **params: str) -> vCalAddress:
    found = vCalAddress(f"mailto:{address}")
    found.params.update(params)
    return found
