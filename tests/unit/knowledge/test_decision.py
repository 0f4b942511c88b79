"""What the knowledge gives for what was found, as a table."""

import pytest

from knowledge.decision import Found, Kind, Thresholds, judge
from knowledge.follow_ups import Aspect

BANDS = Thresholds(answer=0.6, choice=0.25, redirect=0.2)
ARTICLES = ("a", "b", "c")


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        (Found(ARTICLES, 0.6), Kind.ANSWER),
        (Found(ARTICLES, 0.59), Kind.CHOICE),
        (Found(ARTICLES, 0.25), Kind.CHOICE),
        (Found(ARTICLES, 0.24), Kind.UNKNOWN),
        (Found((), 0.0), Kind.UNKNOWN),
        (Found(ARTICLES, 0.9, institution="nfz", institution_confidence=0.5), Kind.ANSWER),
        (Found(ARTICLES, 0.4, institution="nfz", institution_confidence=0.5), Kind.REDIRECT),
        (Found(ARTICLES, 0.4, institution="nfz", institution_confidence=0.2), Kind.REDIRECT),
        (Found(ARTICLES, 0.7, institution="nfz", institution_confidence=0.8), Kind.REDIRECT),
        (Found(ARTICLES, 0.1, institution="nfz", institution_confidence=0.19), Kind.UNKNOWN),
        (Found(ARTICLES, 0.1, form="Z-3"), Kind.FORM),
        (Found(ARTICLES, 0.9, term="UPP"), Kind.TERM),
        (Found(ARTICLES, 0.1, topic="z", aspect=Aspect.FEES), Kind.ANSWER),
    ],
)
def test_confidences_decide_the_kind(found: Found, kind: Kind) -> None:
    assert judge(found, BANDS).kind is kind


def test_answer_keeps_the_others_as_alternatives() -> None:
    verdict = judge(Found(ARTICLES, 0.9), BANDS)

    assert (verdict.article, verdict.alternatives) == ("a", ("b", "c"))


def test_choice_names_the_likeliest_first() -> None:
    verdict = judge(Found(ARTICLES, 0.4), BANDS)

    assert (verdict.article, verdict.alternatives) == ("a", ("b", "c"))


def test_unknown_suggests_nothing() -> None:
    verdict = judge(Found(ARTICLES, 0.1), BANDS)

    assert (verdict.article, verdict.alternatives) == (None, ())


def test_follow_up_answers_from_the_topic_before_it() -> None:
    verdict = judge(Found(ARTICLES, 0.3, topic="b", aspect=Aspect.DEADLINES), BANDS)

    assert (verdict.article, verdict.aspect) == ("b", Aspect.DEADLINES)
    assert verdict.alternatives == ("a", "c")


def test_redirection_gives_no_article() -> None:
    verdict = judge(Found(ARTICLES, 0.3, institution="krus", institution_confidence=0.6), BANDS)

    assert (verdict.article, verdict.alternatives, verdict.institution) == (None, (), "krus")
