"""The words of the reports: each figure is defined, each table has its words, and numbers are written in Polish."""

from datetime import UTC, date, datetime

import pytest

from helpdesk.lifecycle import ChatOutcome
from helpdesk.queues import Queue
from helpdesk.reports.periods import Period, Preset
from helpdesk.reports.recognised import Recognition
from helpdesk.reports.scope import Channel, Scope
from helpdesk.reports.volume import Contact
from web.desk.reports import OVERVIEW, SECTIONS
from web.desk.reports_charts import PICTURES
from web.desk.reports_file import MARK, file_of, name_of_file
from web.desk.reports_numbers import cell, duration, short_duration, written
from web.desk.reports_tables import TABLES, Table
from web.desk.reports_words import Kind, figures, headings, words

TILES = {"contacts", "service_level", "wait_median", "by_bot_share", "answers_kept", "recognised_unknown"}
TILES |= {"satisfaction", "open_new", "open_open", "open_overdue"}


def test_every_column_but_labels_shows_a_figure_that_is_defined() -> None:
    for name, heading in headings().items():
        for column in heading.columns:
            assert (column.kind is Kind.LABEL) != bool(column.figures), f"{name}: {column.heading}"
            assert all(len(figure.text) > 20 and figure.text.endswith(".") for figure in column.figures)


def test_every_defined_figure_is_shown_and_every_table_is_made_and_has_its_page() -> None:
    shown = {figure.id for heading in headings().values() for figure in heading.figures}

    assert shown | TILES == set(figures())
    assert set(headings()) == set(TABLES) == {name for names in SECTIONS.values() for name in names}
    assert set(PICTURES) <= set(TABLES)
    assert set(OVERVIEW) <= set(TABLES)
    assert set(words("sections")) == set(SECTIONS)


@pytest.mark.parametrize(
    ("group", "members"),
    [
        ("presets", Preset),
        ("channels", Channel),
        ("contacts", Contact),
        ("outcomes", ChatOutcome),
        ("recognitions", Recognition),
    ],
)
def test_every_member_has_its_name(group: str, members: type) -> None:
    assert list(words(group)) == [member.value for member in members]


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (1234567, Kind.COUNT, "1\u00a0234\u00a0567"),
        (0, Kind.COUNT, "0"),
        (1.625, Kind.MEAN, "1,6"),
        (2 / 3, Kind.SHARE, "66,7%"),
        (1.0, Kind.SHARE, "100%"),
        (None, Kind.SHARE, "–"),
        (None, Kind.RATING, "za mało ocen"),
        (0.5, Kind.CHANGE, "+50%"),
        (-0.125, Kind.CHANGE, "\u221212,5%"),
        (45, Kind.SECONDS, "45\u00a0s"),
        (180.5, Kind.SECONDS, "3\u00a0min\u00a00\u00a0s"),
        (7500, Kind.SECONDS, "2\u00a0godz.\u00a05\u00a0min"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), Kind.MOMENT, "25.10.2026, 02:30"),
        ("=1+1", Kind.LABEL, "=1+1"),
    ],
)
def test_cell_is_written_as_people_read_it(value: object, kind: Kind, expected: str) -> None:
    assert written(value, kind) == expected


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (1234567, Kind.COUNT, "1234567"),
        (2 / 3, Kind.SHARE, "66,7"),
        (-0.125, Kind.CHANGE, "-12,5"),
        (180.5, Kind.SECONDS, "180,5"),
        (None, Kind.SECONDS, ""),
        (None, Kind.RATING, "za mało ocen"),
        ("Zasiłki", Kind.LABEL, "Zasiłki"),
        ("=1+1", Kind.LABEL, "'=1+1"),
        ("+48", Kind.LABEL, "'+48"),
        ("-1", Kind.LABEL, "'-1"),
        ("@SUM(A1)", Kind.LABEL, "'@SUM(A1)"),
        ("\t=1", Kind.LABEL, "'\t=1"),
    ],
)
def test_cell_of_a_file_is_a_number_for_polish_spreadsheets_and_no_text_is_a_formula(
    value: object, kind: Kind, expected: str
) -> None:
    assert cell(value, kind) == expected


def test_file_opens_in_a_polish_spreadsheet_and_is_named_by_its_period() -> None:
    table = Table("waits", [["Zasiłki; i inne", 4, 180.5, 600.0, 3 / 7, 1.625], ["Razem", 0, None, None, None, None]])
    scope = Scope(Period(date(2026, 10, 24), date(2026, 10, 26)), Queue.BENEFITS, Channel.CHAT)

    lines = file_of(table).decode("utf-8").split("\r\n")

    assert lines[0].startswith(MARK)
    assert lines[0].lstrip(MARK) == (
        "Kolejka;Czekający;Mediana (sekundy);9 na 10 (sekundy);Poziom obsługi (procent);Średnie miejsce"
    )
    assert lines[1:3] == ['"Zasiłki; i inne";4;180,5;600;42,9;1,62', "Razem;0;;;;"]
    assert name_of_file(table, scope) == "raport-waits-zasilki-chat-2026-10-24-2026-10-26.csv"


def test_times_on_the_wall_are_short() -> None:
    assert (short_duration(59), short_duration(60), short_duration(3_900)) == ("59\u00a0s", "1\u00a0min", "65\u00a0min")
    assert short_duration(-1) == "0\u00a0s"
    assert duration(59.6) == "1\u00a0min\u00a00\u00a0s"
