"""Administration of the staff on both databases: what is audited, who is signed out, and the last administrator."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from sqlalchemy import select

from helpdesk import administration, conversations, staff_sessions, team
from helpdesk.administration import Described, description_of
from helpdesk.audit_search import PAGE, Wanted, entries
from helpdesk.database import Database
from helpdesk.errors import BadLogin, LastAdministrator, LoginTaken, NotFound
from helpdesk.lifecycle import Mode, Role
from helpdesk.queues import Queue
from helpdesk.staff import add_staff
from helpdesk.tables import AuditEntry, Conversation, Staff
from tests import desk_people
from tests.conftest import NOON

WHO = Described("Nowa Osoba", Role.CONSULTANT)


def person(database: Database, login: str, role: Role = Role.ADMINISTRATOR, *queues: Queue) -> Staff:
    with database.session() as session:
        staff = add_staff(session, login=login, name=login, password="x", queues=queues, now=NOON, role=role)
        session.commit()
        return staff


def change(database: Database, staff: Staff, by: Staff, **values: object) -> None:
    with database.session() as session:
        known = description_of(session.get_one(Staff, staff.id))
        administration.change(session, staff.id, replace(known, **values), by=by, now=NOON)
        session.commit()


def audited(database: Database, staff: Staff) -> list[tuple[str, str]]:
    with database.reading() as session:
        found = session.scalars(select(AuditEntry).where(AuditEntry.subject == f"staff:{staff.id}"))
        return [(entry.action, entry.reason) for entry in found]


def administrators(database: Database) -> int:
    with database.reading() as session:
        return len(session.scalars(select(Staff).where(Staff.role == Role.ADMINISTRATOR, Staff.active)).all())


def test_each_change_is_audited_with_old_and_new(database: Database) -> None:
    admin, ewa = person(database, "admin"), person(database, "ewa", Role.CONSULTANT, Queue.BENEFITS)

    change(database, ewa, admin, role=Role.SUPERVISOR, queues=(), capacity=5, needs_approval=True)

    assert audited(database, ewa)[1:] == [
        ("staff changed", "role: consultant -> supervisor"),
        ("staff changed", "queues: zasilki -> all"),
        ("staff changed", "capacity: None -> 5"),
        ("staff changed", "needs_approval: False -> True"),
    ]


def test_added_person_must_change_the_password(database: Database) -> None:
    admin = person(database, "admin")

    with database.session() as session:
        added = administration.add(session, " Nowa.Osoba ", WHO, "hash", by=admin, now=NOON)
        session.commit()

    assert (added.login, added.must_change_password) == ("nowa.osoba", True)


@pytest.mark.parametrize(
    ("login", "problem"),
    [
        ("ewa", LoginTaken),
        ("EWA", LoginTaken),
        ("x", BadLogin),
        ("zażółć", BadLogin),
        ("a b", BadLogin),
        ("", BadLogin),
    ],
)
def test_login_that_is_taken_or_no_login_is_refused(database: Database, login: str, problem: type[Exception]) -> None:
    admin = person(database, "admin")
    person(database, "ewa", Role.CONSULTANT)

    with database.session() as session, pytest.raises(problem):
        administration.add(session, login, WHO, "hash", by=admin, now=NOON)


@pytest.mark.parametrize("values", [{"role": Role.EDITOR}, {"active": False}])
def test_last_administrator_stays(database: Database, values: dict[str, object]) -> None:
    admin = person(database, "admin")

    with pytest.raises(LastAdministrator):
        change(database, admin, admin, **values)

    assert administrators(database) == 1


def test_command_line_keeps_the_last_administrator_too(database: Database) -> None:
    person(database, "admin")

    with pytest.raises(LastAdministrator):
        person(database, "admin", Role.CONSULTANT)


@pytest.mark.parametrize("whom", ["each other", "themselves"])
def test_two_administrators_who_demote_at_once_leave_one(database: Database, whom: str) -> None:
    one, other = person(database, "one"), person(database, "other")
    together = Barrier(2)

    def demote(pair: tuple[Staff, Staff]) -> str:
        target, by = pair
        together.wait()
        try:
            change(database, target, by, role=Role.CONSULTANT)
        except (LastAdministrator, NotFound) as problem:
            return type(problem).__name__
        return "done"

    pairs = [(one, other), (other, one)] if whom == "each other" else [(one, one), (other, other)]
    with ThreadPoolExecutor(2) as threads:
        outcomes = sorted(threads.map(demote, pairs))

    assert outcomes[1] == "done"
    assert outcomes[0] in {"LastAdministrator", "NotFound"}
    assert administrators(database) == 1


def test_who_is_no_administrator_any_more_changes_nothing(database: Database) -> None:
    admin, former = person(database, "admin"), person(database, "former")
    change(database, former, admin, role=Role.EDITOR)

    with pytest.raises(NotFound):
        change(database, admin, former, role=Role.EDITOR)


def test_switched_off_person_is_signed_out_and_their_chats_wait_again(database: Database) -> None:
    admin, ewa = person(database, "admin"), person(database, "ewa", Role.CONSULTANT)
    with database.session() as session:
        token = desk_people.signed_in(session, "ewa", now=NOON)
        chat = conversations.start(session, "token", now=NOON)
        chat.queue = Queue.BENEFITS
        conversations.wait_for_person(session, chat, now=NOON)
        session.commit()
    with database.session() as session:
        conversations.claim(session, chat.id, ewa, now=NOON)
        session.commit()

    change(database, ewa, admin, active=False)

    with database.reading() as session:
        assert staff_sessions.find(session, token, now=NOON) is None
        again = session.get_one(Conversation, chat.id)
        assert (again.mode, again.consultant_id, again.queue) == (Mode.WAITING, None, Queue.BENEFITS)


def test_own_password_and_second_factor_are_not_reset_by_oneself(database: Database) -> None:
    admin, other = person(database, "admin"), person(database, "other")

    with database.session() as session, pytest.raises(NotFound):
        administration.reset_password(session, admin.id, "hash", by=admin, now=NOON)
    with database.session() as session, pytest.raises(NotFound):
        administration.reset_factor(session, admin.id, by=admin, now=NOON)
    with database.session() as session:
        administration.reset_password(session, other.id, "hash", by=admin, now=NOON)
        administration.reset_factor(session, other.id, by=admin, now=NOON)
        session.commit()
    assert [action for action, _ in audited(database, other)][1:] == ["password reset", "second factor reset"]
    assert "hash" not in str(audited(database, other))


def test_subject_belongs_to_one_person(database: Database) -> None:
    admin, ewa, marek = person(database, "admin"), person(database, "ewa"), person(database, "marek")
    with database.session() as session:
        administration.link_subject(session, ewa.id, "subject", by=admin, now=NOON)
        session.commit()

    with database.session() as session, pytest.raises(LoginTaken):
        administration.link_subject(session, marek.id, "subject", by=admin, now=NOON)


def test_team_shows_who_is_here_with_chats_and_queues(database: Database) -> None:
    person(database, "admin")
    ewa = person(database, "ewa", Role.CONSULTANT, Queue.BENEFITS)
    person(database, "adam", Role.CONSULTANT, Queue.PAYERS)
    with database.session() as session:
        desk_people.signed_in(session, "ewa", now=NOON)
        session.add(Conversation(**_led_by(ewa)))
        session.commit()

    with database.reading() as session:
        members = team.members(session, now=NOON)
        serving = team.serving(session)

    assert [(one.name, one.is_here, one.chats, one.capacity) for one in members] == [
        ("ewa", True, 1, 3),
        ("adam", False, 0, 3),
    ]
    assert [staff.name for staff in serving[Queue.BENEFITS]] == ["ewa"]
    assert serving[Queue.PENSIONS] == []


def _led_by(staff: Staff) -> dict[str, object]:
    return {
        "token_hash": "x",
        "mode": Mode.HUMAN,
        "consultant_id": staff.id,
        "queue": Queue.BENEFITS,
        "created_at": NOON,
        "updated_at": NOON,
    }


def test_audit_is_read_in_pages_without_gaps(database: Database) -> None:
    with database.session() as session:
        session.add_all(AuditEntry(subject=f"ticket:{n % 7}", action="opened", at=NOON) for n in range(PAGE + 20))
        session.add(AuditEntry(subject="ticketing:1", action="opened", at=NOON))
        session.commit()

    with database.reading() as session:
        first = entries(session, Wanted("ticket"))
        second = entries(session, Wanted("ticket", before=first[PAGE - 1].id))
        one = entries(session, Wanted("ticket:3"))

    ids = [entry.id for entry in (*first[:PAGE], *second)]
    assert len(first) == PAGE + 1
    assert len(set(ids)) == PAGE + 20
    assert ids == sorted(ids, reverse=True)
    assert {entry.subject for entry in one} == {"ticket:3"}
