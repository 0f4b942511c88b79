"""Measures the search: each signal alone and together, and what its confidence is worth.

Run from the root: `.venv/bin/python -m benchmarks.search [--quick] [--errors]`. Two question sets are used:
the articles' own example questions, each left out in turn, and the held-out questions of
`tests/data/search_heldout.yaml`.
"""

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import yaml

from knowledge.evidence import SearchWeights
from knowledge.library import Library, load
from knowledge.search import Searcher
from knowledge.views import Kind, View

ROOT = Path(__file__).resolve().parents[1]
TODAY = date(2026, 11, 21)
THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
BINS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.01)


@dataclass(frozen=True)
class HeldOut:
    """A question, the articles that would be right answers (none when no article is), and its kind."""

    text: str
    right: frozenset[str]
    kind: str


@dataclass(frozen=True)
class Outcome:
    """What the search made of one held-out question; `rank` 0 is a right first hit, None is not found."""

    question: HeldOut
    rank: int | None
    confidence: float

    def is_right(self, limit: int = 1) -> bool:
        """Whether a right article stands among the first `limit` hits."""
        return self.rank is not None and self.rank < limit


def methods() -> dict[str, SearchWeights]:
    """The weights under comparison by name; the last ones are the default, and the default less one part."""
    default = SearchWeights()
    letters = (Kind.LETTERS,)

    def seen(*views: View) -> SearchWeights:
        return replace(default, views=views)

    def whole(weights: SearchWeights) -> SearchWeights:
        return replace(weights, learned=0.0, whole_article=1.0)

    def nearest(weights: SearchWeights) -> SearchWeights:
        return replace(weights, learned=0.0, whole_article=0.0, nearest=1.0)

    return {
        "baseline: TF-IDF of words, whole article": whole(seen(View((Kind.WORDS,), 1))),
        "baseline: TF-IDF of words, nearest text": nearest(seen(View((Kind.WORDS,), 1))),
        "words only": seen(View((Kind.WORDS,), 1)),
        "lemmas only": seen(View((Kind.LEMMAS,), 1)),
        "letters only": seen(View(letters, 1)),
        "notions only": seen(View((Kind.NOTIONS,), 1)),
        "form symbols only": seen(View((Kind.SYMBOLS,), 1)),
        "lemmas + letters": seen(View((Kind.LEMMAS,), 0.5), View(letters, 0.5)),
        "all, nearest text instead of classifier": nearest(default),
        "all, without whole article": replace(default, whole_article=0.0),
        "all, without sharpening": replace(default, sharpness=1.0),
        "all (default)": default,
    }


def read_held_out(library: Library) -> list[HeldOut]:
    """The held-out questions whose article exists in the library, and those that no article answers."""
    raw = yaml.safe_load((ROOT / "tests/data/search_heldout.yaml").read_text(encoding="utf-8"))["questions"]
    asked = [
        HeldOut(item["q"], frozenset(filter(None, [item["article"], *item.get("also", [])])), item["kind"])
        for item in raw
    ]
    return [question for question in asked if question.kind == "none" or question.right & set(library.articles)]


def ask(searcher: Searcher, questions: Sequence[HeldOut]) -> list[Outcome]:
    """Put each question to the searcher."""
    return [_ask(searcher, question) for question in questions]


def _ask(searcher: Searcher, question: HeldOut) -> Outcome:
    result = searcher.search(question.text, today=TODAY, limit=10)
    ranks = [rank for rank, hit in enumerate(result.hits) if hit.article in question.right]
    return Outcome(question, ranks[0] if ranks else None, result.confidence)


def share(outcomes: Sequence[Outcome], limit: int) -> float:
    """The share of right answers among the first `limit` hits."""
    return float(np.mean([outcome.is_right(limit) for outcome in outcomes])) if outcomes else float("nan")


def compare(library: Library, questions: Sequence[HeldOut], chosen: dict[str, SearchWeights]) -> None:
    """Print a line a method: left-out example questions, then held-out questions."""
    answerable = [question for question in questions if question.kind != "none"]
    print(f"\n{'method':<45}{'left out':>16}{'held out':>18}")
    print(f"{'':<45}{'top-1':>9}{'top-3':>7}{'top-1':>11}{'top-3':>7}")
    for name, weights in chosen.items():
        searcher = Searcher(library, weights=weights)
        first, third = searcher.left_out_accuracy(1), searcher.left_out_accuracy(3)
        outcomes = ask(searcher, answerable)
        print(f"{name:<45}{first:>9.3f}{third:>7.3f}{share(outcomes, 1):>11.3f}{share(outcomes, 3):>7.3f}")


def judge_confidence(outcomes: Sequence[Outcome]) -> None:
    """Print accuracy by kind of question, reliability of the confidence, and what each threshold would do."""
    known = [outcome for outcome in outcomes if outcome.question.kind != "none"]
    unknown = [outcome for outcome in outcomes if outcome.question.kind == "none"]
    print("\nby kind        n  top-1  top-3")
    for kind in sorted({outcome.question.kind for outcome in known}):
        some = [outcome for outcome in known if outcome.question.kind == kind]
        print(f"{kind:<12}{len(some):>4}{share(some, 1):>7.3f}{share(some, 3):>7.3f}")
    print("\nconfidence    n  mean  right")
    for low, high in pairwise(BINS):
        some = [outcome for outcome in outcomes if low <= outcome.confidence < high]
        if some:
            mean = np.mean([outcome.confidence for outcome in some])
            print(f"{low:.1f}-{high:.1f}{len(some):>8}{mean:>6.2f}{share(some, 1):>7.2f}")
    print("\nthreshold  covered  precision  top-3 precision  right of answerable  refused of unanswerable")
    for threshold in THRESHOLDS:
        above = [outcome for outcome in outcomes if outcome.confidence >= threshold]
        right = sum(outcome.is_right() for outcome in above)
        refused = sum(outcome.confidence < threshold for outcome in unknown)
        print(
            f"{threshold:>9.1f}{len(above) / len(outcomes):>9.2f}{right / max(len(above), 1):>11.3f}"
            f"{share(above, 3):>17.3f}{right / len(known):>21.3f}{refused / max(len(unknown), 1):>25.3f}"
        )


def show_errors(searcher: Searcher, outcomes: Sequence[Outcome]) -> None:
    """Print the held-out questions that went wrong, most confident first."""
    wrong = [outcome for outcome in outcomes if not outcome.is_right()]
    for outcome in sorted(wrong, key=lambda outcome: -outcome.confidence):
        found = searcher.search(outcome.question.text, today=TODAY, limit=2).hits
        wanted = ", ".join(sorted(outcome.question.right)) or "-"
        text = " ".join(outcome.question.text.split())[:90]
        print(f"{outcome.confidence:.2f}  {text}  wanted {wanted}  found {[hit.article for hit in found]}")


def main() -> None:
    """Read the command line and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only the default weights")
    parser.add_argument("--errors", action="store_true", help="list the wrong answers")
    arguments = parser.parse_args()
    library = load(ROOT / "knowledge" / "articles")
    questions = read_held_out(library)
    chosen = methods()
    compare(library, questions, {"all (default)": chosen["all (default)"]} if arguments.quick else chosen)
    started = time.perf_counter()
    searcher = Searcher(library)
    built = time.perf_counter() - started
    started = time.perf_counter()
    outcomes = ask(searcher, questions)
    each = (time.perf_counter() - started) / len(questions)
    print(f"\n{len(library.articles)} articles, built in {built:.1f} s, {each * 1000:.1f} ms a question")
    judge_confidence(outcomes)
    if arguments.errors:
        show_errors(searcher, outcomes)


if __name__ == "__main__":
    main()
