"""A question goes through the gateway, Rasa, the actions and the search, and comes back."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest

from knowledge.live import LOOK_EVERY
from okienko.parts import child_environment
from tests.conftest import Engine
from tests.end_to_end.conftest import Site
from tests.integration.test_publishing import FILE, TEXT

CONTRACT = {"kind", "article", "alternatives", "confidence", "queue", "individual", "lang", "text", "ms"}
RESULT = CONTRACT | {"form", "institution"}


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("Ile wynosi zasiłek macierzyński?", "zasilek-macierzynski"),
        ("ile wynosi zasilek macierzynski", "zasilek-macierzynski"),
        ("jak moge zalogowac sie do ezus", "logowanie-ezus"),
    ],
)
def test_question_gets_the_right_article_with_date_and_source(running_site: Site, question: str, article: str) -> None:
    state = httpx2.post(f"{running_site.url}/api/chat", json={"text": question}, timeout=30).json()

    (reply,) = state["replies"]
    assert (reply["kind"], reply["article"]) == ("answer", article)
    assert "Stan na:" in reply["text"]
    assert f"/wiedza/{article}" in reply["text"]


def test_account_question_is_not_answered_but_offered_a_person(running_site: Site) -> None:
    state = httpx2.post(f"{running_site.url}/api/chat", json={"text": "kiedy dostanę mój przelew"}, timeout=30).json()

    reply = state["replies"][0]
    assert (reply["kind"], reply["individual"]) == ("verify", True)
    assert {"verify", "person"} <= {button["payload"] for button in reply["buttons"]}


def ask(site: Site, text: str, conversation: str | None = None) -> tuple[str, dict[str, Any]]:
    body = {"text": text, "conversation": conversation}
    state = httpx2.post(f"{site.url}/api/chat", json=body, timeout=30).json()
    return state["conversation"], state["replies"][-1]


@pytest.mark.parametrize(
    ("question", "institution"),
    [
        ("gdzie wymienić dowód osobisty, skończyła mi się ważność", "urzad-gminy"),
        ("gdzie złożyć wniosek o paszport dla dziecka", "paszporty"),
        ("na jakim etapie jest moja karta pobytu", "urzad-wojewodzki"),
    ],
)
def test_matter_of_another_institution_is_sent_there(running_site: Site, question: str, institution: str) -> None:
    _, reply = ask(running_site, question)

    assert (reply["kind"], reply["institution"], reply["article"]) == ("redirect", institution, None)
    assert "to nie jest sprawa ZUS" in reply["text"]


def test_form_is_found_by_its_symbol(running_site: Site) -> None:
    _, reply = ask(running_site, "skąd pobrać druk zua")

    assert (reply["kind"], reply["form"]) == ("form", "ZUS ZUA")
    assert "/wiedza/formularz/zus-zua" in reply["text"]


def test_term_is_told_by_its_meaning(running_site: Site) -> None:
    _, reply = ask(running_site, "co to znaczy fikcja doręczenia")

    assert reply["kind"] == "term"
    assert reply["text"].startswith("fikcja doręczenia")


def test_follow_up_is_understood_in_the_topic_before_it(running_site: Site) -> None:
    conversation, first = ask(running_site, "jak złożyć wniosek o zasiłek pogrzebowy")
    _, reply = ask(running_site, "a jakie dokumenty?", conversation)

    assert first["article"] == reply["article"] == "zasilek-pogrzebowy"
    assert reply["kind"] == "answer"
    assert "Potrzebne dokumenty" in reply["text"]
    assert "Co zrobić" not in reply["text"]


def test_two_questions_in_one_message_get_both_answers(running_site: Site) -> None:
    _, reply = ask(running_site, "ile wynosi zasiłek macierzyński i jak złożyć wniosek o 800 plus?")

    assert reply["kind"] == "answer"
    assert reply["text"].count("Stan na:") == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_published_article_answers_within_five_seconds_and_withdrawn_one_no_more(
    running_site: Site, engine: Engine, tmp_path: Path
) -> None:
    (tmp_path / "zasilki").mkdir()
    (tmp_path / FILE).write_text(TEXT, encoding="utf-8")
    environment = {**child_environment(), "OKIENKO_DATABASE_URL": engine.database_url}
    program = [sys.executable, "-m", "okienko", "knowledge"]
    question = "kiedy wydają zielone parasole i gdzie odebrać parasol"

    assert ask(running_site, question)[1]["article"] != "proba-zielonych"
    subprocess.run([*program, "import", tmp_path], env=environment, check=True, capture_output=True)
    time.sleep(LOOK_EVERY)
    _, published = ask(running_site, question)
    subprocess.run([*program, "withdraw", "proba-zielonych"], env=environment, check=True, capture_output=True)
    time.sleep(LOOK_EVERY)
    _, withdrawn = ask(running_site, question)

    assert published["article"] == "proba-zielonych"
    assert withdrawn["article"] != "proba-zielonych"


def test_nonsense_is_unknown_and_offered_a_person(running_site: Site) -> None:
    state = httpx2.post(f"{running_site.url}/api/chat", json={"text": "🙂🙂🙂"}, timeout=30).json()

    (reply,) = state["replies"]
    assert reply["kind"] == "unknown"
    assert [button["payload"] for button in reply["buttons"]] == ["consultant"]


def test_foreign_question_is_met_in_its_language(running_site: Site) -> None:
    question = "Hello, how can I apply for child benefit in Poland?"
    state = httpx2.post(f"{running_site.url}/api/chat", json={"text": question}, timeout=30).json()

    (reply,) = state["replies"]
    assert (reply["kind"], reply["lang"]) == ("language", "en")


def test_chosen_topic_is_shown_and_a_forged_one_is_not(running_site: Site) -> None:
    def choose(article: str) -> dict[str, object]:
        body = {"text": "Wybrany temat", "payload": f"article:{article}"}
        replies: list[dict[str, object]] = httpx2.post(f"{running_site.url}/api/chat", json=body, timeout=30).json()[
            "replies"
        ]
        return replies[0]

    assert choose("zasilek-chorobowy")["article"] == "zasilek-chorobowy"
    assert choose("nie-ma-takiego")["kind"] == "unknown"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_ask_takes_the_path_of_the_chat_and_prints_the_contract(running_site: Site, tmp_path: Path) -> None:
    environment = {**child_environment(), "OKIENKO_WEB_PORT": str(running_site.settings.web_port)}
    questions, results = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    lines = [{"q": "ile wynosi macierzyński", "id": 1}, {"q": ""}, {"q": "dzień dobry"}]
    questions.write_text("\n".join([*map(json.dumps, lines), "broken"]), encoding="utf-8")
    program = [sys.executable, "-m", "okienko", "ask"]

    one = subprocess.run(
        [*program, "ile wynosi macierzynski", "--json"], env=environment, capture_output=True, check=True
    )
    subprocess.run([*program, "--batch", questions, "--out", results], env=environment, check=True, capture_output=True)

    assert set(json.loads(one.stdout)) == RESULT
    answered = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
    assert [line["kind"] for line in answered] == ["answer", "unknown", "smalltalk", "unknown"]
    assert answered[0]["id"] == 1
    assert "pusta" in answered[1]["error"]
    assert all(set(line) >= RESULT for line in answered)
