"""What a consultant is told of a conversation, for several histories."""

from collections.abc import Sequence
from typing import Any

from helpdesk.handover_summary import LONGEST_ASKED, MOST_ASKED, Given, Summary, summarise
from helpdesk.lifecycle import Author, Level
from helpdesk.tables import ChatMessage, Conversation

Said = tuple[str, str, dict[str, Any]]


def customer(text: str) -> Said:
    return ("customer", text, {})


def bot(kind: str, **details: object) -> Said:
    return ("bot", "słowa bota", {"kind": kind, **details})


def summary(*said: Said, level: Level = Level.ANONYMOUS, **conversation: object) -> Summary:
    return summarise(Conversation(**conversation), messages(said), level)


def messages(said: Sequence[Said]) -> list[ChatMessage]:
    return [
        ChatMessage(author=Author(author), text=text, kind=details.get("kind", "text"), details=details)
        for author, text, details in said
    ]


def test_nothing_said_gives_an_empty_summary() -> None:
    found = summary()

    assert (found.asked, found.given, found.failures, found.wishes, found.dialogue) == ((), (), 0, (), None)


def test_questions_and_answers_are_told_and_small_talk_is_not() -> None:
    found = summary(
        customer("dzień dobry"),
        bot("smalltalk", act="greet"),
        customer("ile wynosi macierzyński"),
        bot("answer", act="ask_general", article="zasilek-macierzynski"),
        customer("dziękuję"),
        bot("smalltalk", act="thank"),
        topic="zasilek-macierzynski",
    )

    assert found.asked == ("ile wynosi macierzyński",)
    assert found.given == (Given("answer", article="zasilek-macierzynski"),)
    assert found.topic == "zasilek-macierzynski"


def test_failures_count_the_unknown_and_the_refused() -> None:
    found = summary(
        customer("co to jest ulga na start"),
        bot("answer", act="ask_general", article="ulga-na-start"),
        customer("to nie to"),
        bot("choice", act="reject_answer"),
        customer("xyz"),
        bot("unknown", act="nlu_fallback"),
    )

    assert found.failures == 2
    assert found.given == (Given("answer", article="ulga-na-start", refused=True),)
    assert found.asked == ("co to jest ulga na start", "xyz")


def test_account_question_and_wish_for_a_person_are_told() -> None:
    found = summary(
        customer("kiedy dostanę przelew"),
        bot("verify", act="ask_account", article="terminy-wyplat", individual=True),
        customer("chcę rozmawiać z człowiekiem"),
        bot("handover", act="request_consultant"),
        level=Level.VERIFIED,
    )

    assert found.asked == ("kiedy dostanę przelew",)
    assert found.wishes == ("request_consultant",)
    assert found.level is Level.VERIFIED


def test_danger_stands_before_all_other_wishes() -> None:
    found = summary(
        customer("oddzwońcie"),
        bot("callback", act="request_callback"),
        customer("nie chcę już żyć"),
        bot("handover", act="distress"),
    )

    assert found.wishes == ("distress", "request_callback")


def test_what_was_written_while_waiting_is_a_question() -> None:
    found = summary(
        customer("konsultant"),
        bot("handover", act="request_consultant"),
        customer("chodzi o zasiłek"),
        ("consultant", "w czym pomóc?", {}),
        customer("o decyzję"),
    )

    assert found.asked == ("chodzi o zasiłek", "o decyzję")


def test_answers_within_a_dialogue_are_no_questions_and_the_open_dialogue_is_named() -> None:
    found = summary(
        customer("proszę oddzwonić"),
        bot("callback", act="request_callback"),
        customer("[TELEFON]"),
        bot("callback", act="inform"),
        memory={"dialogues": [{"name": "visit"}, {"name": "callback"}]},
    )

    assert found.asked == ()
    assert found.dialogue == "callback"


def test_form_term_and_institution_are_told_once_each() -> None:
    found = summary(
        customer("Z-3"),
        bot("form", form="Z-3", article="zasilek-chorobowy"),
        customer("Z-3"),
        bot("form", form="Z-3", article="zasilek-chorobowy"),
        customer("500 zł od gminy"),
        bot("redirect", institution="gmina"),
    )

    assert found.given == (
        Given("form", article="zasilek-chorobowy", form="Z-3"),
        Given("redirect", institution="gmina"),
    )
    assert found.asked == ("Z-3", "500 zł od gminy")


def test_long_conversation_is_told_by_its_last_questions_and_long_ones_are_cut() -> None:
    turns = [turn for n in range(20) for turn in (customer(f"pytanie {n} " + "a" * 500), bot("unknown"))]

    found = summary(*turns)

    assert len(found.asked) == MOST_ASKED
    assert found.asked[-1].startswith("pytanie 19")
    assert all(len(question) <= LONGEST_ASKED for question in found.asked)


def test_memory_of_another_version_is_no_obstacle() -> None:
    assert summary(memory={}).dialogue is None
    assert summary(memory={"dialogues": []}).dialogue is None


def test_language_of_the_customer_is_told() -> None:
    assert summary(language="uk").language == "uk"
