"""The facts of the reports: what the bot answered, what became of it, and who led a chat for how long."""

from datetime import timedelta

from sqlalchemy import select

from helpdesk import conversations, deletion, parting, ratings
from helpdesk.conversations import Utterance
from helpdesk.database import Database
from helpdesk.lifecycle import EndReason, Role
from helpdesk.queues import Queue
from helpdesk.staff import add_staff
from helpdesk.tables import BotTurn, ConsultantPart, Conversation, Staff
from tests.conftest import NOON

ARTICLE = "zasilek-chorobowy"
ANSWER = Utterance(
    "answer", "Zasiłek…", {"act": "ask_general", "article": ARTICLE, "confidence": 0.91, "queue": Queue.BENEFITS.value}
)
GREETING = Utterance("smalltalk", "Dzień dobry.")


def asked(database: Database, *replies: Utterance) -> tuple[int, int]:
    with database.session() as session:
        chat = conversations.start(session, "1", now=NOON)
        question, _ = conversations.hear(session, chat, "ile wynosi chorobowe", client_id=None, now=NOON)
        conversations.reply_as_bot(session, chat, replies, now=NOON)
        session.commit()
        return chat.id, question.id


def turns(database: Database) -> list[BotTurn]:
    with database.reading() as session:
        return list(session.scalars(select(BotTurn).order_by(BotTurn.id)))


def test_answer_is_a_turn_with_its_question_and_words_of_the_domain_are_none(database: Database) -> None:
    number, question = asked(database, GREETING, ANSWER)

    (turn,) = turns(database)
    assert (turn.conversation_id, turn.question_id, turn.channel) == (number, question, "chat")
    assert (turn.kind, turn.act, turn.article) == ("answer", "ask_general", ARTICLE)
    assert (turn.confidence, turn.queue, turn.helpful, turn.handed_over) == (0.91, Queue.BENEFITS, None, False)


def test_turn_knows_its_rating_and_that_a_person_was_wanted_after_it(database: Database) -> None:
    number, _ = asked(database, ANSWER, Utterance("answer", "x", {**ANSWER.details, "article": "inny"}))
    with database.session() as session:
        ratings.rate(session, number, helpful=False, now=NOON)
        conversations.wait_for_person(session, session.get_one(Conversation, number), now=NOON)
        session.commit()

    first, last = turns(database)
    assert (first.helpful, first.handed_over) == (None, False)
    assert (last.helpful, last.handed_over) == (False, True)


def people(session: object) -> tuple[Staff, Staff]:
    made = [
        add_staff(session, login=login, name=login, password="x", queues=[], now=NOON, role=role)
        for login, role in (("ewa", Role.CONSULTANT), ("anna", Role.SUPERVISOR))
    ]
    return made[0], made[1]


def test_parts_of_a_chat_are_kept_one_after_the_other(database: Database) -> None:
    number, _ = asked(database, ANSWER)
    minute = timedelta(minutes=1)
    with database.session() as session:
        ewa, anna = people(session)
        chat = session.get_one(Conversation, number)
        chat.queue = Queue.BENEFITS
        conversations.wait_for_person(session, chat, now=NOON)
        conversations.claim(session, number, ewa, now=NOON + minute)
        parting.take_over(session, number, anna, now=NOON + 5 * minute)
        conversations.pass_on(session, number, anna, Queue.PAYERS, now=NOON + 6 * minute)
        conversations.claim(session, number, ewa, now=NOON + 8 * minute)
        parting.end(session, number, ewa, EndReason.ANSWERED, now=NOON + 9 * minute)
        session.commit()

        found = session.scalars(select(ConsultantPart).order_by(ConsultantPart.id)).all()
        told = [(one.staff_id, one.queue, one.ended_at - one.began_at, one.ending) for one in found]
    assert told == [
        (ewa.id, Queue.BENEFITS, 4 * minute, "taken_over"),
        (anna.id, Queue.BENEFITS, minute, "passed_on"),
        (ewa.id, Queue.PAYERS, minute, "answered"),
    ]


def test_facts_outlive_the_conversation(database: Database) -> None:
    number, _ = asked(database, ANSWER)
    with database.session() as session:
        ewa, _ = people(session)
        conversations.wait_for_person(session, session.get_one(Conversation, number), now=NOON)
        conversations.claim(session, number, ewa, now=NOON)
        parting.end(session, number, ewa, EndReason.ANSWERED, now=NOON)
        session.flush()
        deletion.erase_conversations(session, [number])
        session.commit()

    (turn,) = turns(database)
    assert (turn.conversation_id, turn.question_id, turn.reply_id, turn.article) == (None, None, None, ARTICLE)
    with database.reading() as session:
        assert session.scalars(select(ConsultantPart.conversation_id)).all() == [None]
