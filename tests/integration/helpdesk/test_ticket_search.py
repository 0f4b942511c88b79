"""The full-text search: what is found, by whom, and that nothing stays findable that is gone."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from helpdesk import deletion, merging, person_data, tagging, tickets
from helpdesk.database import Database
from helpdesk.lifecycle import TicketStatus
from helpdesk.queues import Queue
from helpdesk.reindexing import reindex
from helpdesk.staff import add_staff
from helpdesk.tables import Staff, Ticket, TicketMessage, TicketWords
from helpdesk.ticket_filters import Seer, Wanted
from helpdesk.ticket_search import MOST, find
from helpdesk.tickets import Incoming, NewTicket
from tests.conftest import NOON

EVERYWHERE = Seer(1, frozenset(Queue))


@pytest.fixture
def ewa(database: Database) -> Staff:
    with database.session() as session:
        staff = add_staff(session, login="ewa", name="Ewa", password="x", queues=[], now=NOON)
        session.commit()
    return staff


def opened(session: Session, subject: str, words: str = "", queue: Queue = Queue.BENEFITS, address: str = "") -> Ticket:
    ticket = tickets.open_ticket(session, NewTicket(queue, subject, address or "anna@example.org"), now=NOON)
    if words:
        tickets.add_incoming(session, ticket, Incoming("anna@example.org", words), now=NOON)
    session.flush()
    return ticket


def found(database: Database, typed: str, seer: Seer = EVERYWHERE, wanted: Wanted | None = None) -> list[str]:
    with database.reading() as session:
        return [hit.row.number for hit in find(session, typed, wanted, seer, now=NOON).hits]


def test_word_is_found_in_every_form_with_and_without_polish_letters(database: Database) -> None:
    with database.session() as session:
        ticket = opened(session, "Pytanie", "Mam kłopot ze składkami na ubezpieczenie.")
        opened(session, "Zasiłek", "Kiedy wypłata?")
        session.commit()

    for typed in ("składka", "skladki", "SKŁADEK", "skladkami ubezpieczenia", "kłopoty ze składką"):
        assert found(database, typed) == [ticket.number], typed
    assert found(database, "składka zasiłek") == []
    assert found(database, "?!") == []


def test_subject_notes_tags_and_number_are_searched_and_a_subject_ranks_first(database: Database, ewa: Staff) -> None:
    with database.session() as session:
        in_subject = opened(session, "Emerytura pomostowa")
        in_note = opened(session, "Pytanie")
        tickets.add_note(session, in_note, ewa, "chodzi o emeryturę", now=NOON)
        tagged = opened(session, "Inne")
        tagging.add(session, tagged, "pilna emerytura", ewa, now=NOON)
        session.commit()

    assert found(database, "emerytury") == [tagged.number, in_subject.number, in_note.number]
    assert found(database, "pomostowej") == [in_subject.number]
    assert found(database, f"ok {in_note.id}") == [in_note.number]


def test_exact_address_is_found_and_only_by_who_may_see_the_ticket(database: Database) -> None:
    with database.session() as session:
        ticket = opened(session, "Pytanie", address="jan@example.org")
        session.commit()
    stranger = Seer(99, frozenset({Queue.PAYERS}))

    assert found(database, " Jan@Example.org ") == [ticket.number]
    for typed in ("jan@example.org", ticket.number, "pytanie"):
        assert found(database, typed, stranger) == []


def test_own_ticket_of_another_queue_is_found(database: Database, ewa: Staff) -> None:
    with database.session() as session:
        ticket = opened(session, "Pytanie o rentę")
        tickets.take(session, ticket, ewa, now=NOON)
        session.commit()

    assert found(database, "renta", Seer(ewa.id, frozenset({Queue.PAYERS}))) == [ticket.number]


def test_filters_narrow_the_results(database: Database, ewa: Staff) -> None:
    with database.session() as session:
        over = opened(session, "Renta rodzinna")
        tickets.solve(session, over, ewa, now=NOON)
        current = opened(session, "Renta socjalna")
        session.commit()

    assert found(database, "renta") == [current.number, over.number]
    assert found(database, "renta", wanted=Wanted(status=TicketStatus.SOLVED)) == [over.number]
    assert found(database, "renta", wanted=Wanted(queue=Queue.PAYERS)) == []


def test_query_in_the_databases_own_language_is_only_words(database: Database) -> None:
    with database.session() as session:
        ticket = opened(session, "Renta")
        session.commit()

    for typed in (
        "renta' | 'x",
        'renta" OR "x',
        "renta:*",
        "NEAR(renta)",
        "renta AND NOT renta)",
        "'; DROP TABLE ticket",
    ):
        found(database, typed)
    assert found(database, "(renta)") == [ticket.number]


def test_snippet_shows_the_words_that_were_found(database: Database) -> None:
    with database.session() as session:
        opened(session, "Pytanie", "Dzień dobry. " + "Długi wstęp. " * 60 + "Chodzi o składki zdrowotne. Do widzenia.")
        session.commit()

    with database.reading() as session:
        (hit,) = find(session, "skladka", None, EVERYWHERE, now=NOON).hits

    assert [piece.text for piece in hit.snippet if piece.found] == ["składki"]
    assert len("".join(piece.text for piece in hit.snippet)) < 600


def test_many_results_are_bounded_and_paged(database: Database) -> None:
    with database.session() as session:
        for _ in range(MOST + 5):
            opened(session, "Renta")
        session.commit()

    with database.reading() as session:
        first = find(session, "renta", None, EVERYWHERE, now=NOON)
        last = find(session, "renta", None, EVERYWHERE, now=NOON, page=9)
        beyond = find(session, "renta", None, EVERYWHERE, now=NOON, page=10)

    assert (first.total, first.more) == (MOST, True)
    assert len({hit.row.id for hit in (*first.hits, *last.hits)}) == 40
    assert not beyond.hits


def test_changed_text_tag_and_subject_are_no_longer_found(database: Database, ewa: Staff) -> None:
    with database.session() as session:
        ticket = opened(session, "Renta", "o zasiłku")
        tagging.add(session, ticket, "macierzyński", ewa, now=NOON)
        session.commit()
    with database.session() as session:
        ticket = session.get_one(Ticket, ticket.id)
        ticket.subject = "Emerytura"
        session.scalars(select(TicketMessage)).one().text = "o składce"
        tagging.remove(session, ticket, "macierzyński", ewa, now=NOON)
        session.commit()

    assert found(database, "renta") == found(database, "zasiłek") == found(database, "macierzyński") == []
    assert found(database, "emerytura składka") == [ticket.number]


def test_merged_and_split_words_follow_their_messages(database: Database, ewa: Staff) -> None:
    with database.session() as session:
        one, into = opened(session, "Pierwsze", "o rencie"), opened(session, "Drugie", "o emeryturze")
        session.commit()
        merging.merge(session, one, into, ewa, now=NOON)
        session.commit()
        assert found(database, "renta") == [into.number]

        message = session.scalars(select(TicketMessage).where(TicketMessage.text == "o rencie")).one()
        own = merging.split(session, message, ewa, now=NOON)
        session.commit()

    assert found(database, "renta") == [own.number]
    assert found(database, "emerytura") == [into.number]


def test_nothing_of_an_erased_ticket_or_person_is_findable(database: Database, ewa: Staff) -> None:
    with database.session() as session:
        kept = opened(session, "Renta", address="jan@example.org")
        gone = opened(session, "Renta wdowia", "dziewięćsił pospolity", address="maria@example.org")
        retained = opened(session, "Renta szkoleniowa", address="ola@example.org")
        tagging.add(session, gone, "rentowe", ewa, now=NOON)
        session.commit()
        person_data.erase(
            session, person_data.find_person(session, address="maria@example.org"), reason="wniosek", now=NOON
        )
        deletion.erase_tickets(session, [retained.id])
        session.commit()
    database.forget_deleted()

    assert found(database, "renta") == [kept.number]
    assert found(database, "dziewięćsił") == []
    with database.reading() as session:
        assert session.scalars(select(TicketWords.ticket_id)).all() == [kept.id]


def test_erased_words_are_gone_from_the_files_of_sqlite(database: Database) -> None:
    if database.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL's files are its vacuum's business")
    with database.session() as session:
        gone = opened(session, "dziewiecsilowy")
        session.commit()
        deletion.erase_tickets(session, [gone.id])
        session.commit()
    database.forget_deleted()

    with database.engine.connect() as connection:
        blocks = connection.execute(text("SELECT block FROM ticket_fts_data")).scalars().all()
    assert not any(b"dziewiecsil" in block for block in blocks)


def test_reindexing_finds_tickets_that_had_no_words(database: Database) -> None:
    with database.session() as session:
        ticket = opened(session, "Renta", "o zasiłku")
        session.execute(text("DELETE FROM ticket_words"))
        session.commit()
    assert found(database, "zasiłek") == []

    assert list(reindex(database)) == [1]
    assert found(database, "zasiłek") == [ticket.number]


def test_words_are_rolled_back_with_their_ticket(database: Database) -> None:
    with database.session() as session:
        opened(session, "Renta")
        session.rollback()

    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(TicketWords)) == 0
