"""Score cards: given once, twice without seeing the other's, found by their points, and empty of words afterwards."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk import criteria, deletion, samples, scoring, scoring_lists
from helpdesk.criteria import BadCriterion, CriterionProblem, NewCriterion
from helpdesk.database import Database
from helpdesk.errors import AlreadyTaken, NotFound
from helpdesk.lifecycle import Role
from helpdesk.quality_states import CriterionKind, ScoreStatus
from helpdesk.queues import Queue
from helpdesk.scoring import BadCard, Filled, ItemState
from helpdesk.scoring_lists import Wanted
from helpdesk.scoring_points import CardProblem
from helpdesk.tables import Appeal, AuditEntry, Criterion, SampleItem, ScoreCard, ScoreMark, Staff
from tests.conftest import NOON
from tests.quality_cases import WORDS, card, chat, filled, item, person, ticket

DAY = timedelta(days=1)


class Team:
    """A consultant and two supervisors, with a chat of the consultant's."""

    def __init__(self, session: object, *, double: bool = False) -> None:
        self.ewa = person(session, "ewa")
        self.zofia, self.jan = person(session, "zofia", Role.SUPERVISOR), person(session, "jan", Role.SUPERVISOR)
        self.chat = chat(session, "1", self.ewa)
        self.item = item(session, f"conversation:{self.chat.id}", self.ewa, self.zofia, double=double)


def test_card_keeps_points_total_queue_and_words_and_is_shown_at_once(database: Database) -> None:
    with database.session() as session:
        team = Team(session)
        given = card(session, team.item, team.zofia, 4, WORDS, c0=0, c1=None)

        assert given.total == pytest.approx(8 / 9)
        assert (given.queue, given.feedback, given.shown_at) == (Queue.BENEFITS, WORDS, NOON)
        assert {mark.points for mark in given.marks} == {0, 4, None}
        assert all(mark.points == mark.given for mark in given.marks)
        assert "score given" in session.scalars(select(AuditEntry.action)).all()
        assert WORDS not in str(session.scalars(select(AuditEntry.reason)).all())


def test_low_points_without_words_are_refused_and_nothing_is_kept(database: Database) -> None:
    with database.session() as session:
        team = Team(session)
        with pytest.raises(BadCard) as refused:
            card(session, team.item, team.zofia, 4, "", c0=1)

        assert refused.value.problem is CardProblem.FEEDBACK
        assert session.scalars(select(ScoreCard)).all() == []


def test_nobody_scores_their_own_work_or_twice_or_what_is_scored(database: Database) -> None:
    with database.session() as session:
        team = Team(session)
        own = samples.choose_one(
            session, f"conversation:{chat(session, '2', team.zofia).id}", team.zofia, by=team.jan, now=NOON
        )
        card(session, team.item, team.zofia)

        with pytest.raises(NotFound):
            card(session, own, team.zofia)
        for scorer in (team.zofia, team.jan):
            with pytest.raises(AlreadyTaken):
                card(session, team.item, scorer)
        assert scoring.state_of(session, own, team.zofia) is ItemState.OWN_WORK
        assert scoring.state_of(session, team.item, team.zofia) is ItemState.GIVEN
        assert scoring.state_of(session, team.item, team.jan) is ItemState.FULL
        assert [one.id for one in samples.to_score(session, team.jan)] == [own.id]
        assert samples.to_score(session, team.zofia) == []


def test_of_two_scorers_neither_sees_the_others_card_before_giving_their_own(database: Database) -> None:
    with database.session() as session:
        team = Team(session, double=True)
        ola = person(session, "ola", Role.SUPERVISOR)
        first = card(session, team.item, team.zofia)

        for other in (team.jan, ola, team.ewa):
            with pytest.raises(NotFound):
                scoring.visible(session, first.id, other)
            assert scoring_lists.cards(session, Wanted(), other)[0] == []
        assert scoring.visible(session, first.id, team.zofia) is first
        assert scoring_lists.mine(session, team.ewa)[0] == []
        assert [one.id for one in samples.to_score(session, team.jan)] == [team.item.id]
        assert samples.to_score(session, team.zofia) == []

        second = card(session, team.item, team.jan, 3, now=NOON + DAY)

        assert {one.card.id for one in scoring_lists.cards(session, Wanted(), ola)[0]} == {first.id, second.id}
        assert first.shown_at == second.shown_at == NOON + DAY
        assert len(scoring_lists.mine(session, team.ewa)[0]) == 2
        assert samples.to_score(session, ola) == []
        with pytest.raises(AlreadyTaken):
            card(session, team.item, ola)


def test_a_second_card_that_nobody_can_give_is_dropped_and_the_first_is_shown(database: Database) -> None:
    with database.session() as session:
        team = Team(session, double=True)
        first = card(session, team.item, team.zofia)

        scoring.score_once(session, team.item, by=team.jan, now=NOON + DAY)

        assert scoring.visible(session, first.id, team.ewa).shown_at == NOON + DAY
        assert scoring.state_of(session, team.item, team.jan) is ItemState.FULL


def test_a_card_is_seen_by_its_consultant_and_who_leads_and_by_nobody_else(database: Database) -> None:
    with database.session() as session:
        team = Team(session)
        marek, piotr = person(session, "marek"), person(session, "piotr", Role.EDITOR)
        given = card(session, team.item, team.zofia)

        for staff in (team.ewa, team.jan, team.zofia):
            assert scoring.visible(session, given.id, staff) is given
        for staff in (marek, piotr):
            with pytest.raises(NotFound):
                scoring.visible(session, given.id, staff)
        team.zofia.role = Role.CONSULTANT
        session.flush()
        with pytest.raises(NotFound):
            scoring.visible(session, given.id, team.zofia)


def test_of_two_who_score_the_same_case_at_once_one_gets_it(database: Database) -> None:
    with database.session() as session:
        team = Team(session)
        wanted = filled(session)
        session.commit()
        number, scorers = team.item.id, [team.zofia.id, team.jan.id]

    def score(staff_id: int) -> bool:
        with database.session() as session:
            try:
                scoring.give(session, number, session.get_one(Staff, staff_id), wanted, now=NOON)
                session.commit()
            except AlreadyTaken:
                return False
            return True

    with ThreadPoolExecutor(2) as people:
        assert sorted(people.map(score, scorers)) == [False, True]
    with database.reading() as session:
        assert len(session.scalars(select(ScoreCard)).all()) == 1


def test_reworded_criterion_stays_as_it_was_on_cards_and_takes_its_place_on_new_ones(database: Database) -> None:
    with database.session() as session:
        team = Team(session)
        given = card(session, team.item, team.zofia)
        old = criteria.active(session)[0]
        name, count = old.name, len(criteria.every(session))
        new = NewCriterion(CriterionKind.CORRECTNESS, name, "Inaczej")

        kept = criteria.reword(session, old, new, by=team.zofia, now=NOON)

        assert kept.id != old.id
        assert criteria.active(session)[0] is kept
        assert len(criteria.every(session)) == count
        assert old.id in {mark.criterion_id for mark in given.marks}
        assert session.get_one(Criterion, old.id).explanation != "Inaczej"
        with pytest.raises(BadCard) as refused:
            scoring.give(
                session,
                item(session, f"ticket:{ticket(session, team.ewa).id}", team.ewa, team.zofia).id,
                team.zofia,
                Filled({old.id: 4}, [old.id], ""),
                now=NOON,
            )
        assert refused.value.problem is CardProblem.CHANGED


def test_unused_criterion_is_reworded_in_place_and_names_are_told_apart(database: Database) -> None:
    with database.session() as session:
        zofia = person(session, "zofia", Role.SUPERVISOR)
        own = criteria.add(session, NewCriterion(CriterionKind.OWN, "Własne"), by=zofia, now=NOON)
        other = criteria.add(session, NewCriterion(CriterionKind.OWN, "Inne"), by=zofia, now=NOON)

        changed = criteria.reword(session, own, NewCriterion(CriterionKind.OWN, "Nasze"), by=zofia, now=NOON)

        assert changed is own
        for taken in ("Inne", "INNE"):
            with pytest.raises(BadCriterion) as refused:
                criteria.reword(session, own, NewCriterion(CriterionKind.OWN, taken), by=zofia, now=NOON)
            assert refused.value.problem is CriterionProblem.TAKEN
        criteria.move(session, other, up=True, by=zofia, now=NOON)
        criteria.move(session, other, up=True, by=zofia, now=NOON)
        assert criteria.every(session) == [other, own]
        criteria.switch(session, other, active=False, by=zofia, now=NOON)
        assert criteria.active(session) == [own]


def test_first_criteria_are_loaded_once_and_never_over_others(database: Database) -> None:
    with database.session() as session:
        zofia = person(session, "zofia", Role.SUPERVISOR)
        loaded = criteria.load_first_set(session, by=None, now=NOON)
        for one in criteria.every(session):
            criteria.switch(session, one, active=False, by=zofia, now=NOON)

        assert loaded == len(criteria.every(session)) >= 8
        assert {one.kind for one in criteria.every(session)} == {CriterionKind.CORRECTNESS, CriterionKind.SERVICE}
        assert criteria.load_first_set(session, by=None, now=NOON) == 0


def test_cards_are_found_by_everything_that_a_list_filters(database: Database) -> None:
    with database.session() as session:
        team = Team(session)
        marek = person(session, "marek")
        other = item(session, f"ticket:{ticket(session, marek, queue=Queue.PAYERS).id}", marek, team.zofia)
        good = card(session, team.item, team.zofia, 4)
        bad = card(session, other, team.zofia, 0, WORDS, now=NOON + DAY, c5=4)
        bad.status = ScoreStatus.APPEALED
        session.flush()

        def found(**wanted: object) -> list[int]:
            rows, _ = scoring_lists.cards(session, Wanted(**wanted), team.jan)
            return [row.card.id for row in rows]

        assert found() == [bad.id, good.id]
        assert found(consultant_id=marek.id) == [bad.id]
        assert found(queue=Queue.BENEFITS) == [good.id]
        assert found(since=NOON + DAY) == [bad.id]
        assert found(until=NOON + DAY) == [good.id]
        assert found(least=0.5) == [good.id]
        assert found(most=0.1) == [bad.id]
        assert found(most=0.0) == []
        assert found(least=1.0, most=1.0) == [good.id]
        assert found(most=0.0, kind=CriterionKind.CORRECTNESS) == [bad.id]
        assert found(most=0.0, kind=CriterionKind.SERVICE) == []
        assert found(kind=CriterionKind.OWN) == []
        assert found(status=ScoreStatus.APPEALED) == [bad.id]
        assert found(channel="conversation") == [good.id]
        rows, more = scoring_lists.cards(session, Wanted(kind=CriterionKind.SERVICE), team.jan)
        assert [round(row.total, 3) for row in rows] == [0.2, 1.0]
        assert not more


def test_agreement_is_of_the_points_as_given_in_cases_that_two_scored(database: Database) -> None:
    with database.session() as session:
        team = Team(session, double=True)
        single = item(session, f"ticket:{ticket(session, team.ewa).id}", team.ewa, team.zofia)
        card(session, single, team.zofia, 0, WORDS)
        first = card(session, team.item, team.zofia, 4, c0=2)
        card(session, team.item, team.jan, 4, now=NOON + DAY)
        for mark in first.marks:
            mark.points = 0  # as an appeal may leave it
        session.flush()

        found = scoring_lists.agreements(session)
        before = scoring_lists.agreements(session, until=NOON + DAY)

        assert (found.all.cases, found.all.pairs, found.all.same) == (1, 10, 9)
        assert found.all.difference == pytest.approx(0.2)
        assert [one.difference for _, one in found.by_criterion] == [2.0] + [0.0] * 9
        assert before.all.cases == 0


@pytest.mark.parametrize("kind", ["conversation", "ticket"])
def test_with_the_case_go_the_words_and_the_figures_stay(database: Database, kind: str) -> None:
    with database.session() as session:
        team = Team(session)
        kept = card(session, team.item, team.zofia, 0, WORDS)
        solved = ticket(session, team.ewa)
        of_ticket = card(session, item(session, f"ticket:{solved.id}", team.ewa, team.zofia), team.zofia, 0, WORDS)
        for one in (kept, of_ticket):
            session.add(Appeal(card_id=one.id, text=WORDS, made_at=NOON, decision=WORDS))
        session.flush()

        if kind == "conversation":
            deletion.erase_conversations(session, [team.chat.id])
        else:
            deletion.erase_tickets(session, [solved.id])
        session.commit()
        blank, other = (kept.id, of_ticket.id) if kind == "conversation" else (of_ticket.id, kept.id)

    with database.reading() as session:
        emptied, untouched = session.get_one(ScoreCard, blank), session.get_one(ScoreCard, other)
        assert (emptied.feedback, emptied.total) == ("", 0.0)
        assert untouched.feedback == WORDS
        appeal = session.get_one(Appeal, blank)
        assert (appeal.text, appeal.decision) == ("", "")
        assert session.get_one(Appeal, other).text == WORDS
        assert len(session.scalars(select(ScoreMark)).all()) == 20
        assert len(session.scalars(select(SampleItem)).all()) == 2


def test_a_case_that_was_deleted_before_it_was_scored_is_scored_no_more(database: Database) -> None:
    with database.session() as session:
        team = Team(session)
        deletion.erase_conversations(session, [team.chat.id])
        session.expire_all()

        assert scoring.state_of(session, team.item, team.zofia) is ItemState.CASE_GONE
        with pytest.raises(NotFound):
            card(session, team.item, team.zofia)
