"""Choosing cases to be scored: by chance or by risk, fairly, and again by the same seed. Pure."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from helpdesk.quality_states import SampleMethod


class Risk(str, Enum):
    """Why a case deserves a look; `web/labels.yaml` names each for people."""

    BAD_RATING = "bad_rating"
    """Its customer said that this consultant's answer did not help."""
    COMPLAINT = "complaint"
    """It is a complaint, or led to one."""
    LATE = "late"
    """A deadline was broken."""
    NEW_CONSULTANT = "new_consultant"
    """A second person approves this consultant's answers."""
    LONG = "long"
    """It took far longer than such cases do."""
    REOPENED = "reopened"
    """It was over, and had to be opened again."""
    TRANSFERS = "transfers"
    """It was passed on more than once."""
    TAKEN_OVER = "taken_over"
    """A supervisor took it over."""
    UNSOLVED = "unsolved"
    """It ended without a solution."""


WEIGHTS: Mapping[Risk, int] = {
    Risk.COMPLAINT: 5,
    Risk.BAD_RATING: 4,
    Risk.LATE: 3,
    Risk.TAKEN_OVER: 3,
    Risk.REOPENED: 2,
    Risk.UNSOLVED: 2,
    Risk.NEW_CONSULTANT: 2,
    Risk.TRANSFERS: 1,
    Risk.LONG: 1,
}
"""How much each counts when cases are put in order of risk."""


@dataclass(frozen=True)
class Candidate:
    """One consultant's part of one case that may be chosen."""

    subject: str
    consultant_id: int
    risks: frozenset[Risk] = frozenset()

    @property
    def weight(self) -> int:
        """How much risk there is in it."""
        return sum(WEIGHTS[risk] for risk in self.risks)


@dataclass(frozen=True)
class Chosen:
    """A case that was chosen, and whether two people score it."""

    candidate: Candidate
    double: bool


@dataclass(frozen=True)
class Plan:
    """How cases are chosen.

    Attributes:
        method: by chance, or those with the most risk first.
        size: how many at most.
        seed: the same seed over the same candidates gives the same choice.
        fair: whether nobody comes twice before everybody came once.
        double_percent: of each hundred cases, how many two people score.
    """

    method: SampleMethod
    size: int
    seed: int
    fair: bool = True
    double_percent: int = 0


def choose(candidates: Iterable[Candidate], plan: Plan, *, never_double: Collection[int] = ()) -> Sequence[Chosen]:
    """Return the chosen cases in the order in which they were chosen.

    By risk, only cases with some risk are chosen, the heaviest first; chance decides among equals.

    Args:
        candidates: what there is, in any order.
        plan: how to choose.
        never_double: consultants whose work fewer than two people may score.
    """
    ordered = sorted(candidates, key=lambda one: _lot(plan.seed, "case", one.subject, one.consultant_id))
    if plan.method is SampleMethod.RISK:
        ordered = sorted((one for one in ordered if one.risks), key=lambda one: -one.weight)
    chosen = (_in_turns(ordered) if plan.fair else ordered)[: plan.size]
    may_be_double = [one for one in chosen if one.consultant_id not in never_double]
    by_lot = sorted(may_be_double, key=lambda one: _lot(plan.seed, "double", one.subject, one.consultant_id))
    wanted = -(-len(chosen) * plan.double_percent // 100)
    doubled = set(by_lot[:wanted])
    return [Chosen(one, one in doubled) for one in chosen]


def _in_turns(ordered: Sequence[Candidate]) -> Sequence[Candidate]:
    """Put the second case of each consultant after the first of all, and so on; otherwise the order stays."""
    seen: dict[int, int] = defaultdict(int)
    turns = []
    for candidate in ordered:
        turns.append((seen[candidate.consultant_id], candidate))
        seen[candidate.consultant_id] += 1
    return [candidate for _, candidate in sorted(turns, key=lambda turn: turn[0])]


def _lot(seed: int, *words: object) -> bytes:
    """Return by which cases are put in an order of chance: the same on every machine, whatever else there is."""
    return hashlib.sha256("|".join(map(str, (seed, *words))).encode()).digest()
