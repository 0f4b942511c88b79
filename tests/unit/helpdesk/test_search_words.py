"""What is kept of a text for the search, what a query asks for, and how a snippet is cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.lifecycle import Priority, TicketStatus
from helpdesk.search_words import MOST_TERMS, excerpt, marked, query_of, words_of
from helpdesk.tables.pressure import pressure_of


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("składkami", "skladki"),
        ("zasiłków", "zasiłek"),
        ("Z-3", "z-3"),
        ("e-wizyty", "e-wizyta"),
        ("800+", "800 plus"),
        ("<b>renta</b>", "renty"),
        ("emerytura,renta", "renta"),
        ("запит", "запит"),
    ],
)
def test_query_finds_what_was_written(written: str, typed: str) -> None:
    kept = words_of(written)

    assert all(not kept.isdisjoint(term) for term in query_of(typed).terms)


def test_small_words_are_asked_for_only_when_there_are_no_others() -> None:
    assert len(query_of("czy to jest renta").terms) == 1
    assert len(query_of("nie").terms) == 1
    assert not query_of(" ?!, ").terms


@given(st.text(max_size=200))
def test_words_hold_nothing_but_letters_and_digits(text: str) -> None:
    for word in words_of(text) | query_of(text).forms:
        assert word.isalnum()
    assert len(query_of(text).terms) <= MOST_TERMS


@given(st.text(max_size=200), st.sampled_from(["renta", "x", "składka"]))
def test_marking_changes_no_word(text: str, typed: str) -> None:
    assert "".join(piece.text for piece in marked(text, query_of(typed))) == text


def test_excerpt_is_cut_around_the_first_word_found() -> None:
    text = "wstęp " * 100 + "składki " + "koniec " * 100

    pieces = excerpt(text, query_of("skladka"))

    assert pieces is not None
    assert [piece.text for piece in pieces if piece.found] == ["składki"]
    assert (pieces[0].text, pieces[-1].text) == ("…", "…")
    assert excerpt(text, query_of("renta")) is None


def test_pressure_orders_by_status_and_then_by_priority() -> None:
    statuses = (TicketStatus.CLOSED, TicketStatus.SOLVED, TicketStatus.PENDING, TicketStatus.OPEN)
    values = [pressure_of(status, Priority.NORMAL) for status in statuses]
    pressing = [pressure_of(TicketStatus.NEW, priority) for priority in Priority]

    assert values == sorted(set(values))
    assert pressing == sorted(set(pressing), reverse=True)
    assert min(pressing) > pressure_of(TicketStatus.PENDING, Priority.URGENT)
