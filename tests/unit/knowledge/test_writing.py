"""Writing articles as files: nothing is lost, and the form is that of the release's files."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.article import Article
from knowledge.library import parse
from knowledge.loose import read_loosely
from knowledge.released import released
from knowledge.writing import write, write_fields

ARTICLES = [pytest.param(one.file, one.text, id=article_id) for article_id, one in released().items()]


@pytest.mark.parametrize(("file", "text"), ARTICLES)
def test_every_article_of_the_release_is_the_same_after_writing_and_reading(file: str, text: str) -> None:
    article = parse(text, file)

    assert parse(write(article), file) == article


@pytest.mark.parametrize(("file", "text"), ARTICLES)
def test_loose_reading_and_writing_lose_nothing_of_an_article(file: str, text: str) -> None:
    loose = read_loosely(text)

    assert parse(write_fields(loose.values, loose.body), file) == parse(text, file)


def sample() -> Article:
    one = released()["renta-wdowia"]
    return parse(one.text, one.file)


_LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60).map(
    lambda text: " ".join(text.split())
)
_TEXTS = _LINES.filter(bool)


@given(title=_TEXTS, summary=_TEXTS, steps=st.lists(_TEXTS, max_size=4), aliases=st.lists(_TEXTS, max_size=4))
def test_whatever_somebody_types_comes_back(title: str, summary: str, steps: list[str], aliases: list[str]) -> None:
    typed = dataclasses.replace(
        sample(), title=title, summary=summary, steps=tuple(steps), aliases=tuple(aliases), fees=""
    )

    assert parse(write(typed), typed.file) == typed


def test_form_is_that_of_the_files() -> None:
    text = write(sample())

    assert text.startswith("---\nid: renta-wdowia\ntitle: ")
    assert "\nprofiles: [" in text
    assert "\nsummary: >-\n  " in text
    assert "\nsteps:\n- " in text
    assert "\nsources:\n- url: https://" in text
    assert "\nvalid_until: null\n" in text or "\nvalid_until: 20" in text


def test_unfinished_article_keeps_what_was_typed() -> None:
    text = write_fields({"id": "nowy", "title": "Nowy: tytuł", "steps": ["a", "# b"], "valid_from": "jutro"}, "Treść")

    loose = read_loosely(text)

    assert loose.values == {"id": "nowy", "title": "Nowy: tytuł", "steps": ("a", "# b"), "valid_from": "jutro"}
    assert loose.body == "Treść"
