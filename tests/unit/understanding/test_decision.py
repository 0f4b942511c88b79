"""The one function that decides what a message gets, as a table."""

import pytest

from helpdesk.queues import Queue
from knowledge import decision as knowledge
from knowledge.decision import Verdict
from understanding.acts import Act
from understanding.decision import Kind, decide

ANSWER = Verdict(knowledge.Kind.ANSWER, "zasilek-chorobowy", ("e-zla-pacjent",), 0.7)
CERTAIN = Verdict(knowledge.Kind.ANSWER, "zasilek-chorobowy", ("e-zla-pacjent",), 0.95)
CHOICE = Verdict(knowledge.Kind.CHOICE, "zasilek-chorobowy", ("e-zla-pacjent", "ulga-na-start", "maly-zus-plus"), 0.4)
REDIRECT = Verdict(knowledge.Kind.REDIRECT, confidence=0.8, institution="nfz")
FORM = Verdict(knowledge.Kind.FORM, "zasilek-chorobowy", form="Z-3")
UNKNOWN = Verdict(knowledge.Kind.UNKNOWN)


@pytest.mark.parametrize(
    ("act", "verdict", "kind", "queue"),
    [
        (Act.ASK_GENERAL, ANSWER, Kind.ANSWER, Queue.BENEFITS),
        (Act.ASK_GENERAL, CHOICE, Kind.CHOICE, Queue.BENEFITS),
        (Act.ASK_GENERAL, UNKNOWN, Kind.UNKNOWN, Queue.BENEFITS),
        (Act.ASK_GENERAL, REDIRECT, Kind.REDIRECT, Queue.BENEFITS),
        (Act.ASK_GENERAL, FORM, Kind.FORM, Queue.BENEFITS),
        (Act.FALLBACK, ANSWER, Kind.ANSWER, Queue.BENEFITS),
        (Act.OUT_OF_SCOPE, ANSWER, Kind.CHOICE, Queue.BENEFITS),
        (Act.OUT_OF_SCOPE, CERTAIN, Kind.CHOICE, Queue.BENEFITS),
        (Act.OUT_OF_SCOPE, CHOICE, Kind.UNKNOWN, Queue.GENERAL),
        (Act.OUT_OF_SCOPE, REDIRECT, Kind.REDIRECT, Queue.BENEFITS),
        (Act.ASK_ACCOUNT, ANSWER, Kind.VERIFY, Queue.BENEFITS),
        (Act.ASK_ACCOUNT, UNKNOWN, Kind.VERIFY, Queue.BENEFITS),
        (Act.ASK_ACCOUNT, REDIRECT, Kind.REDIRECT, Queue.BENEFITS),
        (Act.REQUEST_CONSULTANT, ANSWER, Kind.HANDOVER, Queue.BENEFITS),
        (Act.REQUEST_CONSULTANT, CHOICE, Kind.HANDOVER, Queue.GENERAL),
        (Act.GREET, CHOICE, Kind.SMALLTALK, Queue.GENERAL),
        (Act.GREET, ANSWER, Kind.ANSWER, Queue.BENEFITS),
        (Act.FOREIGN_LANGUAGE, ANSWER, Kind.LANGUAGE, Queue.GENERAL),
    ],
)
def test_act_and_verdict_decide_kind_and_queue(act: Act, verdict: Verdict, kind: Kind, queue: Queue) -> None:
    decision = decide(act, verdict, Queue.BENEFITS)

    assert (decision.kind, decision.queue) == (kind, queue)


def test_account_question_is_never_answered_however_sure_the_topic() -> None:
    decision = decide(Act.ASK_ACCOUNT, CERTAIN, Queue.BENEFITS)

    assert decision.kind is Kind.VERIFY
    assert decision.individual
    assert decision.article == "zasilek-chorobowy"


def test_choice_offers_the_three_likeliest_topics() -> None:
    decision = decide(Act.ASK_GENERAL, CHOICE, Queue.BENEFITS)

    assert decision.choices == ("zasilek-chorobowy", "e-zla-pacjent", "ulga-na-start")


def test_wish_for_a_person_names_no_topic_that_is_only_likely() -> None:
    assert decide(Act.REQUEST_CONSULTANT, CHOICE, Queue.BENEFITS).article is None


def test_wish_for_a_person_is_not_about_the_pages_that_tell_how_to_reach_one() -> None:
    infoline = Verdict(knowledge.Kind.ANSWER, "infolinia-kontakt-zus", (), 0.83)

    decision = decide(Act.REQUEST_CONSULTANT, infoline, Queue.GENERAL)

    assert (decision.kind, decision.article) == (Kind.HANDOVER, None)


def test_name_of_no_intent_is_the_fallback() -> None:
    assert Act.named("session_start") is Act.FALLBACK
    assert Act.named(None) is Act.FALLBACK
