"""Addresses and files are sealed in the database, are still found by equality, and move on to new keys."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select, text

from helpdesk import blobs, outbox, tickets
from helpdesk.database import Database
from helpdesk.errors import SealBroken
from helpdesk.letters import Letter
from helpdesk.queues import Queue
from helpdesk.rotation import rotate, sealed_columns
from helpdesk.sealing import Sealer, new_key
from helpdesk.tables import Customer, Ticket
from tests.conftest import NOON

ANNA = "anna@example.org"
FILE = b"umowa nr 1 " * 100


def filled(database: Database) -> str:
    with database.session() as session:
        ticket = tickets.open_ticket(session, tickets.NewTicket(Queue.GENERAL, "Pytanie", ANNA), now=NOON)
        tickets.add_incoming(session, ticket, tickets.Incoming(ANNA, "dzień dobry"), now=NOON)
        outbox.enqueue(
            session,
            kind="answer",
            recipient=ANNA,
            letter=Letter("Re", "Treść"),
            ticket_id=ticket.id,
            automatic=True,
            now=NOON,
            domain="zus.pl",
        )
        sha256 = blobs.put(session, FILE)
        session.commit()
    return sha256


def stored(database: Database) -> Sequence[str | bytes]:
    """Return all sealed values as the database holds them."""
    with database.engine.connect() as connection:
        return [
            bytes(value) if isinstance(value, memoryview) else value
            for table, column in sealed_columns()
            for value in connection.scalars(text(f'SELECT "{column.name}" FROM "{table.name}"'))
        ]


def with_keys(database: Database, *keys: str) -> None:
    database.seal_with(Sealer(keys))


def test_addresses_are_sealed_and_found_by_equality(database: Database) -> None:
    filled(database)

    with database.reading() as session:
        ticket = session.scalars(select(Ticket).where(Ticket.address == ANNA)).one()
        answers = outbox.automatic_answers(session, " ANNA@example.org ", now=NOON)
        others = session.scalars(select(Ticket).where(Ticket.address == "jan@example.org")).all()
        not_hers = session.scalars(select(Ticket).where(Ticket.address != ANNA)).all()
    assert ticket.address == ANNA
    assert answers == 1
    assert not others
    assert not not_hers
    assert not any(b"anna" in str(value).encode() for value in stored(database))


def test_the_same_address_is_the_same_customer(database: Database) -> None:
    filled(database)
    filled(database)

    with database.reading() as session:
        assert session.scalars(select(Customer.address)).all() == [ANNA]


def test_searching_inside_a_sealed_address_is_refused() -> None:
    with pytest.raises(TypeError, match="equality only"):
        Ticket.address.like("anna%")
    with pytest.raises(TypeError, match="equality only"):
        Ticket.address.startswith("anna")


def test_bytes_are_sealed_and_little_longer_than_compressed(database: Database) -> None:
    sha256 = filled(database)

    with database.reading() as session:
        assert blobs.get(session, sha256) == FILE
    (content,) = (value for value in stored(database) if isinstance(value, bytes))
    assert b"umowa" not in content
    assert len(content) < 200


def test_old_seals_are_read_and_found_before_rotation_and_the_old_key_is_needless_after_it(database: Database) -> None:
    old, new = new_key(), new_key()
    with_keys(database, old)
    sha256 = filled(database)

    with_keys(database, new, old)
    filled(database)
    with database.reading() as session:
        assert len(session.scalars(select(Ticket).where(Ticket.address == ANNA)).all()) == 2
    renewed = rotate(database)
    again = rotate(database)
    with_keys(database, new)

    with database.reading() as session:
        assert len(session.scalars(select(Ticket).where(Ticket.address == ANNA)).all()) == 2
        assert blobs.get(session, sha256) == FILE
    assert renewed["ticket.address"] == 1
    assert renewed["blob.content"] == 1
    assert set(again.values()) == {0}


def test_an_unknown_key_opens_nothing(database: Database) -> None:
    filled(database)
    with_keys(database, new_key())

    with database.reading() as session, pytest.raises(SealBroken):
        session.scalars(select(Ticket)).all()


def test_at_most_three_keys_are_taken() -> None:
    with pytest.raises(ValueError, match="keys"):
        Sealer([new_key() for _ in range(4)])
