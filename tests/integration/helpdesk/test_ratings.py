"""Ratings on both databases: what is rated, changed and counted."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk import conversations, ratings
from helpdesk.conversations import Utterance
from helpdesk.database import Database
from helpdesk.errors import NotFound
from helpdesk.lifecycle import Author
from helpdesk.queues import Queue
from helpdesk.ratings import Count
from helpdesk.staff import add_staff
from helpdesk.tables import Conversation, Rating
from tests.conftest import NOON

ARTICLE = "zasilek-chorobowy"


def started(database: Database, token: str = "1") -> int:
    with database.session() as session:
        number = conversations.start(session, token, now=NOON).id
        session.commit()
        return number


def answered(database: Database, number: int, kind: str = "answer", article: str | None = ARTICLE) -> int:
    with database.session() as session:
        details = {"article": article, "article_changed": "2026-11-01"}
        (message,) = conversations.reply_as_bot(
            session, session.get_one(Conversation, number), [Utterance(kind, "x", details)], now=NOON
        )
        session.commit()
        return message.id


def served(database: Database, number: int) -> int:
    with database.session() as session:
        ewa = add_staff(session, login="ewa", name="Ewa", password="x", queues=[], now=NOON)
        conversation = session.get_one(Conversation, number)
        conversation.queue, conversation.topic = Queue.BENEFITS, ARTICLE
        conversations.wait_for_person(session, conversation, now=NOON)
        conversations.claim(session, number, ewa, now=NOON)
        message = conversations.say_as_consultant(session, number, ewa, "Proszę.", now=NOON)
        conversations.give_back(session, number, ewa, now=NOON)
        session.commit()
        return message.id


def rated(database: Database, number: int, helpful: bool, **more: object) -> Rating | None:
    with database.session() as session:
        rating = ratings.rate(session, number, helpful=helpful, now=NOON, **more)
        session.commit()
        return rating


def test_rating_is_stored_with_the_article_and_the_date_of_its_words(database: Database) -> None:
    number = started(database)
    message = answered(database, number)
    answered(database, number, "smalltalk", None)

    rating = rated(database, number, True)

    assert rating is not None
    assert (rating.message_id, rating.part, rating.article) == (message, Author.BOT, ARTICLE)
    assert rating.article_changed == "2026-11-01"


def test_customer_who_thinks_again_changes_the_rating(database: Database) -> None:
    number = started(database)
    answered(database, number)

    rated(database, number, True)
    rated(database, number, False)

    with database.reading() as session:
        assert ratings.ratings_of_article(session, ARTICLE) == Count(helpful=0, unhelpful=1)


def test_each_answer_has_a_rating_of_its_own(database: Database) -> None:
    number = started(database)
    first = answered(database, number)
    answered(database, number)

    rated(database, number, True)
    rated(database, number, False, message_id=first)

    with database.reading() as session:
        assert [rating.helpful for rating in ratings.ratings_of(session, number)] == [False, True]
        assert ratings.ratings_of_article(session, ARTICLE) == Count(helpful=1, unhelpful=1)


def test_part_of_a_consultant_is_rated_with_its_topic_and_does_not_count_for_the_article(database: Database) -> None:
    number = started(database)
    answer = answered(database, number)
    words = served(database, number)

    person, bot = rated(database, number, False), rated(database, number, True, part=Author.BOT)

    assert person is not None
    assert bot is not None
    assert (person.message_id, person.part, person.article) == (words, Author.CONSULTANT, ARTICLE)
    assert bot.message_id == answer
    with database.reading() as session:
        assert ratings.ratings_of_article(session, ARTICLE) == Count(helpful=1, unhelpful=0)


def test_answer_after_the_consultant_is_what_is_rated(database: Database) -> None:
    number = started(database)
    served(database, number)
    answer = answered(database, number)

    with database.reading() as session:
        found = ratings.last_rateable(session, number)

    assert found is not None
    assert (found.message.id, found.part) == (answer, Author.BOT)


@pytest.mark.parametrize("kind", ["smalltalk", "unknown", "choice", "verify", "handover"])
def test_what_answers_nothing_cannot_be_rated(database: Database, kind: str) -> None:
    number = started(database)
    message = answered(database, number, kind)

    assert rated(database, number, True) is None
    with pytest.raises(NotFound):
        rated(database, number, True, message_id=message)


def test_message_of_another_conversation_cannot_be_rated(database: Database) -> None:
    number, other = started(database), started(database, "2")
    message = answered(database, other)

    with pytest.raises(NotFound):
        rated(database, number, True, message_id=message)


def test_ten_presses_at_once_leave_one_rating(database: Database) -> None:
    number = started(database)
    answered(database, number)

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda n: rated(database, number, n % 2 == 0), range(10)))

    with database.reading() as session:
        assert len(session.scalars(select(Rating)).all()) == 1


def test_date_of_the_article_is_taken_from_the_caller_where_the_answer_does_not_tell_it(database: Database) -> None:
    number = started(database)
    with database.session() as session:
        said = [Utterance("answer", "x", {"article": ARTICLE})]
        conversations.reply_as_bot(
            session, session.get_one(Conversation, number), said, now=NOON + timedelta(minutes=1)
        )
        session.commit()

    rating = rated(database, number, True, article_changed="2026-10-05")

    assert rating is not None
    assert rating.article_changed == "2026-10-05"
