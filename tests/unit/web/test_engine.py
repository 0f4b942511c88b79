import pytest

from web.engine import escape, join


def test_text_and_the_hint_after_it_become_one_reply() -> None:
    sent = [
        {"recipient_id": "1", "text": "Którego tematu?", "buttons": [{"title": "A", "payload": "article:a"}]},
        {"recipient_id": "1", "custom": {"kind": "choice", "alternatives": ["a"]}},
    ]

    (reply,) = join(sent)

    assert (reply.kind, reply.text) == ("choice", "Którego tematu?")
    assert reply.details == {"buttons": [{"title": "A", "payload": "article:a"}], "alternatives": ["a"]}


def test_paragraphs_that_the_channel_cut_apart_are_one_reply() -> None:
    sent = [{"text": "Zasiłek"}, {"text": "Co zrobić:\n1. Wniosek"}, {"custom": {"kind": "answer", "article": "a"}}]

    (reply,) = join([*sent])

    assert (reply.kind, reply.text) == ("answer", "Zasiłek\n\nCo zrobić:\n1. Wniosek")


def test_text_without_a_hint_is_small_talk() -> None:
    (reply,) = join([{"text": "Dzień dobry"}])

    assert reply.kind == "smalltalk"


def test_hint_without_a_text_says_nothing() -> None:
    assert not join([{"custom": {"kind": "answer"}}])


@pytest.mark.parametrize(
    ("typed", "given"), [("/restart", "restart"), (" / /x", "x"), ("///", "?"), ("a/b", "a/b"), ("\n/x", "x")]
)
def test_typed_slash_is_no_command(typed: str, given: str) -> None:
    assert escape(typed) == given
