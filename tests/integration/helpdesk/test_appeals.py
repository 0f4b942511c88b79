"""Appeals: one in time, decided by somebody else, old points in the audit."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk import appeals, scoring
from helpdesk.appeals import AppealProblem, BadAppeal, Decision
from helpdesk.database import Database
from helpdesk.errors import NotFound
from helpdesk.lifecycle import Role
from helpdesk.quality_states import ScoreStatus
from helpdesk.tables import AuditEntry, ScoreCard, Staff
from tests.conftest import NOON
from tests.quality_cases import WORDS, card, chat, item, person

DAYS = 14
LAST = NOON + timedelta(days=DAYS)
WHY = "Termin podano w następnym zdaniu."


def given(session: object) -> tuple[ScoreCard, Staff, Staff, Staff]:
    ewa = person(session, "ewa")
    zofia, jan = person(session, "zofia", Role.SUPERVISOR), person(session, "jan", Role.SUPERVISOR)
    one = item(session, f"conversation:{chat(session, '1', ewa).id}", ewa, zofia)
    return card(session, one, zofia, 2, WORDS, c0=0), ewa, zofia, jan


def test_consultant_appeals_once_and_in_time(database: Database) -> None:
    with database.session() as session:
        made, ewa, zofia, _ = given(session)

        with pytest.raises(NotFound):
            appeals.make(session, made, zofia, WHY, days=DAYS, now=NOON)
        with pytest.raises(BadAppeal) as short:
            appeals.make(session, made, ewa, "nie", days=DAYS, now=NOON)
        appeals.make(session, made, ewa, WHY, days=DAYS, now=LAST)
        with pytest.raises(BadAppeal) as again:
            appeals.make(session, made, ewa, WHY, days=DAYS, now=LAST)

        assert short.value.problem is AppealProblem.WORDS
        assert again.value.problem is AppealProblem.AGAIN
        assert made.status is ScoreStatus.APPEALED


def test_after_the_last_moment_it_is_too_late(database: Database) -> None:
    with database.session() as session:
        made, ewa, _, _ = given(session)
        with pytest.raises(BadAppeal) as late:
            appeals.make(session, made, ewa, WHY, days=DAYS, now=LAST + timedelta(seconds=1))

        assert late.value.problem is AppealProblem.LATE
        assert not appeals.is_possible(made, ewa, days=DAYS, now=LAST + timedelta(seconds=1))
        assert appeals.is_possible(made, ewa, days=DAYS, now=LAST)
        assert made.status is ScoreStatus.GIVEN


def test_time_counts_from_when_the_card_was_shown(database: Database) -> None:
    with database.session() as session:
        ewa = person(session, "ewa")
        zofia, jan = person(session, "zofia", Role.SUPERVISOR), person(session, "jan", Role.SUPERVISOR)
        one = item(session, f"conversation:{chat(session, '1', ewa).id}", ewa, zofia, double=True)
        first = card(session, one, zofia)
        assert appeals.until(first, DAYS) is None
        assert not appeals.is_possible(first, ewa, days=DAYS, now=NOON)

        card(session, one, jan, now=NOON + timedelta(days=5))

        assert appeals.until(first, DAYS) == LAST + timedelta(days=5)


def test_upheld_appeal_changes_nothing_but_the_status(database: Database) -> None:
    with database.session() as session:
        made, ewa, _, jan = given(session)
        before = made.total
        appeals.make(session, made, ewa, WHY, days=DAYS, now=NOON)

        decided = appeals.decide(session, made, jan, Decision("Terminu nie było w rozmowie."), now=LAST)

        assert (made.status, made.total) == (ScoreStatus.UPHELD, before)
        assert (decided.decided_by_id, decided.decided_at) == (jan.id, LAST)


def test_changed_points_change_the_total_and_what_they_were_stays_in_the_audit(database: Database) -> None:
    with database.session() as session:
        made, ewa, _, jan = given(session)
        low = min(made.marks, key=lambda mark: mark.points)
        appeals.make(session, made, ewa, WHY, days=DAYS, now=NOON)
        held = scoring.visible(session, made.id, jan, lock=True)

        appeals.decide(session, held, jan, Decision("Termin był podany.", {low.criterion_id: 4}), now=NOON)

        assert (made.status, low.points, low.given) == (ScoreStatus.CHANGED, 4, 0)
        assert made.total == pytest.approx((9 * 2 + 4) / 40)
        reasons = session.scalars(select(AuditEntry.reason).where(AuditEntry.action == "appeal changed points")).all()
        assert reasons == [f"{low.criterion_id}: 0 -> 4"]
        with pytest.raises(BadAppeal) as again:
            appeals.decide(session, made, jan, Decision("Jeszcze raz inaczej."), now=NOON)
        assert again.value.problem is AppealProblem.AGAIN


def test_neither_the_scorer_nor_the_consultant_decides(database: Database) -> None:
    with database.session() as session:
        made, ewa, zofia, jan = given(session)
        with pytest.raises(NotFound):
            appeals.decide(session, made, jan, Decision("Nikt się nie odwołał."), now=NOON)
        appeals.make(session, made, ewa, WHY, days=DAYS, now=NOON)

        for staff in (zofia, ewa):
            with pytest.raises(NotFound):
                appeals.decide(session, made, staff, Decision("Zostaje bez zmian."), now=NOON)
            assert not appeals.may_decide(made, staff)
        assert appeals.may_decide(made, jan)
        assert [one.id for one in appeals.deciders(session, made)] == [jan.id]
        jan.active = False
        session.flush()
        assert appeals.deciders(session, made) == []


@pytest.mark.parametrize(
    ("points", "problem"), [(2, AppealProblem.SAME), (None, AppealProblem.NOTHING)], ids=["the same", "nothing left"]
)
def test_a_change_must_change_something_and_leave_something(
    database: Database, points: int | None, problem: AppealProblem
) -> None:
    with database.session() as session:
        ewa = person(session, "ewa")
        zofia, jan = person(session, "zofia", Role.SUPERVISOR), person(session, "jan", Role.SUPERVISOR)
        one = item(session, f"conversation:{chat(session, '1', ewa).id}", ewa, zofia)
        made = card(session, one, zofia, 2)
        appeals.make(session, made, ewa, WHY, days=DAYS, now=NOON)
        everything = {mark.criterion_id: points for mark in made.marks}

        with pytest.raises(BadAppeal) as refused:
            appeals.decide(session, made, jan, Decision("Po namyśle.", everything), now=NOON)

        assert refused.value.problem is problem
        assert made.status is ScoreStatus.APPEALED
        assert scoring.visible(session, made.id, ewa).total == pytest.approx(0.5)


def test_appeals_wait_for_those_whom_they_are_not_about(database: Database) -> None:
    with database.session() as session:
        made, ewa, zofia, jan = given(session)
        appeals.make(session, made, ewa, WHY, days=DAYS, now=NOON)

        assert [one.card_id for one in appeals.waiting(session, jan)] == [made.id]
        assert [one.card_id for one in appeals.waiting(session, zofia)] == [made.id]
        assert appeals.waiting(session, ewa) == []
