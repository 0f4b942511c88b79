"""Amounts in the articles: what is read on which day, what is refused, and the real file with the real articles."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from knowledge.amounts import DEFAULT_FILE, Amounts, load_amounts
from knowledge.article import Article
from knowledge.errors import DataFileError
from knowledge.library import Library, load

WriteArticle = Callable[..., Path]

TODAY = date(2026, 11, 21)
ARTICLES = DEFAULT_FILE.parent / "articles"
SOURCE = 'as_of: 2026-02, source: "https://www.zus.pl/kwoty"'
FILE = f"""\
- id: zasilek
  name: Zasiłek próbny
  unit: zł
  values:
  - {{from: 2026-03-01, until: 2027-02-28, value: "1978,49", {SOURCE}}}
  - {{from: 2025-03-01, until: 2026-02-28, value: "1878,91", {SOURCE}}}
- id: limit
  name: Limit roczny
  unit: zł
  values:
  - {{from: 2026-01-01, until: null, value: "282600", {SOURCE}}}
- id: stopa
  name: Stopa próbna
  unit: "%"
  values:
  - {{from: null, until: 2026-03-31, value: "1,67", {SOURCE}}}
- id: prog-1
  name: Próg w złotych i groszach
  unit: zł
  values:
  - {{from: 2026-01-01, until: null, value: "11957,20", {SOURCE}}}
- id: czesc
  name: Część
  unit: proc.
  values:
  - {{from: 2026-01-01, until: null, value: "25", {SOURCE}}}
- id: ile
  name: Liczba miesięcy
  unit: liczba
  values:
  - {{from: 2026-01-01, until: null, value: "24", {SOURCE}}}
"""


@pytest.fixture
def amounts(tmp_path: Path) -> Amounts:
    path = tmp_path / "amounts.yaml"
    path.write_text(FILE, encoding="utf-8")
    return load_amounts(path)


@pytest.fixture
def article(write_article: WriteArticle) -> Article:
    return load(write_article()).articles["proba"]


@pytest.fixture(scope="module")
def real_amounts() -> Amounts:
    return load_amounts()


@pytest.fixture(scope="module")
def real_library() -> Library:
    return load(ARTICLES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Zasiłek wynosi {{zasilek}} brutto.", "Zasiłek wynosi 1978,49 zł brutto."),
        ("Od {{zasilek:od}} do {{zasilek:do}}", "Od 1 marca 2026 r. do 28 lutego 2027 r."),
        ("W {{zasilek:rok}} (stan na {{zasilek:stan}})", "W 2026 r. (stan na luty 2026 r.)"),
        ("{{limit}} i {{prog-1}}", "282\u00a0600 zł i 11\u00a0957,20 zł"),
        ("{{czesc}} świadczenia, {{ile}} miesiące", "25 proc. świadczenia, 24 miesiące"),
        ("Bez kwot, 100 zł", "Bez kwot, 100 zł"),
    ],
)
def test_reference_becomes_what_a_polish_reader_expects(amounts: Amounts, text: str, expected: str) -> None:
    assert amounts.fill(text, TODAY) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 3, 1), "1878,91 zł"),
        (date(2026, 2, 28), "1878,91 zł"),
        (date(2026, 3, 1), "1978,49 zł"),
        (date(2027, 2, 28), "1978,49 zł"),
    ],
)
def test_value_holds_on_both_ends_of_its_time(amounts: Amounts, day: date, expected: str) -> None:
    assert amounts.fill("{{zasilek}}", day) == expected


def test_amount_that_holds_no_longer_is_shown_with_its_last_day(amounts: Amounts) -> None:
    filled = amounts.fill("Wynosi {{zasilek}}.", date(2027, 3, 1))

    assert filled == "Wynosi 1978,49 zł (kwota obowiązująca do 28 lutego 2027 r.)."


def test_dates_beside_an_amount_that_holds_no_longer_are_its_own(amounts: Amounts) -> None:
    filled = amounts.fill("od {{zasilek:od}} do {{zasilek:do}}", date(2028, 1, 1))

    assert filled == "od 1 marca 2026 r. do 28 lutego 2027 r."


def test_rate_that_holds_no_longer_is_not_called_a_sum(amounts: Amounts) -> None:
    assert amounts.fill("{{stopa}}", TODAY) == "1,67% (wartość obowiązująca do 31 marca 2026 r.)"


def test_amount_that_holds_not_yet_is_shown_with_its_first_day(amounts: Amounts) -> None:
    assert amounts.fill("{{zasilek}}", date(2025, 2, 28)) == "1878,91 zł (kwota obowiązująca od 1 marca 2025 r.)"


def test_remark_stands_after_the_words_that_belong_to_the_value(amounts: Amounts) -> None:
    filled = amounts.fill("{{zasilek}} brutto miesięcznie, gdy {{stopa}} podstawowej", date(2027, 3, 1))

    assert filled == (
        "1978,49 zł brutto miesięcznie (kwota obowiązująca do 28 lutego 2027 r.), "
        "gdy 1,67% (wartość obowiązująca do 31 marca 2026 r.) podstawowej"
    )


def test_all_texts_of_an_article_are_filled_and_nothing_else(amounts: Amounts, article: Article) -> None:
    named = dict.fromkeys(("steps", "documents", "deadlines", "where"), ("Kwota {{zasilek}}",))
    named_texts = dict.fromkeys(("summary", "fees", "body"), "Kwota {{zasilek}}")
    article = replace(article, **named, **named_texts)  # type: ignore[arg-type]  # put together by name

    filled = amounts.filled(article, TODAY)

    assert {getattr(filled, name) for name in named} == {("Kwota 1978,49 zł",)}
    assert {getattr(filled, name) for name in named_texts} == {"Kwota 1978,49 zł"}
    assert replace(filled, **{name: getattr(article, name) for name in (*named, *named_texts)}) == article


def test_article_without_references_has_no_problems(amounts: Amounts, article: Article) -> None:
    assert amounts.problems(article) == []


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        ("summary", "{{zasilk}}", "summary: there is no amount 'zasilk'; did you mean 'zasilek'?"),
        ("body", "{{emerytura}} x {{zasilek}}", "body: there is no amount 'emerytura'"),
        ("fees", "{{zasilek:kiedy}} zł", "fees: not a reference to an amount: '{{zasilek:kiedy}} zł'"),
        ("fees", "{{zasilek}", "fees: not a reference to an amount: '{{zasilek}'"),
        ("fees", "{{ zasilek }}", "fees: not a reference to an amount: '{{ zasilek }}'"),
        ("fees", "{zasilek}", "fees: not a reference to an amount: '{zasilek}'"),
        ("summary", "do {{limit:do}}", "summary: '{{limit:do}}': a value of this amount has no such date"),
        ("summary", "od {{stopa:od}}", "summary: '{{stopa:od}}': a value of this amount has no such date"),
        ("title", "Zasiłek {{zasilek}}", "title: amounts are not filled in here"),
    ],
)
def test_reference_that_cannot_be_filled_is_a_problem(
    amounts: Amounts, article: Article, field: str, text: str, expected: str
) -> None:
    assert amounts.problems(replace(article, **{field: text})) == [expected]  # type: ignore[arg-type]  # by name


def test_problem_in_an_item_of_a_list_is_found(amounts: Amounts, article: Article) -> None:
    article = replace(article, steps=("Dobrze", "Zapłacić {{nic}}"), questions=("ile to {{zasilek}}",))

    assert amounts.problems(article) == [
        "steps: there is no amount 'nic'",
        "questions: amounts are not filled in here",
    ]


@pytest.mark.parametrize("text", ["{{nic}}", "{{stopa:od}}", "{{limit:do}}"])
def test_filling_refuses_what_it_cannot_fill(amounts: Amounts, text: str) -> None:
    with pytest.raises(DataFileError):
        amounts.fill(text, TODAY)


def test_amounts_without_a_value_on_a_day_are_named(amounts: Amounts) -> None:
    assert amounts.expired(TODAY) == ("stopa",)
    assert amounts.expired(date(2027, 3, 1)) == ("zasilek", "stopa")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("until: 2026-02-28", "until: 2026-03-01", "entry 1: ValueError('values that overlap: 1878,91 and 1978,49')"),
        ("until: 2026-02-28", "until: null", "entry 1: ValueError('values that overlap: 1878,91 and 1978,49')"),
        ("until: 2026-02-28", "until: 2024-02-28", "entry 1: ValueError('until 2024-02-28')"),
        ("until: 2026-02-28", "untill: 2026-02-28", "entry 1: KeyError('until')"),
        ("from: 2025-03-01", "from: 2025-03-01T10:00:00Z", "entry 1: ValueError('date 2025-03-01 10:00:00+00:00')"),
        ("from: 2025-03-01", "from: marzec", "entry 1: ValueError('date marzec')"),
        ('"282600"', '"282 600"', "entry 2: ValueError('value 282 600')"),
        ('"282600"', "282600.5", "entry 2: ValueError('value 282600.5')"),
        ('unit: "%"', "unit: euro", "entry 3: ValueError('unit euro')"),
        ("id: limit", "id: Limit", "entry 2: ValueError('id Limit')"),
        ("id: limit", "id: zasilek", "the amount 'zasilek' is given twice"),
        ("as_of: 2026-02", "as_of: luty", "entry 1: ValueError('source https://www.zus.pl/kwoty as of luty')"),
        ("https://www.zus.pl/kwoty", "model", "entry 1: ValueError('source model as of 2026-02')"),
        (FILE, "- zasilek", "entry 1: TypeError("),
        (FILE, "zasilek: 100", "must be a list of amounts"),
        (FILE, "- {id: a, name: b, unit: zł, values: []}", "entry 1: ValueError('values')"),
    ],
)
def test_wrong_file_is_refused_with_its_entry(tmp_path: Path, old: str, new: str, expected: str) -> None:
    path = tmp_path / "amounts.yaml"
    path.write_text(FILE.replace(old, new), encoding="utf-8")

    with pytest.raises(DataFileError, match=re.escape(f"amounts.yaml: {expected}")):
        load_amounts(path)


def test_every_reference_in_the_articles_resolves(real_amounts: Amounts, real_library: Library) -> None:
    problems = {name: real_amounts.problems(article) for name, article in real_library.articles.items()}
    filled = [real_amounts.filled(article, TODAY) for article in real_library.articles.values()]

    assert {name: found for name, found in problems.items() if found} == {}
    assert not [article.id for article in filled if "{{" in repr(article)]


def test_every_amount_is_named_in_an_article(real_amounts: Amounts, real_library: Library) -> None:
    texts = repr(list(real_library.articles.values()))

    named = set(re.findall(r"\{\{([a-z0-9-]+)", texts))

    assert named == set(real_amounts.by_id)


def test_no_two_values_of_an_amount_hold_on_the_same_day(real_amounts: Amounts) -> None:
    for amount in real_amounts.by_id.values():
        for earlier, later in pairwise(amount.values):
            assert not later.holds_on(earlier.end or date.max), amount.id
            assert not earlier.holds_on(later.start or date.min), amount.id


def test_new_year_of_an_amount_changes_every_article_that_names_it(tmp_path: Path, real_library: Library) -> None:
    entries = yaml.safe_load(DEFAULT_FILE.read_text(encoding="utf-8"))
    wage = next(entry for entry in entries if entry["id"] == "minimalne-wynagrodzenie")
    wage["values"].append(wage["values"][0] | {"from": date(2027, 1, 1), "until": date(2027, 12, 31), "value": "9999"})
    path = tmp_path / "amounts.yaml"
    path.write_text(yaml.safe_dump(entries, allow_unicode=True), encoding="utf-8")
    naming = [item for item in real_library.articles.values() if "{{minimalne-wynagrodzenie}}" in repr(item)]

    read = [repr(load_amounts(path).filled(article, date(2027, 1, 1))) for article in naming]

    assert len(read) >= 5
    assert all("9999 zł" in text and "4806 zł (kwota" not in text for text in read)
