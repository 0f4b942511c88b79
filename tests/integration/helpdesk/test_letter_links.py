"""Links in letters: they work until they expire, once where once is meant, and go with their ticket."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk import continuation, deletion, letter_links, merging, ratings, tickets
from helpdesk.database import Database
from helpdesk.errors import BadMerge, BadSplit, LinkExpired, LinkUsed, NotFound
from helpdesk.lifecycle import LinkPurpose
from helpdesk.person_data import collect, find_person
from helpdesk.queues import Queue
from helpdesk.staff import add_staff
from helpdesk.tables import LetterLink, Rating, Ticket
from helpdesk.tickets import Incoming, NewTicket
from tests.conftest import NOON

WEEK = timedelta(days=7)
ANNA = "anna@example.org"


@pytest.fixture
def ticket_id(database: Database) -> int:
    with database.session() as session:
        ticket = tickets.open_ticket(session, NewTicket(Queue.BENEFITS, "Zasiłek", ANNA), now=NOON)
        tickets.add_incoming(session, ticket, Incoming(ANNA, "ile?"), now=NOON)
        session.commit()
        return ticket.id


def issued(database: Database, ticket_id: int, purpose: LinkPurpose = LinkPurpose.CONTINUE) -> str:
    with database.session() as session:
        secret = letter_links.issue(
            session, ticket_id, purpose, lasts=WEEK, now=NOON, article="a", article_changed="2026"
        )
        session.commit()
        return secret


def test_link_is_used_once_and_looking_uses_nothing_up(database: Database, ticket_id: int) -> None:
    secret = issued(database, ticket_id)
    with database.session() as session:
        letter_links.find(session, secret, now=NOON)
        letter_links.find(session, secret, now=NOON)
        letter_links.use(session, secret, now=NOON)
        with pytest.raises(LinkUsed):
            letter_links.use(session, secret, now=NOON)


def test_link_expires_and_an_unknown_one_is_none(database: Database, ticket_id: int) -> None:
    secret = issued(database, ticket_id)
    with database.session() as session:
        with pytest.raises(LinkExpired):
            letter_links.use(session, secret, now=NOON + WEEK)
        with pytest.raises(NotFound):
            letter_links.find(session, "zgadywany", now=NOON)


def test_link_for_rating_begins_no_conversation(database: Database, ticket_id: int) -> None:
    secret = issued(database, ticket_id, LinkPurpose.HELPFUL)
    with database.session() as session, pytest.raises(NotFound):
        continuation.begin(session, secret, "token", now=NOON)


def test_rating_is_changed_by_who_thinks_again(database: Database, ticket_id: int) -> None:
    secret = issued(database, ticket_id, LinkPurpose.HELPFUL)
    with database.session() as session:
        link = letter_links.use(session, secret, now=NOON)
        ratings.rate_letter(session, link, helpful=True, now=NOON)
        ratings.rate_letter(session, letter_links.use(session, secret, now=NOON), helpful=False, now=NOON)
        session.commit()

    with database.reading() as session:
        (rating,) = session.scalars(select(Rating)).all()
        assert (rating.helpful, rating.article, rating.queue) == (False, "a", Queue.BENEFITS)


def test_links_and_ratings_go_with_their_ticket_and_a_merged_one_stays(database: Database, ticket_id: int) -> None:
    secret = issued(database, ticket_id, LinkPurpose.HELPFUL)
    with database.session() as session:
        ratings.rate_letter(session, letter_links.use(session, secret, now=NOON), helpful=True, now=NOON)
        other = tickets.open_ticket(session, NewTicket(Queue.BENEFITS, "Inne", ANNA), now=NOON)
        staff = add_staff(session, login="ewa", name="Ewa", password="x", queues=[], now=NOON)
        merging.merge(session, other, session.get_one(Ticket, ticket_id), staff, now=NOON)
        session.commit()
        held = collect(session, find_person(session, address=ANNA)).rows
        gone = deletion.erase_tickets(session, [ticket_id])
        session.commit()

    assert (len(held["letter_link"]), len(held["rating"])) == (1, 1)
    assert "token_hash" not in held["letter_link"][0]
    assert (gone["letter_link"], gone["rating"], gone["ticket"]) == (1, 1, 1)
    with database.reading() as session:
        assert session.scalars(select(LetterLink)).all() == []
        assert session.scalars(select(Ticket.merged_into_id)).all() == [None]


def test_ticket_is_not_merged_twice_or_with_itself_and_its_only_message_stays(
    database: Database, ticket_id: int
) -> None:
    with database.session() as session:
        staff = add_staff(session, login="ewa", name="Ewa", password="x", queues=[], now=NOON)
        ticket = session.get_one(Ticket, ticket_id)
        other = tickets.open_ticket(session, NewTicket(Queue.BENEFITS, "Inne", ANNA), now=NOON)
        only = tickets.add_incoming(session, other, Incoming(ANNA, "x"), now=NOON)
        with pytest.raises(BadSplit):
            merging.split(session, only, staff, now=NOON)
        with pytest.raises(BadMerge):
            merging.merge(session, ticket, ticket, staff, now=NOON)
        merging.merge(session, other, ticket, staff, now=NOON)
        with pytest.raises(BadMerge):
            merging.merge(session, ticket, other, staff, now=NOON)
