"""Each figure of the reports against a small history counted by hand (`tests/reports_history.py`)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import deletion
from helpdesk.database import Database
from helpdesk.lifecycle import Author, ChatOutcome, WaitOutcome
from helpdesk.queues import Queue
from helpdesk.reports import (
    appointments,
    backlog,
    handling,
    kept,
    load,
    mailbox,
    outcomes,
    recognised,
    satisfaction,
    topics,
    volume,
    waits,
)
from helpdesk.reports.appointments import Appointments
from helpdesk.reports.backlog import Backlog
from helpdesk.reports.kept import Kept
from helpdesk.reports.load import Work
from helpdesk.reports.mailbox import Post
from helpdesk.reports.measures import Spread
from helpdesk.reports.recognised import Recognition
from helpdesk.reports.satisfaction import By, Satisfaction
from helpdesk.reports.scope import Channel, Scope
from helpdesk.reports.topics import Topic
from helpdesk.reports.volume import Contact
from helpdesk.tables import Conversation
from tests.reports_history import BENEFITS, CONTRIBUTIONS, NOW, PAYERS, PERIOD, SCOPE, SICKNESS, History, warsaw

IN_PAYERS = replace(SCOPE, queue=PAYERS)
BY_CHAT = replace(SCOPE, channel=Channel.CHAT)
BY_MAIL = replace(SCOPE, channel=Channel.MAIL)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.session() as session:
        History(session).write()
        yield session


def test_chats_and_mails_count_in_the_hour_of_warsaw_in_which_they_came(session: Session) -> None:
    found = volume.hours(session, SCOPE)

    # Chats: Saturday 1 (0:00), Sunday 3, Monday 4; the opened one without a word counts nowhere, nor do the ones a
    # minute before and at the end. Mails: Saturday 1, Sunday 1 (23:50), Monday 5. Calls: all four ordered on Sunday.
    # E-visits were booked before.
    assert volume.by_contact(found) == {Contact.CHAT: 8, Contact.MAIL: 7, Contact.CALLBACK: 4, Contact.VISIT: 0}
    days = volume.by_day(found, PERIOD.days)
    assert {day.day: tuple(number.values()) for day, number in days.items()} == {
        24: (1, 1, 0, 0), 25: (3, 1, 4, 0), 26: (4, 5, 0, 0),
    }  # fmt: skip
    # Both hours that the clocks show as 2 on Sunday are one row: one chat before they go back, one after it.
    heat = volume.by_weekday(found)
    cells = {(hour, day): number for hour, row in enumerate(heat) for day, number in enumerate(row) if number}
    monday, saturday, sunday = 0, 5, 6
    assert cells == {
        (0, saturday): 1, (10, saturday): 1, (2, sunday): 2, (12, sunday): 1 + 4, (23, sunday): 1,
        (8, monday): 2, (9, monday): 2 + 2, (10, monday): 1, (13, monday): 1, (23, monday): 1,
    }  # fmt: skip


def test_volume_is_told_apart_by_queue_and_what_has_none_has_a_row(session: Session) -> None:
    queues = volume.by_queue(volume.hours(session, SCOPE))

    assert tuple(queues[BENEFITS].values()) == (4, 3, 3, 0)
    assert tuple(queues[PAYERS].values()) == (3, 4, 1, 0)
    assert tuple(queues[None].values()) == (1, 0, 0, 0)  # the greeting
    assert sum(sum(ways.values()) for ways in queues.values()) == 19


def test_scope_leaves_out_other_queues_and_channels(session: Session) -> None:
    of_payers = volume.by_contact(volume.hours(session, IN_PAYERS))
    by_mail = volume.by_contact(volume.hours(session, BY_MAIL))

    assert tuple(of_payers.values()) == (3, 4, 1, 0)
    assert tuple(by_mail.values()) == (0, 7, 0, 0)


def test_who_answered_is_one_of_six_for_each_chat_and_mail(session: Session) -> None:
    answered = outcomes.answered_by(session, SCOPE)

    assert answered[Channel.CHAT] == {
        ChatOutcome.PERSON: 1,  # Sunday 2:58, deleted since
        ChatOutcome.LATER: 1,  # became a ticket
        ChatOutcome.BOT: 2,  # Saturday, and the one sent to another institution, deleted since
        ChatOutcome.UNDER_WAY: 1,
        ChatOutcome.NOBODY: 2,  # unknown; and who got an answer, wanted a person all the same, and left
        ChatOutcome.NO_QUESTION: 1,
    }
    # Five tickets by mail: the old one was opened before, the merged one is one with another, one came from the chat.
    assert answered[Channel.MAIL] == {
        ChatOutcome.BOT: 1, ChatOutcome.PERSON: 2, ChatOutcome.UNDER_WAY: 1, ChatOutcome.NOBODY: 1,
    }  # fmt: skip
    assert outcomes.together(answered)[ChatOutcome.NOBODY] == 3
    assert outcomes.answered_by(session, replace(IN_PAYERS, channel=Channel.CHAT)) == {
        Channel.CHAT: {ChatOutcome.PERSON: 1, ChatOutcome.BOT: 1, ChatOutcome.NOBODY: 1}
    }


def test_waits_are_measured_in_time_that_passed_and_not_on_the_clocks(session: Session) -> None:
    found = waits.waits(session, SCOPE, within=180)

    assert (found.begun, found.over) == (8, 7)
    assert found.ended == {WaitOutcome.TAKEN: 5, WaitOutcome.LEFT: 1, WaitOutcome.TICKET: 1}
    # 60, 120, 180, 181, 600 seconds: 180 in the middle; nine of ten of five are five, so 600.
    assert found.taken == Spread(5, 180.0, 600.0)
    # In time are 60, 120 and exactly 180; of the seven that are over.
    assert found.service_level == 3 / 7
    assert found.place == (1 + 1 + 2 + 3 + 1 + 1 + 2 + 2) / 8


def test_waits_of_a_queue_have_their_own_median(session: Session) -> None:
    found = waits.waits_by_queue(session, SCOPE, within=180)

    assert list(found) == [BENEFITS, PAYERS]
    # 60, 180, 181, 600: between the two in the middle; nine of ten of four are four.
    assert found[BENEFITS].taken == Spread(4, 180.5, 600.0)
    assert (found[PAYERS].taken, found[PAYERS].service_level) == (Spread(1, 120.0, 120.0), 1.0)
    assert waits.waits(session, BY_MAIL, within=180) == waits.Waits()


def test_handling_times_of_chats_and_tickets(session: Session) -> None:
    found = handling.handling(session, SCOPE)

    # Parts of chats: 300, 600, 900; the one that lasts and the one of Friday are left out.
    assert found.chats == Spread(3, 600.0, 900.0)
    # First answers in opening hours: Saturday 0; Sunday 23:50 to Monday 7:20 is 20 minutes; 8:00 to 10:30 is 150.
    # The ticket of Friday was opened before the period, though it was answered in it.
    assert found.answers == Spread(3, 1200.0, 9000.0)
    # Solved on Monday: 1800, 3600, 5400 seconds; the merged one is no solution.
    assert found.solutions == Spread(3, 3600.0, 5400.0)


def test_handling_times_by_queue_and_channel(session: Session) -> None:
    found = handling.handling_by_queue(session, SCOPE)

    assert found[PAYERS].answers == Spread(2, 600.0, 1200.0)
    assert found[BENEFITS].answers == Spread(1, 9000.0, 9000.0)
    assert found[BENEFITS].solutions == Spread(1, 5400.0, 5400.0)
    assert handling.handling(session, BY_MAIL).chats == Spread()
    assert handling.handling(session, BY_CHAT).answers == Spread()  # its ticket was not answered


def test_deadlines_kept_count_owed_answers_as_late(session: Session) -> None:
    # Answers in time: the automatic one and Sunday night's. Late: Monday's, and the one owed since Monday 11:00.
    # Solutions: Sunday night's and the one without an answer in time, Friday's ticket late.
    assert kept.kept(session, SCOPE, now=NOW) == Kept(2, 2, 2, 1)
    assert kept.kept_by_queue(session, SCOPE, now=NOW) == {BENEFITS: Kept(0, 2, 0, 1), PAYERS: Kept(2, 0, 2, 0)}
    # Before its deadline the owed one is neither.
    assert kept.kept(session, SCOPE, now=warsaw(26, 10, 59)).late_answers == 1


def test_turns_of_the_bot_are_recognised_or_not(session: Session) -> None:
    found = recognised.recognition(recognised.turns(session, SCOPE))

    assert found == {
        Recognition.RECOGNISED: 4,  # three answers and a question of the account
        Recognition.CHOICE: 1,
        Recognition.REDIRECT: 1,
        Recognition.UNKNOWN: 2,  # one in the chat, one by mail
        Recognition.NO_QUESTION: 1,
    }
    assert recognised.questions(found) == 8
    assert recognised.turns(session, BY_MAIL) == {"answer": 1, "unknown": 1}


def test_topics_stand_beside_the_days_before(session: Session) -> None:
    # The answer of Friday 23:59 is in the three days before.
    assert topics.topics(session, SCOPE) == [
        Topic(SICKNESS, 2, before=1, helpful=1, unhelpful=0, handed_over=1),
        Topic(CONTRIBUTIONS, 1),
    ]
    assert [one.article for one in topics.topics(session, SCOPE, most=1)] == [SICKNESS]


def test_satisfaction_has_no_share_below_ten_ratings(session: Session) -> None:
    by = {kind: satisfaction.satisfaction_by(session, SCOPE, kind) for kind in By}

    # 9 of 12 by payers, 2 of 3 by doctors, 0 of 1 by mail; the one at Monday's midnight is Tuesday's.
    assert satisfaction.satisfaction(session, SCOPE).share == 11 / 16
    assert by[By.PROFILE] == {
        "platnik": Satisfaction(9, 12), "lekarz": Satisfaction(2, 3), None: Satisfaction(0, 1),
    }  # fmt: skip
    assert (by[By.PROFILE]["platnik"].share, by[By.PROFILE]["lekarz"].share) == (0.75, None)
    assert by[By.PART] == {Author.CONSULTANT: Satisfaction(9, 12), Author.BOT: Satisfaction(2, 4)}
    assert by[By.QUEUE] == {PAYERS: Satisfaction(9, 13), BENEFITS: Satisfaction(2, 3)}
    assert by[By.CHANNEL] == {"chat": Satisfaction(11, 15), "mail": Satisfaction(0, 1)}
    assert satisfaction.satisfaction(session, BY_MAIL) == Satisfaction(0, 1)


def test_load_of_each_consultant(session: Session) -> None:
    found = load.loads(session, SCOPE)

    assert [(one.name, one.work) for one in found] == [
        # Chats of 600 and 300 seconds; answered Friday's ticket and Sunday night's, solved both; one wrong number.
        ("Ewa Historyczna", Work(2, 900, 2, 2, calls=1, reached=0, accepted=0, declined=0, expired=1)),
        # One chat of 900 seconds and one that lasts; two tickets answered; two calls, one of them reached.
        ("Marek Historyczny", Work(2, 900, 2, 1, calls=2, reached=1, accepted=1, declined=1, expired=0)),
    ]
    assert load.together(found) == Work(4, 1800, 4, 3, 3, 1, 1, 1, 1)
    assert load.together(load.loads(session, BY_MAIL)) == Work(answered=4, solved=3)


def test_appointments_are_kept_missed_called_off_or_nobody_wrote_what_became_of_them(session: Session) -> None:
    expected = Appointments(kept=1, missed=1, cancelled=1, overdue=1, ahead=0)

    assert appointments.callbacks(session, SCOPE, now=NOW) == expected
    assert appointments.visits(session, SCOPE, now=NOW) == expected
    assert expected.kept_share == 1 / 3
    # On Monday at 11:59 the call ordered for the hour from 11:00 may still come.
    assert appointments.callbacks(session, IN_PAYERS, now=warsaw(26, 11, 59)) == Appointments(ahead=1)


def test_each_stored_mail_is_accounted_for(session: Session) -> None:
    found = mailbox.post(session, SCOPE)

    # Seven messages of tickets, one spam, one that waits, one bounce; Friday's mail came before.
    assert found == Post(10, 7, 1, 1, 1, bounces=1, sent=2, dead=1, dead_texts=1)
    assert found.agrees
    assert mailbox.set_aside_by(session, SCOPE) == {"spam": 1}


def test_backlog_is_what_is_left_now(session: Session) -> None:
    found = backlog.backlog(session, SCOPE, now=NOW)

    assert found[BENEFITS] == Backlog(new=2, open=1, pending=0, overdue=1, oldest=warsaw(26, 8))
    assert found[PAYERS] == Backlog(pending=1)
    assert backlog.together(found) == Backlog(2, 1, 1, 1, warsaw(26, 8))
    assert set(found) == set(Queue)


def every_figure(session: Session, scope: Scope) -> list[Any]:
    return [
        volume.by_contact(volume.hours(session, scope)),
        volume.by_weekday(volume.hours(session, scope)),
        outcomes.answered_by(session, scope),
        waits.waits(session, scope, within=180),
        handling.handling(session, scope),
        recognised.turns(session, scope),
        topics.topics(session, scope),
        satisfaction.satisfaction_by(session, scope, By.CHANNEL),
        replace(load.together(load.loads(session, scope)), accepted=0, declined=0, expired=0),
    ]


@pytest.mark.parametrize("scope", [SCOPE, IN_PAYERS, BY_CHAT], ids=["all", "queue", "channel"])
def test_figures_stay_as_they_are_when_conversations_are_deleted(session: Session, scope: Scope) -> None:
    before = every_figure(session, scope)
    over = select(Conversation.id).where(Conversation.waiting_since.is_(None))

    deletion.erase_conversations(session, session.scalars(over).all())

    assert every_figure(session, scope) == before


def test_days_without_anything_have_figures_without_numbers(session: Session) -> None:
    empty = Scope(replace(PERIOD, first=date(2026, 1, 1), last=date(2026, 1, 2)))

    assert waits.waits(session, empty, within=180).service_level is None
    assert handling.handling(session, empty).answers == Spread()
    assert kept.kept(session, empty, now=NOW).answers_share is None
    assert satisfaction.satisfaction(session, empty) == Satisfaction()
    assert load.loads(session, empty) == []
