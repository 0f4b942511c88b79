"""Samples: what may be scored, its risks, one's own work never, and the same again by the same seed."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import conversations, samples, tickets
from helpdesk.database import Database
from helpdesk.errors import NotFound
from helpdesk.lifecycle import Author, EndReason, Role, TicketClass, TicketStatus
from helpdesk.quality_states import SampleMethod
from helpdesk.queues import Queue
from helpdesk.samples_choice import Candidate, Risk
from helpdesk.samples_pool import Period, pool
from helpdesk.tables import AuditEntry, ConsultantPart, Conversation, Rating, SampleItem, Staff
from tests.conftest import NOON
from tests.quality_cases import ALL, MINUTE, card, chat, drawn, item, person, ticket

DAY = timedelta(days=1)


def risks(found: list[Candidate]) -> dict[str, set[Risk]]:
    return {one.subject: set(one.risks) for one in found}


def taken_by(session: Session, chat: Conversation, staff: Staff, at: datetime) -> None:
    session.refresh(chat)
    conversations.hear(session, chat, "Jeszcze jedno", client_id=None, now=at)
    conversations.wait_for_person(session, chat, now=at)
    conversations.claim(session, chat.id, staff, now=at)


def test_parts_of_chats_and_solved_tickets_of_the_period_may_be_chosen(database: Database) -> None:
    with database.session() as session:
        ewa = person(session, "ewa")
        led, solved = chat(session, "1", ewa), ticket(session, ewa)
        chat(session, "2", ewa, at=NOON - 9 * DAY)
        ticket(session, ewa, days=9)
        open_one = ticket(session, ewa)
        tickets.reopen(session, open_one, now=NOON + DAY)

        found = pool(session, Period(NOON - DAY, NOON + 2 * DAY))
        payers = pool(session, Period(NOON - DAY, NOON + 2 * DAY, Queue.PAYERS))

    assert {(one.subject, one.consultant_id) for one in found} == {
        (f"conversation:{led.id}", ewa.id),
        (f"ticket:{solved.id}", ewa.id),
    }
    assert payers == []


def test_the_period_begins_with_its_first_instant_and_ends_before_its_last(database: Database) -> None:
    with database.session() as session:
        chat(session, "1", person(session, "ewa"), at=NOON, minutes=10)
        end = NOON + 10 * MINUTE

        assert len(pool(session, Period(end, end + MINUTE))) == 1
        assert pool(session, Period(NOON, end)) == []


def test_each_consultant_of_a_case_is_scored_for_themselves_and_silence_is_no_work(database: Database) -> None:
    with database.session() as session:
        ewa, marek = person(session, "ewa"), person(session, "marek")
        led = chat(session, "1", ewa)
        taken_by(session, led, marek, NOON + 20 * MINUTE)
        conversations.give_back(session, led.id, marek, now=NOON + 21 * MINUTE)
        assert [one.consultant_id for one in pool(session, ALL)] == [ewa.id]

        taken_by(session, led, marek, NOON + 30 * MINUTE)
        conversations.say_as_consultant(session, led.id, marek, "Dzień dobry", now=NOON + 30 * MINUTE)
        conversations.give_back(session, led.id, marek, now=NOON + 31 * MINUTE)

        assert {one.consultant_id for one in pool(session, ALL)} == {ewa.id, marek.id}


def test_who_has_left_is_not_scored(database: Database) -> None:
    with database.session() as session:
        ewa = person(session, "ewa")
        chat(session, "1", ewa)
        ewa.active = False
        session.flush()

        assert pool(session, ALL) == []


def test_risks_of_a_ticket_are_seen(database: Database) -> None:
    with database.session() as session:
        ewa, marek = person(session, "ewa"), person(session, "marek")
        plain, late, complaint, back, long, bad = (ticket(session, ewa) for _ in range(6))
        late.solution_kept = False
        complaint.kind = TicketClass.COMPLAINT
        tickets.reopen(session, back, now=NOON + DAY)
        tickets.move(session, back, TicketStatus.SOLVED, ewa, NOON + DAY)
        for queue in (Queue.PAYERS, Queue.BENEFITS):
            tickets.transfer(session, back, ewa, queue, now=NOON + DAY)
        long.created_at = NOON - 20 * DAY
        session.add(Rating(ticket_id=bad.id, part=Author.CONSULTANT, staff_id=ewa.id, helpful=False, created_at=NOON))
        session.add(Rating(ticket_id=late.id, part=Author.BOT, helpful=False, created_at=NOON))
        session.add(
            Rating(ticket_id=plain.id, part=Author.CONSULTANT, staff_id=marek.id, helpful=False, created_at=NOON)
        )
        session.flush()

        found = risks(pool(session, ALL))

    assert found == {
        f"ticket:{plain.id}": set(),
        f"ticket:{late.id}": {Risk.LATE},
        f"ticket:{complaint.id}": {Risk.COMPLAINT},
        f"ticket:{back.id}": {Risk.REOPENED, Risk.TRANSFERS},
        f"ticket:{long.id}": {Risk.LONG},
        f"ticket:{bad.id}": {Risk.BAD_RATING},
    }


def test_risks_of_a_chat_are_seen(database: Database) -> None:
    with database.session() as session:
        ewa, nowa = person(session, "ewa"), person(session, "nowa")
        nowa.needs_approval = True
        plain, long = chat(session, "1", ewa), chat(session, "2", ewa, minutes=45)
        unsolved, new = chat(session, "3", ewa, reason=EndReason.NO_SOLUTION), chat(session, "4", nowa)
        passed, bad, complained = (chat(session, token, ewa) for token in ("5", "6", "7"))
        for _ in range(2):
            session.add(
                ConsultantPart(
                    conversation_id=passed.id,
                    staff_id=nowa.id,
                    queue=Queue.GENERAL,
                    began_at=NOON,
                    ended_at=NOON,
                    ending="passed_on",
                )
            )
        session.add(
            Rating(conversation_id=bad.id, part=Author.CONSULTANT, staff_id=ewa.id, helpful=False, created_at=NOON)
        )
        follow_up = ticket(session, ewa)
        follow_up.conversation_id, follow_up.kind = complained.id, TicketClass.COMPLAINT
        follow_up.solved_at = NOON - 99 * DAY
        session.flush()

        found = risks(pool(session, ALL))

    assert found == {
        f"conversation:{plain.id}": set(),
        f"conversation:{long.id}": {Risk.LONG},
        f"conversation:{unsolved.id}": {Risk.UNSOLVED},
        f"conversation:{new.id}": {Risk.NEW_CONSULTANT},
        f"conversation:{passed.id}": {Risk.TRANSFERS},
        f"conversation:{bad.id}": {Risk.BAD_RATING},
        f"conversation:{complained.id}": {Risk.COMPLAINT},
    }


def test_a_sample_is_kept_with_what_repeats_it_and_without_ones_own_work(database: Database) -> None:
    with database.session() as session:
        ewa, zofia = person(session, "ewa"), person(session, "zofia", Role.SUPERVISOR)
        for number in range(6):
            chat(session, f"e{number}", ewa)
            chat(session, f"z{number}", zofia)
        first = drawn(session, zofia, size=3, seed=5)
        items = session.scalars(select(SampleItem).where(SampleItem.sample_id == first.id).order_by(SampleItem.id))
        kept = [(one.subject, one.consultant_id) for one in items]
        again = [(one.candidate.subject, one.candidate.consultant_id) for one in samples.choice_of(session, first)]
        deeds = session.scalars(select(AuditEntry.action)).all()

    assert len(kept) == 3
    assert kept == again
    assert {consultant for _, consultant in kept} == {ewa.id}
    assert "sample drawn" in deeds


def test_what_has_a_card_is_not_drawn_again_and_the_old_sample_still_repeats(database: Database) -> None:
    with database.session() as session:
        ewa, zofia = person(session, "ewa"), person(session, "zofia", Role.SUPERVISOR)
        for number in range(4):
            chat(session, f"{number}", ewa)
        first = drawn(session, zofia, size=2, now=NOON + DAY)
        items = session.scalars(select(SampleItem).order_by(SampleItem.id)).all()
        card(session, items[0], zofia, now=NOON + 2 * DAY)

        second = drawn(session, zofia, size=9, now=NOON + 3 * DAY)

        drawn_now = session.scalars(select(SampleItem.subject).where(SampleItem.sample_id == second.id)).all()
        assert items[0].subject not in drawn_now
        assert len(drawn_now) == 3
        assert [one.candidate.subject for one in samples.choice_of(session, first)] == [one.subject for one in items]


def test_double_scoring_is_drawn_only_where_two_may_score(database: Database) -> None:
    with database.session() as session:
        ewa = person(session, "ewa")
        zofia, jan = person(session, "zofia", Role.SUPERVISOR), person(session, "jan", Role.SUPERVISOR)
        for number in range(3):
            chat(session, f"e{number}", ewa)
            chat(session, f"j{number}", jan)
        drawn(session, zofia, double=100)

        doubled = {one.consultant_id: one.double for one in session.scalars(select(SampleItem))}

    assert doubled == {ewa.id: True, jan.id: False}


def test_by_risk_the_reasons_are_kept_with_the_case(database: Database) -> None:
    with database.session() as session:
        ewa, zofia = person(session, "ewa"), person(session, "zofia", Role.SUPERVISOR)
        chat(session, "1", ewa)
        chat(session, "2", ewa, minutes=60, reason=EndReason.NO_SOLUTION)
        drawn(session, zofia, method=SampleMethod.RISK)

        assert session.scalars(select(SampleItem.reasons)).all() == ["long unsolved"]


def test_a_chosen_case_is_made_once_and_only_of_somebody_elses_words(database: Database) -> None:
    with database.session() as session:
        ewa, zofia = person(session, "ewa"), person(session, "zofia", Role.SUPERVISOR)
        led, own = chat(session, "1", ewa), chat(session, "2", zofia)

        one = item(session, f"conversation:{led.id}", ewa, zofia)

        assert samples.choose_one(session, f"conversation:{led.id}", ewa, by=zofia, now=NOON).id == one.id
        for subject, consultant in (
            (f"conversation:{led.id}", zofia),
            (f"conversation:{own.id}", zofia),
            ("conversation:999", ewa),
            ("staff:1", ewa),
            ("ticket:x", ewa),
        ):
            with pytest.raises(NotFound):
                samples.choose_one(session, subject, consultant, by=zofia, now=NOON)
