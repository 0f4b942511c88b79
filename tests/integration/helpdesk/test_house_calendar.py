"""The house's calendar in the database: what is set is what everybody asks."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from pydantic import ValidationError
from sqlalchemy import event, select

from helpdesk import house_calendar
from helpdesk.calendar import WEEK, Calendar, OtherDay, Span
from helpdesk.database import Database
from helpdesk.errors import TooMany
from helpdesk.hours import OfficeHours
from helpdesk.house_calendar import LiveCalendar
from helpdesk.polish_days import WARSAW
from helpdesk.staff import add_staff
from helpdesk.tables import AuditEntry, Staff
from tests.conftest import NOON

SATURDAY = datetime(2026, 11, 21, 10, tzinfo=WARSAW)
WITH_SATURDAY = (*WEEK[:5], Span(time(9), time(12)), None)


@pytest.fixture
def staff(database: Database) -> Staff:
    with database.session() as session:
        made = add_staff(session, login="ala", name="Ala", password="x", queues=[], now=NOON)
        session.commit()
        return made


def test_house_without_settings_has_the_usual_week(database: Database) -> None:
    with database.reading() as session:
        assert house_calendar.load(session) == Calendar()


def test_week_and_days_that_were_set_are_read_again(database: Database, staff: Staff) -> None:
    days = {date(2026, 12, 24): OtherDay("", Span(time(8), time(0))), date(2026, 12, 28): OtherDay("inwentaryzacja")}
    with database.session() as session:
        house_calendar.load(session)
        house_calendar.set_week(session, WITH_SATURDAY, by=staff, now=NOON)
        for day, other in days.items():
            house_calendar.set_day(session, day, other, by=staff, now=NOON)
        house_calendar.set_day(session, date(2026, 12, 29), OtherDay("x"), by=staff, now=NOON)
        house_calendar.remove_day(session, date(2026, 12, 29), by=staff, now=NOON)
        assert house_calendar.load(session) == Calendar(WITH_SATURDAY, days)
        session.commit()

    with database.reading() as session:
        assert house_calendar.load(session) == Calendar(WITH_SATURDAY, days)
        deeds = session.scalars(select(AuditEntry.subject).where(AuditEntry.staff_id == staff.id)).all()
    assert deeds == [
        "house:week",
        "calendar:2026-12-24",
        "calendar:2026-12-28",
        "calendar:2026-12-29",
        "calendar:2026-12-29",
    ]


def test_week_that_never_opens_is_refused(database: Database, staff: Staff) -> None:
    with database.session() as session, pytest.raises(ValidationError):
        house_calendar.set_week(session, (None,) * 7, by=staff, now=NOON)


def test_more_days_than_the_bound_are_refused(
    database: Database, staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house_calendar, "MOST_DAYS", 2)
    with database.session() as session:
        for day in (date(2026, 11, 1), date(2026, 12, 1), date(2026, 12, 2), date(2026, 12, 2)):  # one of them is over
            house_calendar.set_day(session, day, OtherDay("x"), by=staff, now=NOON)
        with pytest.raises(TooMany):
            house_calendar.set_day(session, date(2026, 12, 3), OtherDay("x"), by=staff, now=NOON)


def test_running_process_sees_a_change_within_seconds_and_asks_seldom(database: Database, staff: Staff) -> None:
    at = [NOON]
    live = LiveCalendar(database, lambda: at[0])
    hours, queries = OfficeHours(live), []
    assert not hours.is_open(SATURDAY)
    with database.session() as session:
        house_calendar.set_week(session, WITH_SATURDAY, by=staff, now=NOON)
        session.commit()

    event.listen(database.engine, "before_cursor_execute", lambda *_: queries.append(1))
    before = [hours.is_open(SATURDAY) for _ in range(100)]
    asked = len(queries)
    at[0] += house_calendar.KEPT
    after = hours.is_open(SATURDAY)

    assert (set(before), asked, after) == ({False}, 0, True)
    assert hours.next_opening(datetime(2026, 11, 20, 20, tzinfo=UTC)) == datetime(2026, 11, 21, 9, tzinfo=WARSAW)
    assert hours.open_between(SATURDAY, SATURDAY + timedelta(days=1)) == timedelta(hours=2)
