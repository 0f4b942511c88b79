"""The classes of tickets with their statutory time to answer; the classes themselves are data."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

import yaml

from helpdesk.hours import WARSAW, is_working_day
from helpdesk.lifecycle import TicketClass, TicketStatus

FILE = Path(__file__).parent / "ticket_classes.yaml"
LAST_SECOND = time(23, 59, 59)


@dataclass(frozen=True)
class ClassRules:
    """What holds for a class of tickets.

    Attributes:
        name: how customers call it.
        subject: the subject of a ticket that comes from the chat.
        months: the statutory time to answer; None where no statute sets one.
        law: the statute's place, empty without one.
        source: where that was read, and `as_of` when it held.
    """

    name: str
    subject: str
    months: int | None
    law: str = ""
    source: str = ""
    as_of: str = ""


@lru_cache(maxsize=1)
def class_rules() -> Mapping[TicketClass, ClassRules]:
    """Return the rules of every class."""
    read = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {kind: ClassRules(**read[kind.value]) for kind in TicketClass}


def answer_by(kind: TicketClass, received: datetime) -> datetime | None:
    """Return the last instant (UTC) of the statutory time to answer a ticket received at an instant (aware).

    The day of receipt and the last day are days in Warsaw. None where no statute sets a time.
    """
    months = class_rules()[kind].months
    if months is None:
        return None
    day = last_day(received.astimezone(WARSAW).date(), months)
    return datetime.combine(day, LAST_SECOND, WARSAW).astimezone(UTC)


def last_day(received: date, months: int) -> date:
    """Return the last day of a time that is set in months.

    It is the day of the same number (the month's last one where that is missing: art. 57 § 3 KPA), and when that is
    a Saturday or a day off, the next working day (art. 57 § 4). The times of the GDPR end on the same day (art. 3 of
    Regulation 1182/71).
    """
    count = received.month - 1 + months
    year, month = received.year + count // 12, count % 12 + 1
    day = date(year, month, min(received.day, monthrange(year, month)[1]))
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def is_late(answer_by: datetime | None, status: TicketStatus, now: datetime) -> bool:
    """Return whether a ticket should have been answered by now and was not."""
    return answer_by is not None and answer_by < now and status in {TicketStatus.NEW, TicketStatus.OPEN}
