"""Measures the grouping of open questions against plain baselines: chosen on one half, told of the other.

Run from the root: `.venv/bin/python -m benchmarks.grouping`. Two kinds of groups are asked for in one stream, as they
come in: invented questions in several ways each (`grouping.yaml`), which is what grouping is for, and the questions of
`knowledge/questions` by article, whose one article answers quite different questions. Their articles are withdrawn
first, since open questions are those that no article answers. One half chooses the threshold (calibration questions
and half of the invented ones), the other half is measured (held-out questions, of other articles).
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import v_measure_score

from knowledge.base import KnowledgeBase
from knowledge.likeness import THRESHOLD, grouped
from knowledge.question_sets import CALIBRATION, HELD_OUT, Question, read_questions
from okienko.index import knowledge
from okienko.places import ROOT

INVENTED = Path(__file__).parent / "grouping.yaml"
SEED = 11
STEPS = tuple(np.arange(0.08, 0.72, 0.04))
Likeness = Callable[[Sequence[str]], np.ndarray]


@dataclass(frozen=True)
class Stream:
    """Questions in the order in which they come, and the group that each belongs to."""

    texts: Sequence[str]
    right: Sequence[str]

    def invented(self) -> Sequence[int]:
        """The places of the invented questions."""
        return [place for place, group in enumerate(self.right) if group.startswith("invented")]


@dataclass(frozen=True)
class Measure:
    """How well groups agree with the right ones: over pairs of questions, and the V-measure; and how many there are."""

    precision: float
    recall: float
    v: float
    groups: int

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def __str__(self) -> str:
        """One line of a table."""
        figures = (self.precision, self.recall, self.f1, self.v)
        return "".join(f"{figure:>7.2f}" for figure in figures) + f"{self.groups:>7}"


def measure(right: Sequence[str], found: Sequence[int]) -> Measure:
    """Compare groups with the right ones."""
    upper = np.triu_indices(len(right), 1)
    same = (np.array(right)[:, None] == np.array(right))[upper]
    together = (np.array(found)[:, None] == np.array(found))[upper]
    hits = int((same & together).sum())
    precision, recall = hits / max(int(together.sum()), 1), hits / max(int(same.sum()), 1)
    return Measure(precision, recall, float(v_measure_score(right, found)), len(set(found)))


def streams(base: KnowledgeBase) -> tuple[tuple[Stream, frozenset[str]], tuple[Stream, frozenset[str]]]:
    """The stream that chooses and the one that is measured, each with the articles that are withdrawn for it."""
    chance = random.Random(SEED)
    articles = sorted(base.library.articles)
    chance.shuffle(articles)
    invented: list[list[str]] = yaml.safe_load(INVENTED.read_text(encoding="utf-8"))
    # Neighbours in the file are alike on purpose: they stay together.
    pairs = [invented[place : place + 2] for place in range(0, len(invented), 2)]
    chance.shuffle(pairs)
    half, middle = len(articles) // 2, len(pairs) // 2
    parts = ((articles[:half], CALIBRATION, pairs[:middle]), (articles[half:], HELD_OUT, pairs[middle:]))
    first, second = (
        (_stream(frozenset(some), read_questions(folder), mine, chance), frozenset(some))
        for some, folder, mine in parts
    )
    return first, second


def _stream(
    articles: frozenset[str],
    questions: Sequence[Question],
    pairs: Sequence[Sequence[Sequence[str]]],
    chance: random.Random,
) -> Stream:
    single = [one for one in questions if len(one.articles) == 1 and one.articles <= articles]
    told = [(one.text, next(iter(one.articles))) for one in single]
    groups = [group for pair in pairs for group in pair]
    told += [(text, f"invented {number}") for number, group in enumerate(groups) for text in group]
    chance.shuffle(told)
    return Stream([text for text, _ in told], [group for _, group in told])


def methods(base: KnowledgeBase, withdrawn: frozenset[str]) -> Iterator[tuple[str, Likeness]]:
    """The ways to compare, the product's own last."""
    yield "the same words", lambda texts: np.array([[float(a.lower() == b.lower()) for b in texts] for a in texts])
    yield "TF-IDF of words", lambda texts: _tfidf(TfidfVectorizer(), texts)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    yield "TF-IDF of letters", lambda texts: _tfidf(letters, texts)
    searcher = base.searcher.changed([], withdrawn)

    def own(texts: Sequence[str]) -> np.ndarray:
        vectors = searcher.vectors(texts)
        return np.asarray((vectors @ vectors.T).toarray())

    yield "the search's space (the product)", own


def _tfidf(vectorizer: TfidfVectorizer, texts: Sequence[str]) -> np.ndarray:
    vectors = vectorizer.fit_transform(texts)
    return np.asarray((vectors @ vectors.T).toarray())


def only(stream: Stream, found: Sequence[int], places: Sequence[int]) -> Measure:
    """Measure some places of a stream."""
    return measure([stream.right[place] for place in places], [found[place] for place in places])


def strict(stream: Stream, found: Sequence[int]) -> float:
    """What a threshold is chosen by: wrong neighbours in a group cost more than a group in two parts (F with beta 0.5).

    Precision is that of all groups an invented question stands in, strangers included.
    """
    places = stream.invented()
    right, groups = np.array(stream.right), np.array(found)
    beside = [(groups == groups[place]) & (np.arange(len(groups)) != place) for place in places]
    wrong = sum(int((right[mask] != right[place]).sum()) for place, mask in zip(places, beside, strict=True))
    hits = sum(int((right[mask] == right[place]).sum()) for place, mask in zip(places, beside, strict=True))
    precision, recall = hits / max(hits + wrong, 1), only(stream, found, places).recall
    return 1.25 * precision * recall / max(0.25 * precision + recall, 1e-9)


def main() -> None:
    """Print a line a method: its threshold, the invented questions, and all questions."""
    base = knowledge(ROOT / ".data")
    (choosing, withdrawn), (measured, others) = streams(base)
    print(f"choosing: {len(choosing.texts)} questions, measured: {len(measured.texts)}; the product's: {THRESHOLD}")
    head = f"{'pairs: prec.':>14}{'rec.':>7}{'F1':>7}{'V':>7}{'groups':>7}"
    print(f"{'method':<34}{'from':>5}{'invented ' + head:>44}{'all ' + head:>44}")
    for (name, likeness), (_, again) in zip(methods(base, withdrawn), methods(base, others), strict=True):
        chosen, found = likeness(choosing.texts), again(measured.texts)
        threshold = max(STEPS, key=lambda step: strict(choosing, grouped(chosen, step)))
        groups = grouped(found, threshold)
        print(
            f"{name:<34}{threshold:>5.2f}{only(measured, groups, measured.invented())!s:>44}"
            f"{measure(measured.right, groups)!s:>44}",
            flush=True,
        )


if __name__ == "__main__":
    main()
