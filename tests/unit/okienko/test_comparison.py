"""What changed between two runs, by name."""

import pytest

from knowledge.question_sets import Question, Style
from okienko.evaluation.comparison import Worth, compare, worth
from okienko.evaluation.figures import Asked, Result

OURS = Question("nasze?", Style.SHORT, frozenset({"a", "b"}))
NFZ = Question("do lekarza?", Style.SHORT, institution="nfz")
STRANGE = Question("pogoda?", Style.SHORT)


def asked(question: Question, kind: str, *given: str, institution: str | None = None) -> Asked:
    return Asked(question, Result(kind, given[0] if given else None, given[1:], 0.8, None, False, institution))


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (asked(OURS, "answer", "a"), Worth.RIGHT),
        (asked(OURS, "form", "b"), Worth.RIGHT),
        (asked(OURS, "answer", "c", "a"), Worth.WRONG),
        (asked(OURS, "choice", "c", "d", "a"), Worth.OFFERED),
        (asked(OURS, "choice", "c", "d", "e", "a"), Worth.NOTHING),
        (asked(OURS, "unknown", "a"), Worth.NOTHING),
        (asked(NFZ, "redirect", institution="nfz"), Worth.RIGHT),
        (asked(NFZ, "redirect", institution="krus"), Worth.OFFERED),
        (asked(NFZ, "choice", "a"), Worth.NOTHING),
        (asked(NFZ, "answer", "a"), Worth.WRONG),
        (asked(STRANGE, "unknown"), Worth.RIGHT),
        (asked(STRANGE, "redirect", institution="nfz"), Worth.OFFERED),
        (asked(STRANGE, "answer", "a"), Worth.WRONG),
    ],
)
def test_a_question_is_served_as_well_as_what_it_got(one: Asked, expected: Worth) -> None:
    assert worth(one) is expected


def test_what_changed_most_stands_first_and_what_stays_is_left_out() -> None:
    other = Question("inne?", Style.SHORT, frozenset({"a"}))
    before = [asked(OURS, "choice", "a"), asked(other, "answer", "a"), asked(NFZ, "answer", "a")]
    after = [asked(OURS, "unknown"), asked(other, "answer", "c"), asked(NFZ, "answer", "b")]

    changed = compare(before, after)

    assert [row["text"] for row in changed.worse] == [other.text, OURS.text]
    assert changed.better == []
    assert changed.worse[0]["before"] == {"kind": "answer", "article": "a", "institution": None}
    assert changed.worse[1]["right"] == ["a", "b"]
    assert [row["text"] for row in compare(after, before).better] == [other.text, OURS.text]


def test_a_question_of_one_run_only_is_left_out() -> None:
    assert compare([], [asked(OURS, "answer", "a")]).better == []
