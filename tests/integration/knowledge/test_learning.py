"""Open questions are gathered from what became of the bot's answers, masked, and grouped with their like."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Event, Thread

import pytest
from sqlalchemy import select

from helpdesk import conversations, facts, ratings
from helpdesk.conversations import Utterance
from helpdesk.database import Database
from helpdesk.knowledge_states import DraftStatus, GroupStatus, OpenSource
from helpdesk.learning import groups as grouping
from helpdesk.learning import weights
from helpdesk.learning.sources import is_due
from helpdesk.queues import Queue
from helpdesk.staff import add_staff
from helpdesk.tables import Conversation, Correction, OpenQuestion, QuestionGroup, Staff, Ticket
from helpdesk.tickets import NewTicket, open_ticket
from knowledge.base import KnowledgeBase
from knowledge.learning import REOPEN_AFTER, Gathered, gather
from knowledge.learning_decisions import (
    Deciding,
    add_to_article,
    put_out_of_scope,
    take_back,
)
from knowledge.likeness import Crowd
from okienko.learning import Gatherer
from tests.conftest import NOON

UNKNOWN = Utterance("unknown", "Nie wiem.", {"act": "ask_general", "queue": Queue.GENERAL.value})
ANSWER = Utterance(
    "answer", "Zasiłek…", {"act": "ask_general", "article": "zasilek-chorobowy", "confidence": 0.9, "queue": "zasilki"}
)
WISH = Utterance("handover", "Już łączę.", {"act": "request_consultant"})
DOG = "czy wpuszczą mnie do oddziału z psem przewodnikiem"
DOGS = (DOG, "Czy do oddziału można wejść z psem przewodnikiem?", "wejscie z psem przewodnikiem do oddzialu")


class Desk:
    """Asks, gathers and looks."""

    def __init__(self, database: Database, base: KnowledgeBase) -> None:
        self.database, self.base, self.crowd, self.asked = database, base, Crowd(), 0

    def ask(self, text: str, *replies: Utterance, at: datetime = NOON, language: str = "pl") -> int:
        """Return the conversation."""
        self.asked += 1
        with self.database.session() as session:
            chat = conversations.start(session, f"token-{self.asked}-{id(self)}", now=at)
            chat.language = language
            conversations.hear(session, chat, text, client_id=None, now=at)
            conversations.reply_as_bot(session, chat, replies or (UNKNOWN,), now=at)
            session.commit()
            return chat.id

    def say(self, chat_id: int, text: str, *replies: Utterance, at: datetime = NOON) -> None:
        with self.database.session() as session:
            conversations.hear(session, session.get_one(Conversation, chat_id), text, client_id=None, now=at)
            conversations.reply_as_bot(session, session.get_one(Conversation, chat_id), replies, now=at)
            session.commit()

    def wait(self, chat_id: int, at: datetime = NOON) -> None:
        with self.database.session() as session:
            conversations.wait_for_person(session, session.get_one(Conversation, chat_id), now=at)
            session.commit()

    def rate(self, chat_id: int, *, helpful: bool) -> None:
        with self.database.session() as session:
            ratings.rate(session, chat_id, helpful=helpful, now=NOON)
            session.commit()

    def gather(self, now: datetime = NOON, most: int = 200) -> Gathered:
        with self.database.session() as session:
            done = gather(session, self.crowd, self.base, now=now, most=most)
            session.commit()
            return done

    def groups(self) -> list[QuestionGroup]:
        with self.database.reading() as session:
            return list(session.scalars(select(QuestionGroup).order_by(QuestionGroup.id)))

    def questions(self) -> list[OpenQuestion]:
        with self.database.reading() as session:
            return list(session.scalars(select(OpenQuestion).order_by(OpenQuestion.id)))

    def told(self) -> list[tuple[OpenSource, str]]:
        return [(one.source, one.text) for one in self.questions()]

    def editor(self) -> Staff:
        with self.database.session() as session:
            piotr = add_staff(session, login="piotr", name="Piotr", password="x", queues=[], now=NOON)
            session.commit()
            return piotr


@pytest.fixture
def desk(database: Database, base: KnowledgeBase) -> Desk:
    return Desk(database, base)


def test_many_ways_of_one_question_are_one_group_and_another_question_is_another(desk: Desk) -> None:
    for text in DOGS:
        desk.ask(text)
    desk.ask("ile kosztuje duplikat legitymacji emeryta")

    assert desk.gather() == Gathered(looked_at=4, put=4, left=0)

    assert [group.count for group in desk.groups()] == [3, 1]
    assert desk.groups()[0].title in DOGS


def test_new_like_question_joins_in_a_later_pass_of_another_process(desk: Desk) -> None:
    desk.ask(DOGS[0])
    desk.gather()
    desk.ask(DOGS[1], at=NOON + timedelta(days=3))
    desk.crowd = Crowd()

    desk.gather(NOON + timedelta(days=3))

    (group,) = desk.groups()
    assert (group.count, group.first_at, group.last_at) == (2, NOON, NOON + timedelta(days=3))


def test_what_went_wrong_is_told_apart_and_good_answers_are_left_alone(desk: Desk) -> None:
    desk.ask("ile dni chorobowego na rok", ANSWER)
    desk.rate(desk.ask("ile wynosi chorobowe na zleceniu", ANSWER), helpful=False)
    desk.wait(desk.ask("chorobowe po ustaniu pracy ile trwa", ANSWER))
    desk.ask(DOG)

    desk.gather()

    assert desk.told() == [
        (OpenSource.UNHELPFUL, "ile wynosi chorobowe na zleceniu"),
        (OpenSource.HANDED_OVER, "chorobowe po ustaniu pracy ile trwa"),
        (OpenSource.UNKNOWN, DOG),
    ]
    assert [one.article for one in desk.questions()] == ["zasilek-chorobowy", "zasilek-chorobowy", None]


def test_wish_for_a_person_speaks_against_the_answer_before_it(desk: Desk) -> None:
    chat = desk.ask("ile trwa chorobowe przy cukrzycy", ANSWER)
    desk.say(chat, "chcę rozmawiać z człowiekiem", WISH, at=NOON + timedelta(minutes=1))
    desk.wait(chat, NOON + timedelta(minutes=2))
    desk.gather(NOON + timedelta(minutes=3))

    assert desk.told() == [(OpenSource.HANDED_OVER, "ile trwa chorobowe przy cukrzycy")]


def test_wish_for_a_person_long_after_an_answer_speaks_against_nothing(desk: Desk) -> None:
    chat = desk.ask("ile trwa chorobowe przy cukrzycy", ANSWER)
    desk.say(chat, "chcę rozmawiać z człowiekiem", WISH, at=NOON + timedelta(hours=1))
    desk.wait(chat, NOON + timedelta(hours=1))
    desk.gather(NOON + timedelta(hours=2))

    assert desk.told() == []


def test_who_asked_for_the_own_account_needs_a_person_anyway(desk: Desk) -> None:
    own = Utterance("answer", "…", {**ANSWER.details, "individual": True})
    desk.wait(desk.ask("kiedy dostanę moje pieniądze z chorobowego", own))
    desk.gather()

    assert desk.told() == []


def test_answer_rated_unhelpful_after_it_was_gathered_comes_in_and_rated_helpful_leaves(desk: Desk) -> None:
    chat = desk.ask("ile wynosi chorobowe na zleceniu", ANSWER)
    desk.gather()
    assert desk.told() == []

    desk.rate(chat, helpful=False)
    desk.gather()
    assert len(desk.groups()) == 1

    desk.rate(chat, helpful=True)
    assert desk.gather().left == 1
    assert desk.told() == []
    assert desk.groups() == []


def test_nothing_is_gathered_twice_and_nothing_due_is_told_by_reading(desk: Desk) -> None:
    desk.ask(DOG)
    with desk.database.reading() as session:
        assert is_due(session, now=NOON)

    desk.gather()

    assert desk.gather() == Gathered()
    with desk.database.reading() as session:
        assert not is_due(session, now=NOON)


def test_several_nodes_at_once_keep_each_question_once_and_in_one_group(
    database: Database, base: KnowledgeBase
) -> None:
    desk = Desk(database, base)
    for number in range(12):
        desk.ask(f"{DOGS[number % 3]} {number}")
    start = Barrier(3)
    problems: list[BaseException] = []

    def node() -> None:
        mine = Desk(database, base)
        start.wait()
        try:
            while mine.gather(most=2).looked_at:
                pass
        except BaseException as problem:
            problems.append(problem)

    nodes = [Thread(target=node) for _ in range(3)]
    for each in nodes:
        each.start()
    for each in nodes:
        each.join()

    assert not problems
    assert len(desk.questions()) == 12
    assert [group.count for group in desk.groups()] == [12]


def test_personal_data_and_the_known_name_are_not_kept(desk: Desk) -> None:
    desk.ask("Nazywam się Jan Kowalski, PESEL 44051401359, nr sprawy 1234567, ul. Długa 5/7: gdzie wejdę z psem?")

    desk.gather()

    ((_, text),) = desk.told()
    for secret in ("Kowalski", "44051401359", "1234567", "Długa"):
        assert secret not in text
    assert "psem" in text


@pytest.mark.parametrize("text", ["Dzień dobry", "hej", "???", "spierdalaj", "Proszę o pomoc"])
def test_what_is_no_question_is_not_kept(desk: Desk, text: str) -> None:
    desk.ask(text)

    assert desk.gather().looked_at == 1

    assert desk.told() == []


def test_questions_in_another_language_are_marked_and_kept_apart(desk: Desk) -> None:
    foreign = Utterance("unknown", "…", {**UNKNOWN.details, "lang": "uk"})
    desk.ask(DOG)
    desk.ask(DOG, foreign, language="uk")
    desk.gather()

    assert [(one.language, one.group_id) for one in desk.questions()] == [("pl", 1), ("uk", 2)]


def test_question_of_a_mail_is_its_own_among_several(desk: Desk) -> None:
    told = [
        {"text": "ile wynosi chorobowe", "kind": "answer", "article": "zasilek-chorobowy", "confidence": 0.9},
        {"text": DOG, "kind": "unknown", "article": None, "confidence": 0.1},
    ]
    with desk.database.session() as session:
        ticket = open_ticket(
            session, NewTicket(queue=Queue.BENEFITS, subject="Pytanie", address="anna@example.org"), now=NOON
        )
        ticket.questions = told
        facts.keep_mail_turns(session, ticket, now=NOON)
        session.commit()
    desk.gather()

    (question,) = desk.questions()
    assert (question.text, question.channel, question.source) == (DOG, "mail", OpenSource.UNKNOWN)


def test_weight_fades_and_a_worse_outcome_weighs_more(desk: Desk) -> None:
    desk.ask(DOG)
    chat = desk.ask("ile wynosi chorobowe na zleceniu", ANSWER)
    desk.rate(chat, helpful=False)
    desk.gather()

    dog, sick = desk.groups()
    assert weights.shown(dog.weight, NOON) == pytest.approx(1.0)
    assert weights.shown(sick.weight, NOON) == pytest.approx(1.5)
    assert weights.shown(sick.weight, NOON + weights.HALF_LIFE) == pytest.approx(0.75)


def decided(desk: Desk, how: Callable[..., object], *given: object) -> None:
    by = desk.editor()
    group = desk.groups()[0]
    with desk.database.session() as session:
        how(session, *given, Deciding(group.id, group.revision, by, NOON + timedelta(hours=1)))
        session.commit()


def later(desk: Desk, count: int, *, days: int = 1) -> QuestionGroup:
    at = NOON + timedelta(days=days)
    for number in range(count):
        desk.ask(f"{DOG} {'proszę ' * number}", at=at)
    desk.gather(at)
    return desk.groups()[0]


def test_out_of_scope_takes_new_questions_silently_until_many_come(desk: Desk) -> None:
    desk.ask(DOG)
    desk.gather()
    decided(desk, put_out_of_scope, "To nie sprawa ZUS.")

    few = later(desk, REOPEN_AFTER - 1)
    assert (few.status, few.count) == (GroupStatus.OUT_OF_SCOPE, REOPEN_AFTER)

    many = later(desk, 1, days=2)
    assert (many.status, grouping.is_reopened(many)) == (GroupStatus.OPEN, True)


def test_example_opens_anew_only_when_asked_after_its_publication(desk: Desk) -> None:
    desk.ask(DOG)
    desk.gather()
    decided(desk, add_to_article, desk.base.library.articles["zasilek-chorobowy"], [DOG])
    assert later(desk, 1).status is GroupStatus.EXAMPLE

    with desk.database.session() as session:
        group = session.get_one(QuestionGroup, desk.groups()[0].id)
        group.draft.status, group.draft.updated_at = DraftStatus.PUBLISHED, NOON + timedelta(days=2)
        session.commit()

    assert later(desk, 1, days=1).status is GroupStatus.EXAMPLE
    assert later(desk, 1, days=3).status is GroupStatus.OPEN


def test_decision_taken_back_leaves_no_trace_but_the_audit(desk: Desk) -> None:
    desk.ask(DOG)
    desk.gather()
    decided(desk, put_out_of_scope, "To nie sprawa ZUS.")
    with desk.database.session() as session:
        group = session.get_one(QuestionGroup, 1)
        piotr = session.scalars(select(Staff)).one()
        take_back(session, Deciding(1, group.revision, piotr, NOON + timedelta(hours=2)))
        session.commit()

    (group,) = desk.groups()
    assert (group.status, group.reason, group.decided_at, grouping.is_reopened(group)) == (
        GroupStatus.OPEN, "", None, False,
    )  # fmt: skip


def test_ticket_that_was_deleted_gives_no_question(desk: Desk) -> None:
    with desk.database.session() as session:
        assert session.get(Ticket, 7) is None
        piotr = add_staff(session, login="p", name="P", password="x", queues=[], now=NOON)
        session.add(Correction(origin="ticket:7:0", staff_id=piotr.id, created_at=NOON))
        session.commit()

    assert desk.gather() == Gathered(looked_at=1)


def test_background_step_gathers_until_nothing_waits_and_ends_when_told_to(desk: Desk) -> None:
    desk.ask(DOG)
    stop = Event()
    gatherer = Gatherer(desk.database, lambda: desk.base, lambda: NOON, stop)

    gatherer.work()
    assert len(desk.questions()) == 1

    desk.ask(DOGS[1])
    stop.set()
    gatherer.work()
    assert len(desk.questions()) == 1
