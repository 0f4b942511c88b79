"""The offices: the data, and which of them a postal code or a town means."""

import re
from pathlib import Path

import pytest

from knowledge.errors import DataFileError
from knowledge.offices import DEFAULT_FILE, Office, OfficeKind, Offices, load_offices

DATE = re.compile(r"20\d\d(-\d\d(-\d\d)?)?")
WARSAW = ("I Oddział ZUS w Warszawie", "II Oddział ZUS w Warszawie", "III Oddział ZUS w Warszawie")
LODZ = ("I Oddział ZUS w Łodzi", "II Oddział ZUS w Łodzi")


@pytest.fixture(scope="module")
def offices() -> Offices:
    return Offices(load_offices())


def names_of(found: tuple[Office, ...]) -> tuple[str, ...]:
    return tuple(office.name for office in found)


@pytest.mark.parametrize("office", load_offices(), ids=lambda office: office.name)
def test_every_office_says_honestly_what_is_known_of_it(office: Office) -> None:
    assert office.prefixes_confirmed is False
    assert all(re.fullmatch(r"\d\d", prefix) for prefix in office.postal_prefixes)
    if office.confirmed:
        assert office.source
        assert office.as_of
        assert DATE.fullmatch(office.as_of)
    else:
        assert office.address is None


def test_names_are_unique() -> None:
    offices = load_offices()

    assert len({office.name for office in offices}) == len(offices)


def test_nothing_in_the_data_rests_on_a_guess() -> None:
    text = DEFAULT_FILE.read_text(encoding="utf-8")

    assert "model" not in text
    assert "confidence" not in text


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("02-017", WARSAW),
        ("02017", WARSAW),
        ("02 017", WARSAW),
        ("02", WARSAW),
        (" 30-001 ", ("Oddział ZUS w Krakowie",)),
        ("09-402", ("Oddział ZUS w Płocku",)),
        ("69-100", ()),
        ("02-01", ()),
        ("123456", ()),
        ("1", ()),
        ("abc", ()),
        ("", ()),
    ],
)
def test_postal_code_gives_the_offices_of_its_first_digits(
    offices: Offices, code: str, expected: tuple[str, ...]
) -> None:
    assert names_of(offices.for_postal_code(code)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("w Krakowie", ("Oddział ZUS w Krakowie",)),
        ("krakow", ("Oddział ZUS w Krakowie",)),
        ("Bielsku-Białej", ("Oddział ZUS w Bielsku-Białej",)),
        ("bielsko biala", ("Oddział ZUS w Bielsku-Białej",)),
        ("zielonej gorze", ("Oddział ZUS w Zielonej Górze",)),
        ("do Zielonej Góry", ("Oddział ZUS w Zielonej Górze",)),
        ("we Wrocławiu", ("Oddział ZUS we Wrocławiu",)),
        ("ZUS Rzeszów", ("Oddział ZUS w Rzeszowie",)),
        ("gorzow wlkp", ("Oddział ZUS w Gorzowie Wielkopolskim",)),
        ("minsk mazowiecki", ("Placówka ZUS w Mińsku Mazowieckim",)),
        ("Warszawa", WARSAW),
        ("lodzi", LODZ),
        ("piła", ("Oddział ZUS w Pile",)),
        ("Suwałki", ()),
        ("chrzan", ()),
        ("", ()),
    ],
)
def test_town_is_found_inflected_and_without_polish_letters(
    offices: Offices, name: str, expected: tuple[str, ...]
) -> None:
    assert names_of(offices.for_town(name)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gdzie jest zus w krakowie", ("Oddział ZUS w Krakowie",)),
        ("adres zus w bielsku-białej", ("Oddział ZUS w Bielsku-Białej",)),
        ("mój kod to 30-001", ("Oddział ZUS w Krakowie",)),
        ("mieszkam w Sosnowcu, kod 41-200", ("Oddział ZUS w Sosnowcu",)),
        ("ul. Długa 3, 02-017 Warszawa", WARSAW),
        ("Mama mieszka w Opolu, ja w Gdańsku.", ("Oddział ZUS w Opolu", "Oddział ZUS w Gdańsku")),
        ("zus pila godziny", ("Oddział ZUS w Pile",)),
        ("jestem z Piły", ("Oddział ZUS w Pile",)),
        ("Piła", ("Oddział ZUS w Pile",)),
        ("Piła zabrała mi kawałek palca.", ()),
        ("wypadek z piłą w warsztacie", ()),
        ("ona piła kawę", ()),
        ("dziękuję radom za pomoc", ()),
        ("Tomasz pyta o chrzan", ()),
        ("mój brat mieszka w Nowym Jorku", ()),
        ("telefon 22-560 16 00", ()),
        ("numer 12-345-678", ()),
        ("ile wynosi emerytura", ()),
        ("", ()),
    ],
)
def test_text_gives_the_offices_it_means(offices: Offices, text: str, expected: tuple[str, ...]) -> None:
    assert names_of(offices.in_text(text)) == expected


def test_head_office_is_none_that_customers_visit(offices: Offices) -> None:
    found = offices.in_text("Centrala w Warszawie")

    assert all(office.kind is not OfficeKind.HEAD_OFFICE for office in found)


def test_wrong_entry_is_refused_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "offices.yaml"
    file.write_text("- name: Oddział ZUS w Nigdzie\n  kind: castle\n", encoding="utf-8")

    with pytest.raises(DataFileError, match=r"offices\.yaml: entry 1: "):
        load_offices(file)
