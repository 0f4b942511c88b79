"""The one function that decides what a message gets, as a table."""

import pytest

from helpdesk.queues import Queue
from understanding.acts import Act
from understanding.decision import Found, Kind, Thresholds, Topic, decide

BANDS = Thresholds(answer=0.5, choice=0.2)
TOPICS = [
    Topic("zasilek-chorobowy", Queue.BENEFITS),
    Topic("e-zla-pacjent", Queue.BENEFITS),
    Topic("ulga-na-start", Queue.PAYERS),
    Topic("maly-zus-plus", Queue.PAYERS),
]
SURE, LIKELY, UNSURE, NOTHING = Found(TOPICS, 0.5), Found(TOPICS, 0.2), Found(TOPICS, 0.19), Found([], 0.0)


@pytest.mark.parametrize(
    ("act", "found", "kind", "queue"),
    [
        (Act.ASK_GENERAL, SURE, Kind.ANSWER, Queue.BENEFITS),
        (Act.ASK_GENERAL, LIKELY, Kind.CHOICE, Queue.BENEFITS),
        (Act.ASK_GENERAL, UNSURE, Kind.UNKNOWN, Queue.GENERAL),
        (Act.ASK_GENERAL, NOTHING, Kind.UNKNOWN, Queue.GENERAL),
        (Act.FALLBACK, SURE, Kind.ANSWER, Queue.BENEFITS),
        (Act.OUT_OF_SCOPE, SURE, Kind.CHOICE, Queue.BENEFITS),
        (Act.OUT_OF_SCOPE, LIKELY, Kind.UNKNOWN, Queue.GENERAL),
        (Act.OUT_OF_SCOPE, NOTHING, Kind.UNKNOWN, Queue.GENERAL),
        (Act.ASK_ACCOUNT, SURE, Kind.VERIFY, Queue.BENEFITS),
        (Act.ASK_ACCOUNT, NOTHING, Kind.VERIFY, Queue.GENERAL),
        (Act.REQUEST_CONSULTANT, SURE, Kind.HANDOVER, Queue.BENEFITS),
        (Act.REQUEST_CONSULTANT, LIKELY, Kind.HANDOVER, Queue.GENERAL),
        (Act.GREET, LIKELY, Kind.SMALLTALK, Queue.GENERAL),
        (Act.GREET, SURE, Kind.ANSWER, Queue.BENEFITS),
        (Act.FOREIGN_LANGUAGE, SURE, Kind.LANGUAGE, Queue.GENERAL),
    ],
)
def test_act_and_confidence_decide_kind_and_queue(act: Act, found: Found, kind: Kind, queue: Queue) -> None:
    decision = decide(act, found, BANDS)

    assert (decision.kind, decision.queue) == (kind, queue)


def test_account_question_is_never_answered_however_sure_the_topic() -> None:
    decision = decide(Act.ASK_ACCOUNT, Found(TOPICS, 1.0), BANDS)

    assert decision.kind is Kind.VERIFY
    assert decision.individual
    assert decision.article == "zasilek-chorobowy"


def test_choice_offers_three_topics_and_answers_none() -> None:
    decision = decide(Act.ASK_GENERAL, LIKELY, BANDS)

    assert decision.article is None
    assert decision.alternatives == ("zasilek-chorobowy", "e-zla-pacjent", "ulga-na-start")


def test_unknown_suggests_nothing() -> None:
    decision = decide(Act.ASK_GENERAL, UNSURE, BANDS)

    assert (decision.article, decision.alternatives) == (None, ())


def test_name_of_no_intent_is_the_fallback() -> None:
    assert Act.named("session_start") is Act.FALLBACK
    assert Act.named(None) is Act.FALLBACK
