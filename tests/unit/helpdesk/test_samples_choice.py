"""Choosing cases for scoring: repeatable, fair, by risk, and double where two may score."""

from collections import Counter

from helpdesk.quality_states import SampleMethod
from helpdesk.samples_choice import WEIGHTS, Candidate, Plan, Risk, choose

MANY = [Candidate(f"ticket:{number}", consultant) for consultant in (1, 2, 3) for number in range(consultant * 10)]
"""Ten cases of one consultant, twenty of another, thirty of a third."""


def plan(size: int = 9, *, seed: int = 7, method: SampleMethod = SampleMethod.RANDOM, **more: object) -> Plan:
    return Plan(method, size, seed, **more)


def test_the_same_seed_chooses_the_same_in_whatever_order_the_cases_come() -> None:
    first = choose(MANY, plan())
    again = choose(reversed(MANY), plan())
    another = choose(MANY, plan(seed=8))

    assert first == again
    assert {one.candidate for one in first} != {one.candidate for one in another}


def test_a_case_more_disturbs_the_choice_by_itself_alone() -> None:
    before = {one.candidate for one in choose(MANY, plan(30, fair=False))}
    after = {one.candidate for one in choose([*MANY, Candidate("ticket:999", 1)], plan(30, fair=False))}

    assert len(before - after) <= 1


def test_nobody_comes_twice_before_everybody_came_once() -> None:
    chosen = choose(MANY, plan(7))

    assert [len({one.candidate.consultant_id for one in chosen[begin : begin + 3]}) for begin in (0, 3)] == [3, 3]
    assert sorted(Counter(one.candidate.consultant_id for one in chosen).values()) == [2, 2, 3]


def test_without_fairness_who_has_more_cases_comes_more_often() -> None:
    counts: Counter[int] = Counter()
    for seed in range(50):
        counts.update(one.candidate.consultant_id for one in choose(MANY, plan(6, seed=seed, fair=False)))

    assert counts[3] > counts[2] > counts[1]


def test_chance_gives_each_case_its_share() -> None:
    same = [Candidate(f"ticket:{number}", 1) for number in range(10)]
    counts: Counter[str] = Counter()
    for seed in range(1000):
        counts.update(one.candidate.subject for one in choose(same, plan(1, seed=seed)))

    # 100 each are expected; a fair die hardly ever leaves 60 to 140, and the seeds are fixed.
    assert len(counts) == 10
    assert all(60 < count < 140 for count in counts.values())


def test_by_risk_the_heaviest_come_first_and_cases_without_risk_not_at_all() -> None:
    risky = [
        Candidate("ticket:1", 1, frozenset({Risk.LONG})),
        Candidate("ticket:2", 1, frozenset({Risk.COMPLAINT, Risk.LATE})),
        Candidate("ticket:3", 1, frozenset({Risk.BAD_RATING})),
        Candidate("ticket:4", 1),
    ]

    chosen = choose(risky, plan(method=SampleMethod.RISK))

    assert [one.candidate.subject for one in chosen] == ["ticket:2", "ticket:3", "ticket:1"]


def test_fairness_holds_for_risk_too() -> None:
    risky = [Candidate(f"ticket:{number}", 1, frozenset({Risk.COMPLAINT})) for number in range(5)]
    risky.append(Candidate("ticket:9", 2, frozenset({Risk.LONG})))

    chosen = choose(risky, plan(2, method=SampleMethod.RISK))

    assert {one.candidate.consultant_id for one in chosen} == {1, 2}


def test_every_risk_has_its_weight() -> None:
    assert set(WEIGHTS) == set(Risk)


def test_the_share_of_double_scoring_is_rounded_up_and_spares_whom_two_may_not_score() -> None:
    chosen = choose(MANY, plan(9, double_percent=30), never_double={1})
    none = choose(MANY, plan(9))
    everything = choose(MANY, plan(9, double_percent=100), never_double={1})

    assert sum(one.double for one in chosen) == 3
    assert not any(one.double and one.candidate.consultant_id == 1 for one in chosen)
    assert not any(one.double for one in none)
    assert all(one.double for one in everything if one.candidate.consultant_id != 1)


def test_fewer_cases_than_asked_for_give_all_there_are() -> None:
    assert len(choose(MANY[:4], plan(9))) == 4
    assert choose([], plan(9)) == []
