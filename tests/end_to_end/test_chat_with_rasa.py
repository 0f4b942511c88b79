"""A question goes through the gateway, Rasa, the actions and the search, and comes back."""

import json
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from okienko.parts import child_environment
from tests.end_to_end.conftest import Site

RESULT = {"kind", "article", "alternatives", "confidence", "queue", "individual", "lang", "text", "ms"}


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

    (reply,) = state["replies"]
    assert (reply["kind"], reply["individual"]) == ("verify", True)
    assert {button["payload"] for button in reply["buttons"]} == {"verify", "person"}


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
