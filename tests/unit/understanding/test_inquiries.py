"""Questions in mails: found among courtesies, each judged by itself, and never surer than the letter allows."""

from collections.abc import Callable

import pytest

from knowledge.base import KnowledgeBase
from knowledge.decision import Thresholds
from tests.conftest import NOON
from understanding.acts import Act
from understanding.inquiries import Inquiries, may_be_in_danger
from understanding.letters import core, questions
from understanding.topics import Topics

MATERNITY, SICKNESS = "Ile wynosi zasiłek macierzyński?", "Ile procent wynosi zasiłek chorobowy?"


@pytest.fixture
def topics(base: KnowledgeBase) -> Topics:
    return Topics(lambda: base, Thresholds(0.75, 0.3, 0.25), NOON.date)


@pytest.fixture
def general(topics: Topics) -> Inquiries:
    return Inquiries(topics, lambda text: Act.ASK_GENERAL)


def acts(known: dict[str, Act]) -> Callable[[str], Act]:
    return lambda text: next((act for words, act in known.items() if words in text), Act.ASK_GENERAL)


@pytest.mark.parametrize(
    ("subject", "text", "found"),
    [
        ("Pytanie", "Dzień dobry,\n\nile to trwa?\n\nZ poważaniem\nAnna", "ile to trwa?"),
        ("Re: Odp: Renta", "Witam, kiedy\nwypłata? Pozdrawiam", "Renta. kiedy wypłata? Pozdrawiam"),
        ("Renta", "Proszę o odpowiedź.", "Renta"),
        ("", "Dzień dobry", "Dzień dobry"),
    ],
)
def test_core_is_what_a_mail_says_without_courtesies(subject: str, text: str, found: str) -> None:
    assert core(subject, text) == found


def test_each_asking_sentence_is_a_question_also_in_lists() -> None:
    listed = "Dzień dobry,\nmam pytania:\n1. Ile to trwa\n2) gdzie złożyć wniosek?"
    text = f"{listed}\nUrodziłam w maju. Czy muszę coś dołączyć?"

    assert questions(text) == ("Ile to trwa", "gdzie złożyć wniosek?", "Czy muszę coś dołączyć?")


def test_polite_frame_does_not_make_a_sure_question_unsure(general: Inquiries) -> None:
    understood = general.understand("Pytanie", f"Dzień dobry,\n\n{MATERNITY}\n\nZ poważaniem\nAnna Przykładowa")

    (question,) = understood.questions
    assert (question.kind, question.article) == ("answer", "zasilek-macierzynski")
    assert question.confidence > 0.9


def test_several_questions_are_kept_apart(general: Inquiries) -> None:
    understood = general.understand("", f"{MATERNITY} {SICKNESS}")

    assert [one.article for one in understood.questions] == ["zasilek-macierzynski", "zasilek-chorobowy"]


def test_question_that_needs_the_one_before_it_is_about_its_topic(general: Inquiries) -> None:
    understood = general.understand("", f"Dzień dobry. {MATERNITY} I jakie papiery są do tego potrzebne?")

    assert [question.article for question in understood.questions] == ["zasilek-macierzynski"] * 2


def test_letter_that_tells_another_topic_than_it_asks_is_not_sure(general: Inquiries) -> None:
    told = (
        "Pobieram rentę rodzinną po mężu i dorabiam do renty rodzinnej na zleceniu, zarobiłam w tym roku dość dużo "
        "i boję się, że ZUS zmniejszy mi rentę rodzinną."
    )

    understood = general.understand("Zmniejszenie renty rodzinnej z powodu zarobków", f"{told} {MATERNITY}")

    assert all(one.kind != "answer" or one.confidence < 0.95 for one in understood.questions)


def test_account_question_among_others_makes_the_mail_one(topics: Topics) -> None:
    inquiries = Inquiries(topics, acts({"mój wniosek": Act.ASK_ACCOUNT}))

    understood = inquiries.understand("", f"{MATERNITY} Czy mój wniosek został już rozpatrzony?")

    assert understood.individual


def test_act_of_despair_is_danger_unless_a_sure_question_speaks_against_it(topics: Topics) -> None:
    despair = Inquiries(topics, lambda text: Act.DISTRESS)

    assert despair.understand("", "To wszystko nie ma już dla mnie żadnego sensu").danger
    assert not despair.understand("", MATERNITY).danger


def test_danger_is_noticed_wherever_it_stands_in_a_long_mail() -> None:
    long = "Opisuję całą sprawę po kolei. " * 300

    assert may_be_in_danger(f"{long} Nie chcę już żyć. {long[:2000]}")
    assert not may_be_in_danger(long)


def test_mashed_keys_are_no_question(general: Inquiries) -> None:
    assert general.understand("", "asdfgh qwerty").questions == ()
