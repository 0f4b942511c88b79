"""Hours, deadlines and callbacks at the desk, through the pages."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta

import pytest
from fastapi import Request
from fastapi.testclient import TestClient
from sqlalchemy import select

from helpdesk import callbacks, deadline_rules, escalation, house_calendar, tickets
from helpdesk.calendar import WEEK, OtherDay
from helpdesk.callbacks import NewCallback
from helpdesk.deadlines import Rule
from helpdesk.lifecycle import CallbackStatus, Priority, Role
from helpdesk.polish_days import WARSAW
from helpdesk.queues import Queue
from helpdesk.staff import add_staff
from helpdesk.tables import AuditEntry, Callback, CallbackTry, Staff, Ticket
from helpdesk.tickets import NewTicket
from tests.conftest import NOON
from tests.integration.web.conftest import PASSWORD, House
from web.desk.clock_facts import clock_of
from web.pages import rendered

MONDAY_9 = datetime(2026, 11, 23, 9, 0, tzinfo=WARSAW)
HOUR = timedelta(hours=1)


@pytest.fixture
def admin(house: House) -> TestClient:
    return signed_in(house, "ada", Role.ADMINISTRATOR)


@pytest.fixture
def lead(house: House) -> TestClient:
    return signed_in(house, "ola", Role.SUPERVISOR)


def signed_in(house: House, login: str, role: Role) -> TestClient:
    with house.database.session() as session:
        add_staff(session, login=login, name=login.title(), password=PASSWORD, queues=[], now=NOON, role=role)
        session.commit()
    return house.consultant(login)


def csrf(client: TestClient, path: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def week_form(client: TestClient, **changes: tuple[str, str]) -> Mapping[str, object]:
    hours = [("07:00", "18:00")] * 5 + [("", "")] * 2
    for number, pair in changes.items():
        hours[int(number[1:])] = pair
    return {
        "csrf": csrf(client, "/desk/admin/hours"),
        "opens": [begin for begin, _ in hours],
        "closes": [end for _, end in hours],
    }


@pytest.mark.parametrize("path", ["/desk/admin/hours", "/desk/admin/deadlines", "/desk/overdue", "/desk/due"])
def test_pages_do_not_exist_for_roles_without_the_permission(house: House, path: str) -> None:
    allowed = {"/desk/overdue": {Role.SUPERVISOR}, "/desk/due": {Role.SUPERVISOR, Role.CONSULTANT}}
    for role in Role:
        status = signed_in(house, role.value, role).get(path).status_code
        assert status == (200 if role in allowed.get(path, {Role.ADMINISTRATOR}) else 404), role


def test_week_is_set_and_the_preview_shows_it(house: House, admin: TestClient) -> None:
    response = admin.post("/desk/admin/hours/week", data=week_form(admin, d5=("9.00", "12:30"), d6=("00:00", "24:00")))
    page = admin.get(response.headers["location"]).text

    assert response.status_code == 303
    assert "Zapisano godziny tygodnia" in page
    assert "9.00–12.30" in page
    assert "Wigilia Bożego Narodzenia" in page
    with house.database.reading() as session:
        saturday, sunday = house_calendar.load(session).week[5:]
    assert (str(saturday), str(sunday)) == ("09:00-12:30", "00:00-00:00")


@pytest.mark.parametrize(
    ("hours", "problem"),
    [
        (("18:00", "07:00"), "wtorek: Godzina zamknięcia musi być późniejsza"),
        (("07:00", ""), "wtorek: Proszę podać obie godziny"),
        (("rano", "<b>x"), "wtorek: Proszę podać godziny w postaci"),
    ],
)
def test_hours_that_make_no_sense_are_told_at_their_day_and_not_kept(
    house: House, admin: TestClient, hours: tuple[str, str], problem: str
) -> None:
    response = admin.post("/desk/admin/hours/week", data=week_form(admin, d1=hours))

    assert response.status_code == 422
    assert problem.casefold() in response.text.casefold()
    assert "<b>x" not in response.text
    with house.database.reading() as session:
        assert tuple(house_calendar.load(session).week) == WEEK


def test_week_without_an_open_day_is_refused(admin: TestClient) -> None:
    closed = {f"d{n}": ("", "") for n in range(5)}

    response = admin.post("/desk/admin/hours/week", data=week_form(admin, **closed))

    assert (response.status_code, "co najmniej jeden dzień" in response.text) == (422, True)


def test_day_off_is_set_shown_and_removed(house: House, admin: TestClient) -> None:
    form = {"csrf": csrf(admin, "/desk/admin/hours"), "day": "2026-11-25", "name": "Szkolenie <i>", "off": "true"}

    admin.post("/desk/admin/hours/days", data=form)
    shown = admin.get("/desk/admin/hours").text
    with house.database.reading() as session:
        assert house_calendar.load(session).others == {date(2026, 11, 25): OtherDay("Szkolenie <i>")}
    admin.post("/desk/admin/hours/days/2026-11-25/remove", data={"csrf": form["csrf"]})

    assert "zamknięte – Szkolenie &lt;i&gt;" in shown
    with house.database.reading() as session:
        assert not house_calendar.load(session).others
        by = session.scalars(select(Staff.login).join(AuditEntry).where(AuditEntry.subject == "calendar:2026-11-25"))
        assert by.all() == ["ada", "ada"]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"day": "jutro"}, "Proszę podać datę"),
        ({"day": "2026-11-19"}, "już minęła"),
        ({"day": "2036-01-01"}, "zbyt odległa"),
        ({"name": "  "}, "Proszę podać nazwę"),
        ({"off": "false"}, "obie godziny"),
        ({"off": "false", "opens": "12:00", "closes": "11:00"}, "musi być późniejsza"),
    ],
)
def test_day_that_makes_no_sense_is_told(admin: TestClient, changes: dict[str, str], problem: str) -> None:
    form = {"csrf": csrf(admin, "/desk/admin/hours"), "day": "2026-11-25", "name": "Szkolenie", "off": "true"}

    response = admin.post("/desk/admin/hours/days", data={**form, **changes})

    assert (response.status_code, problem in response.text) == (422, True)


def rules_form(client: TestClient, **changes: str) -> dict[str, object]:
    page = client.get("/desk/admin/deadlines").text
    form: dict[str, list[str]] = {
        name: re.findall(rf'name="{name}"[^>]*value="(\d+)"', page) for name in ("response", "solution")
    }
    assert len(form["response"]) == len(form["solution"]) == len(Queue) * len(Priority)
    for name, value in changes.items():
        form[name][5] = value  # benefits, normal
    return {"csrf": csrf(client, "/desk/admin/deadlines"), **form}


def test_rules_are_set_in_the_table(house: House, admin: TestClient) -> None:
    response = admin.post("/desk/admin/deadlines", data=rules_form(admin, response="30", solution="600"))
    page = admin.get(response.headers["location"]).text

    assert "Zmienione zasady: 1" in page
    with house.database.reading() as session:
        policy = deadline_rules.load(session)
    assert policy.own == {(Queue.BENEFITS, Priority.NORMAL): Rule(HOUR / 2, 10 * HOUR)}


@pytest.mark.parametrize("typed", ["", "4", "-30", "2000", "trzy", "60001", "1e3"])
def test_rule_that_makes_no_sense_is_marked_and_nothing_is_kept(house: House, admin: TestClient, typed: str) -> None:
    response = admin.post("/desk/admin/deadlines", data=rules_form(admin, response=typed))

    assert response.status_code == 422
    assert response.text.count('aria-invalid="true"') == 2
    assert f'value="{typed}" aria-label="Zasiłki, zwykłe: odpowiedź' in response.text
    with house.database.reading() as session:
        assert not deadline_rules.load(session).own


def ticket(house: House, queue: Queue = Queue.BENEFITS, now: datetime = NOON) -> Ticket:
    with house.database.session() as session:
        opened = tickets.open_ticket(session, NewTicket(queue, "Zasiłek <b>", "anna@example.com"), now=now)
        session.commit()
        return opened


def test_supervisor_sees_what_is_broken_counts_it_and_takes_it_over(house: House, lead: TestClient) -> None:
    broken, soon = ticket(house), ticket(house, Queue.PAYERS, NOON + HOUR)
    house.clock.at = NOON + 4 * HOUR
    lead = house.consultant("ola")  # signed out meanwhile

    page = lead.get("/desk/overdue").text
    form = {"csrf": csrf(lead, "/desk/overdue"), "ticket": [str(broken.id), str(soon.id)], "take": "true"}
    response = lead.post("/desk/overdue", data=form)

    assert "Terminy w zespole (1 po terminie)" in page
    assert "Zasiłki: 1 po terminie, 0 wkrótce" in page
    assert "Płatnicy składek: 0 po terminie, 1 wkrótce" in page
    assert page.index(broken.number) < page.index(soon.number)
    assert "Zasiłek &lt;b&gt;" in page
    assert "Przydzielono zgłoszenia: 2" in lead.get(response.headers["location"]).text
    with house.database.reading() as session:
        owners = {session.get_one(Ticket, one.id).consultant.login for one in (broken, soon)}
    assert owners == {"ola"}


def test_supervisor_assigns_only_to_those_who_work_there(house: House, lead: TestClient) -> None:
    broken = ticket(house)
    house.clock.at = NOON + 5 * HOUR
    lead = house.consultant("ola")
    with house.database.reading() as session:
        marek = session.scalars(select(Staff).where(Staff.login == "marek")).one()
    form = {"csrf": csrf(lead, "/desk/overdue"), "ticket": str(broken.id), "staff": str(marek.id)}

    page = lead.get(lead.post("/desk/overdue", data=form).headers["location"]).text
    unknown = lead.post("/desk/overdue", data={**form, "staff": "99999"})

    assert "ta osoba nie pracuje w jego kolejce" in page
    assert unknown.status_code == 404
    with house.database.reading() as session:
        assert session.get_one(Ticket, broken.id).consultant_id is None


def test_consultant_is_warned_in_the_navigation_and_finds_the_ticket(house: House) -> None:
    pressing, foreign = ticket(house, Queue.PAYERS), ticket(house)
    escalation.look(house.database, NOON + 3 * HOUR)
    house.clock.at = NOON + 3 * HOUR
    marek = house.consultant("marek")

    page = marek.get("/desk/due").text

    assert "Terminy (1)" in page
    assert pressing.number in page
    assert "termin wkrótce: odpowiedź do 20.11.2026, 16:00" in page
    assert foreign.number not in page


def opened_now(house: House, ticket_id: int) -> Ticket:
    with house.database.reading() as session:
        return session.get_one(Ticket, ticket_id)


def asking(house: House) -> Request:
    return Request({"type": "http", "app": house.app})


def test_clock_explains_rule_hours_and_pauses(house: House) -> None:
    opened = ticket(house)
    with house.database.session() as session:
        found = tickets.get_ticket(session, opened.id)
        tickets.move(session, found, tickets.TicketStatus.PENDING, None, NOON + HOUR)
        session.commit()
    house.clock.at = NOON + 2 * HOUR
    parts = house.app.state.parts

    def shown() -> str:
        with house.database.reading() as session:
            clock = clock_of(parts, session.get_one(Ticket, opened.id), session)
        told = rendered("desk/ticket/_clock.html", clock=clock)
        assert told == rendered("desk/ticket/_clock.html", ticket=opened_now(house, opened.id), request=asking(house))
        return " ".join(told.split())

    paused = shown()
    with house.database.session() as session:
        tickets.reopen(session, tickets.get_ticket(session, opened.id), now=NOON + 3 * HOUR)
        session.commit()
    house.clock.at = MONDAY_9
    running = shown()
    house.clock.at = MONDAY_9 + 9 * HOUR
    broken = shown()

    assert "4 godz. pracy, rozwiązanie w 33 godz. pracy dla kolejki Zasiłki, priorytet zwykły" in paused
    assert "licznik zatrzymany od 20.11.2026, 13:00" in paused
    assert "Wykorzystano 1 godz. pracy" in paused
    assert "poniedziałek–piątek 7.00–18.00" in paused
    assert "Licznik stał, bo czekaliśmy na klienta: od 20.11.2026, 13:00 do 20.11.2026, 15:00" in running
    assert "po terminie" in running  # the answer was due at 8:00
    assert "przekroczone o 1 godz. pracy" in running
    assert "przekroczone o 10 godz. pracy" in broken


def call(house: House, key: str = "c1", starts_at: datetime = MONDAY_9, **more: object) -> Callback:
    with house.database.session() as session:
        new = NewCallback("501 234 567", starts_at, Queue.PENSIONS, key, matter="zasiłek <b>", **more)
        asked = callbacks.request(session, new, now=NOON)
        session.commit()
        return asked


def test_calls_are_listed_by_hour_the_due_and_late_ones_first(house: House) -> None:
    late, due, ahead = call(house), call(house, "c2", MONDAY_9 + HOUR), call(house, "c3", MONDAY_9 + 24 * HOUR)
    house.clock.at = MONDAY_9 + HOUR

    page = house.consultant().get("/desk/callbacks").text

    assert "Teraz (2)" in page
    assert "wtorek 24.11.2026, 09:00" in page
    assert page.index(late.number) < page.index(due.number) < page.index(ahead.number)
    assert page.count("po czasie") == 1
    for words in ("+48501234567", "23.11.2026, 09:00–10:00", "zasiłek &lt;b&gt;"):
        assert words in page


def test_open_tickets_of_the_same_customer_are_linked_as_far_as_one_may_see_them(house: House) -> None:
    mine, foreign = ticket(house, Queue.PENSIONS), ticket(house, Queue.PAYERS)
    with house.database.session() as session:
        add_staff(session, login="jan", name="Jan", password=PASSWORD, queues=[Queue.PENSIONS], now=NOON)
        session.commit()
    call(house, customer_id=mine.customer_id)

    page = house.consultant("jan").get("/desk/callbacks").text

    assert (mine.number in page, foreign.number in page) == (True, False)


def test_call_is_taken_tried_again_and_brought_to_an_end(house: House) -> None:
    asked = call(house)
    house.clock.at = MONDAY_9
    client = house.consultant()
    form = {"csrf": csrf(client, "/desk/callbacks")}

    client.post(f"/desk/callbacks/{asked.id}/take", data=form)
    assert asked.number in client.get("/desk/callbacks?whose=mine").text
    assert asked.number not in client.get("/desk/callbacks?whose=free").text
    again = {**form, "result": "not_reached", "note": "PESEL 44051401359, nie odbiera"}
    client.post(f"/desk/callbacks/{asked.id}/result", data={**again, "again_at": (MONDAY_9 + 3 * HOUR).isoformat()})
    page = client.get("/desk/callbacks").text
    client.post(f"/desk/callbacks/{asked.id}/result", data={**form, "result": "reached"})

    assert "23.11.2026, 12:00–13:00" in page
    assert "próby: 1 z 3" in page
    assert "nie odbiera" in page
    assert "44051401359" not in page
    assert asked.number not in client.get("/desk/callbacks").text
    with house.database.reading() as session:
        assert session.get_one(Callback, asked.id).status is CallbackStatus.DONE
        assert len(session.scalars(select(CallbackTry)).all()) == 2


@pytest.mark.parametrize(
    ("result", "words"),
    [({"result": "not_reached", "again_at": "2026-11-28T09:00:00+01:00"}, "Nie ma wolnej godziny"), ({}, "")],
)
def test_call_again_on_a_free_day_is_refused_and_a_form_without_a_result_too(
    house: House, result: dict[str, str], words: str
) -> None:
    asked = call(house)
    client = house.consultant()

    response = client.post(
        f"/desk/callbacks/{asked.id}/result", data={"csrf": csrf(client, "/desk/callbacks"), **result}
    )

    assert response.status_code == (303 if words else 422)
    if words:
        assert words in client.get(response.headers["location"]).text


@pytest.mark.parametrize("deed", ["take", "release", "result"])
def test_call_of_another_queue_does_not_exist_and_forms_need_their_token(house: House, deed: str) -> None:
    asked = call(house)
    marek, ewa = house.consultant("marek"), house.consultant()
    form = {"csrf": csrf(marek, "/desk/callbacks"), "result": "reached"}

    assert marek.post(f"/desk/callbacks/{asked.id}/{deed}", data=form).status_code == 404
    assert ewa.post(f"/desk/callbacks/{asked.id}/{deed}", data={"result": "reached"}).status_code == 403


def test_call_that_another_one_took_says_so(house: House) -> None:
    asked = call(house)
    ewa = house.consultant()
    with house.database.session() as session:
        add_staff(session, login="jan", name="Jan", password=PASSWORD, queues=[], now=NOON)
        session.commit()
    jan = house.consultant("jan")
    ewa.post(f"/desk/callbacks/{asked.id}/take", data={"csrf": csrf(ewa, "/desk/callbacks")})

    response = jan.post(f"/desk/callbacks/{asked.id}/take", data={"csrf": csrf(jan, "/desk/callbacks")})

    assert "przejął już ktoś inny" in jan.get(response.headers["location"]).text
