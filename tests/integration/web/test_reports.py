"""The reports and the wall board at the desk: what they show of the history counted by hand, to whom, and as files."""

import csv
import re
from datetime import timedelta
from io import StringIO

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from helpdesk import conversations
from helpdesk.lifecycle import Presence, Role
from helpdesk.queues import Queue
from helpdesk.staff import add_staff
from helpdesk.tables import AuditEntry, Staff, StaffSession
from tests.conftest import NOON
from tests.integration.web.conftest import PASSWORD, House
from tests.reports_history import NOW, History
from web.desk.reports import SECTIONS
from web.desk.reports_tables import TABLES

DAYS = "period=own&first=2026-10-24&last=2026-10-26"
NAMES = ("Ewa Historyczna", "Marek Historyczny")


@pytest.fixture
def reports(house: House) -> House:
    house.clock.at = NOW
    with house.database.session() as session:
        History(session).write()
        for login, role in (("zofia", Role.SUPERVISOR), ("piotr", Role.EDITOR)):
            add_staff(session, login=login, name=login, password=PASSWORD, queues=[], now=NOON, role=role)
        session.commit()
    return house


def table_of(client: TestClient, name: str, query: str = DAYS) -> list[list[str]]:
    response = client.get(f"/desk/reports/table.csv?{query}&name={name}")
    assert response.status_code == 200
    return list(csv.reader(StringIO(response.content.decode("utf-8-sig")), delimiter=";"))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("section", ["", *SECTIONS])
def test_each_page_shows_its_tables_with_a_definition_beside_each_figure(reports: House, section: str) -> None:
    shown = reports.consultant("zofia").get(f"/desk/reports{'/' + section if section else ''}?{DAYS}").text

    for name in SECTIONS.get(section, ()):
        assert f'id="table-{name}"' in shown
    figures = set(re.findall(r'data-figure="(\w+)"', shown))
    assert figures <= set(re.findall(r'data-defined="(\w+)"', shown))
    assert "24.10.2026 – 26.10.2026" in shown
    assert "style=" not in shown


def test_overview_tells_the_figures_of_the_history(reports: House) -> None:
    shown = reports.consultant("zofia").get(f"/desk/reports?{DAYS}").text

    told = dict(re.findall(r'data-figure="(\w+)">.*?class="big">([^<]*)<', shown, re.DOTALL))
    # Of 19 contacts 8 are chats; 3 of 7 waits in time; of 13 chats and mails, one without a question, the bot had 3.
    assert told["contacts"] == "19"
    assert (told["service_level"], told["wait_median"]) == ("42,9%", "3\u00a0min\u00a00\u00a0s")
    assert (told["by_bot_share"], told["answers_kept"]) == ("25%", "50%")
    assert (told["recognised_unknown"], told["satisfaction"]) == ("25%", "68,8%")
    assert (told["open_new"], told["open_overdue"]) == ("2", "1")


def test_every_table_is_a_file_with_as_many_cells_in_each_line(reports: House) -> None:
    client = reports.consultant("zofia")

    for name in TABLES:
        rows = table_of(client, name)
        assert len({len(row) for row in rows}) == 1, name
    assert table_of(client, "contacts")[1] == ["Rozmowy na czacie", "8", "1", "700"]
    assert table_of(client, "waits")[-1] == ["Razem", "8", "180", "600", "42,9", "1,62"]
    assert table_of(client, "topics", f"{DAYS}&channel=mail")[1][1:] == ["1", "0", "", "0", "0", "0"]
    response = client.get(f"/desk/reports/table.csv?{DAYS}&name=waits&queue=platnicy")
    assert 'filename="raport-waits-platnicy-2026-10-24-2026-10-26.csv"' in response.headers["content-disposition"]


def test_only_supervisors_see_who_did_what_and_taking_it_along_is_written_down(reports: House) -> None:
    supervisor, editor = reports.consultant("zofia"), reports.consultant("piotr")

    seen = supervisor.get(f"/desk/reports/team?{DAYS}").text
    hidden = editor.get(f"/desk/reports/team?{DAYS}").text
    named, together = table_of(supervisor, "load"), table_of(editor, "load")

    assert all(name in seen and name not in hidden for name in NAMES)
    assert [row[0] for row in named[1:]] == [*NAMES, "Wszyscy konsultanci"]
    assert together[1:] == [["Wszyscy konsultanci", "4", "1800", "4", "3", "3", "1", "1", "1", "1"]]
    with reports.database.reading() as session:
        wanted = select(AuditEntry.reason, Staff.login).join(Staff, Staff.id == AuditEntry.staff_id)
        audited = session.execute(wanted.where(AuditEntry.action == "report downloaded")).all()
        assert audited == [("2026-10-24 2026-10-26", "zofia")]


@pytest.mark.parametrize(
    "query",
    [
        "period=never&queue=nowhere&channel=pigeon",
        "period=own&first=nonsense&last=2026-02-30",
        "period=own&first=0001-01-01&last=9999-12-31",
        "period=own&first=&last=&queue=&channel=",
        "period=own&first=2026-10-26&last=2026-10-24",
        "period=own&first=2027-01-01&last=2027-01-02",
    ],
)
def test_address_that_makes_no_sense_shows_what_does(reports: House, query: str) -> None:
    client = reports.consultant("zofia")

    assert client.get(f"/desk/reports?{query}").status_code == 200
    assert client.get(f"/desk/reports/times?{query}").status_code == 200


def test_unknown_table_does_not_exist(reports: House) -> None:
    assert reports.consultant("zofia").get("/desk/reports/table.csv?name=salaries").status_code == 404


def test_links_keep_what_is_shown(reports: House) -> None:
    shown = reports.consultant("zofia").get(f"/desk/reports/times?{DAYS}&queue=platnicy&channel=chat").text

    kept = "period=own&amp;first=2026-10-24&amp;last=2026-10-26&amp;queue=platnicy&amp;channel=chat"
    assert f'href="/desk/reports/answers?{kept}"' in shown
    assert f'href="/desk/reports/table.csv?{kept}&amp;name=waits"' in shown


def test_wall_tells_who_waits_now_and_names_nobody(house: House) -> None:
    with house.database.session() as session:
        add_staff(session, login="zofia", name="Zofia", password=PASSWORD, queues=[], now=NOON, role=Role.SUPERVISOR)
        session.scalars(select(Staff).where(Staff.login == "ewa")).one().presence = Presence.AVAILABLE
        for number, minutes in enumerate((7, 2)):
            chat = conversations.start(session, str(number), now=NOON)
            chat.queue = Queue.PAYERS
            conversations.wait_for_person(session, chat, now=NOON - timedelta(minutes=minutes))
        session.commit()
    house.consultant("ewa")
    client = house.consultant("zofia")

    shown = client.get("/desk/wall").text
    again = client.get("/desk/wall/fragment").text

    assert again in shown.replace("\r", "")
    line = re.search(r">Płatnicy składek</th>(.*?)</tr>", again, re.DOTALL)
    assert line is not None
    # Two wait, the first for seven minutes; Ewa is at the desk and takes chats of every queue, as Zofia does.
    assert re.findall(r"<td>([^<]*)</td>", line[1]) == ["2", "7\u00a0min", "2"]
    assert "za mało ocen" in again
    assert not any(name in again for name in ("Ewa", "Marek", "Zofia"))


def test_board_that_reads_itself_anew_is_no_use_of_the_session(house: House) -> None:
    with house.database.session() as session:
        add_staff(session, login="zofia", name="Zofia", password=PASSWORD, queues=[], now=NOON, role=Role.SUPERVISOR)
        session.commit()
    client = house.consultant("zofia")

    def seen() -> object:
        with house.database.reading() as session:
            return session.scalars(select(StaffSession.seen_at)).one()

    house.clock.advance(minutes=30)
    assert client.get("/desk/wall/fragment", headers={"sec-fetch-mode": "cors"}).status_code == 200
    assert seen() == NOON
    client.get("/desk/wall", headers={"sec-fetch-mode": "navigate"})
    assert seen() == NOON + timedelta(minutes=30)
