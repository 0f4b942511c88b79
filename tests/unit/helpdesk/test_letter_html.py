"""Letters as HTML: the same words as the plain text, and no markup that somebody typed."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest

from helpdesk.letter_html import as_html
from helpdesk.letters import render

ANSWER = {"question": "Ile wynosi?", "text": "Zasiłek\n\nWynosi 100%.\n\nKroki:\n1. Wniosek\n2. Decyzja\n- uwaga"}
CASES = {
    "acknowledgement": {},
    "answer": {"text": "Dzień < dobry\n\n- jeden\n- dwa", "consultant": "Ewa"},
    "language": {"lang": "de"},
    "feedback": {
        "kind": "complaint",
        "title": "skarga",
        "law": "art. 237",
        "answer_by": datetime(2026, 12, 1, tzinfo=UTC),
    },
    "automatic_answer": {"answers": [ANSWER, ANSWER], "helpful": "https://x.pl/a", "unhelpful": "https://x.pl/b"},
    "account": {
        "link": "https://x.pl/c",
        "expires": datetime(2026, 12, 1, tzinfo=UTC),
        "title": "Emerytura",
        "address": "https://x.pl/d",
    },
    "danger": {"lang": "uk"},
    "question_missing": {},
    "too_large": {"megabytes": 25},
    "elsewhere": {"text": "Sprawa NFZ.\nTelefon: 800"},
}


def words(text: str) -> list[str]:
    return sorted(re.findall(r"\w+", re.sub(r"https?://\S+", " ", text)))


@pytest.mark.parametrize("name", CASES)
def test_page_says_the_same_words_as_the_plain_text_in_a_named_language(name: str) -> None:
    letter = render(name, number="OK-000007", subject="Zasiłek <b>", **CASES[name])

    body = letter.html.partition("<body")[2].partition(">")[2]
    said = unescape(re.sub(r"<[^>]+>", " ", body))
    numbered = re.sub(r"^\d\. ", "", letter.body, flags=re.MULTILINE)
    assert words(said) == words(numbered)
    assert letter.html.startswith('<!doctype html>\n<html lang="pl">')
    assert "<title>" in letter.html


def test_every_address_of_the_plain_text_is_a_link_of_the_page() -> None:
    letter = render("automatic_answer", number="OK-1", subject="x", **CASES["automatic_answer"])

    assert set(re.findall(r"https://\S+", letter.body)) <= set(re.findall(r'href="([^"]+)"', letter.html))


def test_typed_markup_is_shown_and_not_obeyed() -> None:
    page = as_html('<script>x</script> & https://a.pl/"onclick=x> koniec.\n\n- <b>raz</b>')

    assert "<script" not in page
    assert "<b>" not in page
    assert '<a href="https://a.pl/">' in page


def test_lists_and_paragraphs_are_told_apart() -> None:
    assert as_html("Raz\ndwa\n\n1. a\n2. b\n- c") == (
        "<p>Raz<br>\ndwa</p>\n<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n<ul>\n<li>c</li>\n</ul>"
    )
