"""The administration's pages: what their forms do, say and keep, and that only administrators see them."""

import re

import pytest
from sqlalchemy import select

from helpdesk.house import load
from helpdesk.lifecycle import Role
from helpdesk.queues import Queue
from helpdesk.staff import add_staff
from helpdesk.tables import AuditEntry, RetentionRun, Staff
from tests.conftest import NOON
from tests.integration.web.conftest import PASSWORD, House
from tests.integration.web.desk_forms import Browser

STAFF = "/desk/admin/staff"


@pytest.fixture
def admin(house: House) -> Browser:
    with house.database.session() as session:
        add_staff(session, login="admin", name="Adm", password=PASSWORD, queues=[], now=NOON, role=Role.ADMINISTRATOR)
        add_staff(session, login="zofia", name="Zofia", password=PASSWORD, queues=[], now=NOON, role=Role.SUPERVISOR)
        session.commit()
    browser = Browser(house)
    browser.sign_in("admin", PASSWORD)
    return browser


def person(house: House, login: str) -> Staff:
    with house.database.reading() as session:
        return session.scalars(select(Staff).where(Staff.login == login)).one()


def form(**values: object) -> dict[str, object]:
    return {"name": "Ewa Konsultantka", "role": "consultant", "active": "true", **values}


def test_added_person_signs_in_with_the_password_that_is_shown_once(house: House, admin: Browser) -> None:
    page = admin.send(STAFF, login="Jan.Nowak", name="Jan Nowak", role="consultant", queues=["zasilki", "platnicy"])
    shown = re.search(r'<code class="secret">([^<]+)</code>', page.text)
    assert shown
    assert page.headers["cache-control"] == "no-store"

    first = Browser(house).sign_in("jan.nowak", shown[1])

    assert first.headers["location"] == "/desk/login/password"
    assert person(house, "jan.nowak").queues == "zasilki platnicy"
    with house.database.reading() as session:
        assert shown[1] not in str([entry.reason for entry in session.scalars(select(AuditEntry))])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"login": "ewa"}, "zajęty"),
        ({"login": "a b"}, "Od 2 do 60 znaków"),
        ({"name": "  "}, "Proszę podać imię"),
        ({"capacity": "21"}, "Liczba od 1 do 20"),
        ({"capacity": "three"}, "Liczba od 1 do 20"),
    ],
)
def test_form_with_something_wrong_says_so_and_keeps_what_was_typed(
    admin: Browser, typed: dict[str, str], said: str
) -> None:
    sent = {"login": "nowy", "name": "Ktoś Nowy", "capacity": "4", "queues": ["zasilki"], **typed}

    page = admin.send(STAFF, **sent)

    assert page.status_code == 422
    assert said in page.text
    for name in ("login", "name", "capacity"):
        assert f'value="{sent[name]}"' in page.text
    assert re.search(r'value="zasilki" checked', page.text)


def test_change_of_a_person_is_kept_and_in_the_audit(house: House, admin: Browser) -> None:
    ewa = person(house, "ewa")

    admin.send(f"{STAFF}/{ewa.id}", **form(role="supervisor", capacity="7", needs_approval="true"))

    changed = person(house, "ewa")
    assert (changed.role, changed.capacity, changed.needs_approval, changed.active) == (Role.SUPERVISOR, 7, True, True)
    audit = admin.get(f"/desk/admin/audit?subject=staff:{ewa.id}&action=staff+changed").text
    assert "role: consultant -&gt; supervisor" in audit


def test_last_administrator_is_told_plainly(house: House, admin: Browser) -> None:
    me = person(house, "admin")

    page = admin.send(f"{STAFF}/{me.id}", **form(name="Adm", role="editor"))

    assert page.status_code == 422
    assert "jedyny aktywny administrator" in page.text
    assert person(house, "admin").role is Role.ADMINISTRATOR


def test_reset_password_signs_the_person_out_and_is_good_once(house: House, admin: Browser) -> None:
    ewa = Browser(house)
    ewa.sign_in("ewa", PASSWORD)

    page = admin.send(f"{STAFF}/{person(house, 'ewa').id}/password")

    shown = re.search(r'<code class="secret">([^<]+)</code>', page.text)
    assert shown
    assert ewa.get("/desk/me").headers["location"] == "/desk/login"
    assert ewa.sign_in("ewa", PASSWORD).status_code == 403
    assert ewa.sign_in("ewa", shown[1]).headers["location"] == "/desk/login/password"


def test_forced_sign_out_ends_every_browser(house: House, admin: Browser) -> None:
    browsers = [Browser(house), Browser(house)]
    for browser in browsers:
        browser.sign_in("ewa", PASSWORD)

    admin.send(f"{STAFF}/{person(house, 'ewa').id}/sign-out")

    assert {browser.get("/desk/me").headers["location"] for browser in browsers} == {"/desk/login"}


def test_supervisor_signs_consultants_out_but_no_administrator(house: House, admin: Browser) -> None:
    zofia, ewa = Browser(house), Browser(house)
    zofia.sign_in("zofia", PASSWORD)
    ewa.sign_in("ewa", PASSWORD)
    shown = zofia.get("/desk/team").text
    assert "Ewa Konsultantka" in shown
    assert "Adm" not in shown

    assert zofia.send(f"/desk/team/{person(house, 'admin').id}/sign-out").status_code == 404
    assert zofia.send(f"/desk/team/{person(house, 'ewa').id}/sign-out").status_code == 303

    assert ewa.get("/desk/me").headers["location"] == "/desk/login"
    assert admin.get("/desk/me").status_code == 200


def test_queue_that_nobody_serves_is_warned_of(house: House, admin: Browser) -> None:
    with house.database.session() as session:
        for staff in session.scalars(select(Staff).where(Staff.login.in_(("ewa", "zofia")))):
            staff.active = False
        session.commit()

    page = admin.get("/desk/admin/queues").text

    assert page.count("Tej kolejki nikt nie obsługuje") == len(Queue) - 1  # marek serves one


def test_limits_are_changed_within_their_bounds(house: House, admin: Browser) -> None:
    page = admin.send("/desk/admin/limits", chats_at_once="5", was_chats_at_once="3")

    assert page.headers["location"] == "/desk/admin/limits?done=saved"
    with house.database.reading() as session:
        assert load(session).chats_at_once == 5
        assert "3 -> 5" in [entry.reason for entry in session.scalars(select(AuditEntry))]


@pytest.mark.parametrize("typed", ["0", "21", "", "trzy", "3.5", "1e3", "99999999999999999999", "٣"])
def test_limit_out_of_its_bounds_changes_nothing_and_is_kept_as_typed(house: House, admin: Browser, typed: str) -> None:
    page = admin.send(
        "/desk/admin/limits",
        chats_at_once=typed,
        was_chats_at_once="3",
        offer_seconds="40",
        was_offer_seconds="30",
    )

    assert page.status_code == 422
    assert "Proszę podać liczbę całkowitą od 1 do 20." in page.text
    assert f'value="{typed}"' in page.text
    assert 'value="40"' in page.text
    with house.database.reading() as session:
        assert load(session).offer_seconds == 30


def test_limit_that_another_administrator_changed_meanwhile_stays(house: House, admin: Browser) -> None:
    admin.send("/desk/admin/limits", chats_at_once="5", was_chats_at_once="3")

    admin.send(
        "/desk/admin/limits", chats_at_once="3", was_chats_at_once="3", idle_minutes="60", was_idle_minutes="120"
    )

    with house.database.reading() as session:
        assert (load(session).chats_at_once, load(session).idle_minutes) == (5, 60)


def test_retention_shows_variables_what_is_due_and_the_last_runs(house: House, admin: Browser) -> None:
    with house.database.session() as session:
        session.add(AuditEntry(subject="x", action="opened", at=NOON.replace(year=2010)))
        report = {"audit": {"due": 7, "found_afterwards": 0}, "tickets": {"due": 0, "found_afterwards": 0}}
        session.add(RetentionRun(day=NOON.date(), began_at=NOON, ended_at=NOON, report=report))
        session.commit()

    page = admin.get("/desk/admin/retention").text

    assert "OKIENKO_RETENTION_TICKETS_DAYS" in page
    assert page.count("OKIENKO_RETENTION_APPOINTMENTS_DAYS") == 2
    assert re.search(r'dziennik zmian</th><td data-label="Okres">3650 dni</td><td data-label="[^"]+">1<', page)
    assert "dziennik zmian: 7" in page
    assert "nie zmienia się na tej stronie" in page


def test_audit_is_narrowed_and_paged(house: House, admin: Browser) -> None:
    with house.database.session() as session:
        session.add_all(AuditEntry(subject="ticket:5", action="opened", at=NOON) for _ in range(60))
        session.add(AuditEntry(subject="ticket:6", action="<script>alert(1)</script>", at=NOON))
        session.commit()

    first = admin.get("/desk/admin/audit?subject=ticket:5").text
    onward = re.search(r'href="(\?[^"]+before=\d+)"', first)
    assert onward
    second = admin.get(f"/desk/admin/audit{onward[1].replace('&amp;', '&')}").text

    assert (first.count("ticket:5</code>"), second.count("ticket:5</code>")) == (50, 10)
    assert "<script>alert" not in admin.get("/desk/admin/audit?subject=ticket").text
    assert "Nie ma takich wpisów" in admin.get("/desk/admin/audit?day=2020-01-01").text
    assert "Nie ma takich wpisów" in admin.get("/desk/admin/audit?person=999").text
    assert admin.get("/desk/admin/audit?day=&person=&action=&subject=").status_code == 200
