"""Conversations on both databases: order, ownership, and the races that must have one winner."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from helpdesk import chat_log, conversations
from helpdesk import waiting as waiting_time
from helpdesk.conversations import Utterance
from helpdesk.database import Database
from helpdesk.errors import AlreadyTaken, NotFound
from helpdesk.lifecycle import Author, Level, Mode
from helpdesk.queues import Queue
from helpdesk.staff import add_staff
from helpdesk.tables import Conversation, Staff
from tests.conftest import NOON

TOKEN = "a-secret-token"


def started(database: Database, token: str = TOKEN) -> int:
    with database.session() as session:
        conversation = conversations.start(session, token, now=NOON)
        session.commit()
        return conversation.id


def waiting(database: Database, token: str = TOKEN, queue: Queue = Queue.BENEFITS, after: int = 0) -> int:
    number = started(database, token)
    with database.session() as session:
        conversation = session.get_one(Conversation, number)
        conversation.queue = queue
        conversations.wait_for_person(session, conversation, now=NOON + timedelta(seconds=after))
        session.commit()
    return number


def consultants(database: Database, number: int) -> list[Staff]:
    with database.session() as session:
        people = [
            add_staff(session, login=f"k{n}", name=f"K {n}", password="x", queues=[], now=NOON) for n in range(number)
        ]
        session.commit()
        return people


def test_conversation_is_found_by_its_token_and_by_nothing_else(database: Database) -> None:
    number = started(database)

    with database.reading() as session:
        assert conversations.find(session, TOKEN).id == number
        for wrong in (str(number), "", TOKEN.upper(), conversations.find(session, TOKEN).token_hash):
            with pytest.raises(NotFound):
                conversations.find(session, wrong)


def test_message_sent_twice_under_one_id_is_stored_once(database: Database) -> None:
    number = started(database)

    with database.session() as session:
        conversation = session.get_one(Conversation, number)
        first, new = conversations.hear(session, conversation, "dzień dobry", client_id="m1", now=NOON)
        second, again = conversations.hear(session, conversation, "dzień dobry", client_id="m1", now=NOON)
        session.commit()

    assert (new, again) == (True, False)
    assert first.id == second.id
    with database.reading() as session:
        assert len(chat_log.messages(session, number)) == 1


def test_bot_is_silent_as_soon_as_a_person_is_waited_for(database: Database) -> None:
    number = waiting(database)

    with database.session() as session:
        said = conversations.reply_as_bot(
            session, session.get_one(Conversation, number), [Utterance("answer", "za późno")], now=NOON
        )
        session.commit()

    assert not said
    with database.reading() as session:
        assert not chat_log.messages(session, number)


def test_fifty_claims_at_once_have_one_winner(database: Database) -> None:
    number = waiting(database)
    people = consultants(database, 50)

    def claim(staff: Staff) -> str | None:
        with database.session() as session:
            try:
                conversations.claim(session, number, staff, now=NOON)
            except AlreadyTaken:
                return None
            session.commit()
            return staff.login

    with ThreadPoolExecutor(25) as pool:
        winners = [login for login in pool.map(claim, people) if login]

    assert len(winners) == 1
    with database.reading() as session:
        found = session.get_one(Conversation, number)
        assert found.mode is Mode.HUMAN
        assert session.get_one(Staff, found.consultant_id).login == winners[0]


def test_place_in_the_queue_counts_only_those_before_in_the_same_queue(database: Database) -> None:
    waiting(database, "first", after=0)
    second = waiting(database, "second", after=1)
    waiting(database, "other queue", queue=Queue.PAYERS, after=0)

    with database.reading() as session:
        assert waiting_time.position(session, session.get_one(Conversation, second)) == 2


def test_asking_for_a_person_again_keeps_the_place(database: Database) -> None:
    number = waiting(database)

    with database.session() as session:
        conversation = session.get_one(Conversation, number)
        conversations.wait_for_person(session, conversation, now=NOON + timedelta(hours=1))
        session.commit()
        assert conversation.waiting_since == NOON


def test_only_the_owner_speaks_passes_on_and_gives_back(database: Database) -> None:
    number = waiting(database)
    owner, stranger = consultants(database, 2)

    with database.session() as session:
        conversations.claim(session, number, owner, now=NOON)
        session.commit()

    with database.session() as session:
        with pytest.raises(NotFound):
            conversations.say_as_consultant(session, number, stranger, "to nie moje", now=NOON)
        with pytest.raises(NotFound):
            conversations.give_back(session, number, stranger, now=NOON)
        with pytest.raises(NotFound):
            conversations.pass_on(session, number, stranger, Queue.PAYERS, now=NOON)
        message = conversations.say_as_consultant(session, number, owner, "w czym pomóc?", now=NOON)
        conversations.give_back(session, number, owner, now=NOON)
        session.commit()

    assert message.author is Author.CONSULTANT
    with database.reading() as session:
        assert session.get_one(Conversation, number).mode is Mode.BOT


def test_conversation_passed_on_waits_in_the_other_queue(database: Database) -> None:
    number = waiting(database)
    (owner,) = consultants(database, 1)

    with database.session() as session:
        conversations.claim(session, number, owner, now=NOON)
        conversations.pass_on(session, number, owner, Queue.PAYERS, now=NOON)
        session.commit()

    with database.reading() as session:
        found = session.get_one(Conversation, number)
        assert (found.mode, found.queue, found.consultant_id) == (Mode.WAITING, Queue.PAYERS, None)


def test_expired_identity_is_forgotten_with_the_next_message(database: Database) -> None:
    number = started(database)

    with database.session() as session:
        conversation = session.get_one(Conversation, number)
        conversation.level, conversation.verified_until = Level.VERIFIED, NOON
        conversations.hear(session, conversation, "jestem", client_id=None, now=NOON)
        session.commit()
        assert conversation.level is Level.ANONYMOUS
