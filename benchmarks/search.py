"""Measures the search: each signal alone and together, stock Rasa and BM25 beside them, and how time and memory grow.

Run from the root: `.venv/bin/python -m benchmarks.search [--examples N] [--rasa EPOCHS] [--growth [N ...]]`. The
questions are the held-out ones of `knowledge/questions`; nothing is learned from them. `--examples` gives every method
only the first N example questions of each article: stock Rasa takes hours with all of them, and what is compared must
learn the same.
"""

import argparse
import random
import resource
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from types import MappingProxyType

import numpy as np

from benchmarks.bm25 import BM25
from benchmarks.stock_rasa import rank
from knowledge.article import Article
from knowledge.base import filled_article, load_reference
from knowledge.columns import learn
from knowledge.evidence import SearchWeights
from knowledge.library import Library, load
from knowledge.question_sets import HELD_OUT, Question, Style, read_questions
from knowledge.search import Background, Searcher, load_background
from knowledge.space import Kind, View
from knowledge.subjects import Part, of_article
from knowledge.synonyms import load_synonyms
from knowledge.terms import TermReader
from okienko.places import ARTICLES

TODAY = date(2026, 11, 21)
SIZES = (200, 1_000, 5_000, 20_000)
"""Articles at which time and memory are measured unless told otherwise; above the real ones they are made of words."""
EXAMPLES_WHEN_MANY = 12

Ranking = Sequence[str]


class Compared:
    """The articles and questions that every method gets."""

    def __init__(self, library: Library, questions: Sequence[Question]) -> None:
        self.library = library
        self.articles = list(library.articles.values())
        self.questions = questions
        symbols = sorted({form for article in self.articles for form in article.forms})
        self.reader = TermReader(load_synonyms(), symbols)
        self.asked = [self.reader.read(question.text) for question in questions]
        self.subjects = [of_article(article) for article in self.articles]

    def bm25(self, parts: frozenset[Part]) -> list[Ranking]:
        """Ranks by the words of some parts of the articles."""
        texts = [[text for part, text in subject.documents() if part in parts] for subject in self.subjects]
        index = BM25([[lemma for text in some for lemma in self.reader.read(text).lemmas] for some in texts])
        return [self._ranked(index.scores(terms.lemmas)) for terms in self.asked]

    def weighted(self, weights: SearchWeights) -> list[Ranking]:
        """Ranks as the product does, with other weights."""
        scores = learn(self.subjects, self.reader, weights).evidence(self.asked).scores(weights)
        return [self._ranked(row) for row in scores]

    def _ranked(self, scores: np.ndarray) -> Ranking:
        return [self.articles[number].id for number in np.argsort(-scores, kind="stable")[:10]]


def methods(compared: Compared, rasa_epochs: int) -> Iterator[tuple[str, Callable[[], Sequence[Ranking]]]]:
    """The methods by name, the product's own last."""
    default = SearchWeights()
    words = (Kind.LEMMAS, Kind.NOTIONS, Kind.SYMBOLS)

    def seen(*views: View) -> Callable[[], Sequence[Ranking]]:
        return lambda: compared.weighted(replace(default, views=views))

    def but(**changes: float) -> Callable[[], Sequence[Ranking]]:
        return lambda: compared.weighted(replace(default, **changes))  # type: ignore[arg-type]  # numbers by name

    every = frozenset(Part)
    yield "BM25 over lemmas, without example questions", lambda: compared.bm25(every - {Part.QUESTION})
    yield "BM25 over lemmas, with example questions", lambda: compared.bm25(every)
    if rasa_epochs:
        yield f"stock Rasa, {rasa_epochs} epochs", lambda: rank(compared.library, compared.questions, rasa_epochs)
    yield "words as typed", seen(View((Kind.WORDS,), 1))
    yield "lemmas", seen(View((Kind.LEMMAS,), 1))
    yield "synonyms", seen(View((Kind.NOTIONS,), 1))
    yield "form symbols", seen(View((Kind.SYMBOLS,), 1))
    yield "lemmas + synonyms + symbols", seen(View(words, 1))
    yield "letters", seen(View((Kind.LETTERS,), 1))
    yield "all, nearest text instead of learning", but(learned=0.0, whole_article=0.0, nearest=1.0)
    yield "all, without the article as a whole", but(whole_article=0.0)
    yield "all, without sharpening", but(sharpness=1.0)
    yield "all, 150 neighbours", but(neighbours=150)
    yield "all (the product)", but()


def compare(compared: Compared, rasa_epochs: int) -> None:
    """Print a line a method."""
    styles = list(Style)
    print(f"{'method':<46}{'first':>7}{'three':>7}" + "".join(f"{style.value:>11}" for style in styles))
    for name, ranked in methods(compared, rasa_epochs):
        pairs = list(zip(compared.questions, ranked(), strict=True))
        by_style = [share([pair for pair in pairs if pair[0].style is style], 1) for style in styles]
        figures = "".join(f"{figure:>11.3f}" for figure in by_style)
        print(f"{name:<46}{share(pairs, 1):>7.3f}{share(pairs, 3):>7.3f}{figures}", flush=True)


def share(pairs: Sequence[tuple[Question, Ranking]], limit: int) -> float:
    """The share of questions with a right article among the first `limit`."""
    return float(np.mean([not question.articles.isdisjoint(ranking[:limit]) for question, ranking in pairs]))


def grow(library: Library, questions: Sequence[Question], sizes: Sequence[int]) -> None:
    """Print how the time of a search and the memory grow with the number of articles.

    The growing libraries are compared at the same number of example questions an article; the time of BM25 in the
    same run says how fast the machine is.
    """
    background = replace(load_background(), calibration=())
    print(f"\n{'articles':>9}{'texts':>10}{'build s':>9}{'MB':>7}{'p50 ms':>9}{'p95 ms':>9}{'BM25 p95':>10}")
    for size in sizes:
        grown = Library(MappingProxyType(dict(_grown(library, size))))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started = time.perf_counter()
        searcher = Searcher(grown, background=background)
        built = time.perf_counter() - started
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        times = _times(partial(searcher.search, today=TODAY), questions)
        plain = _times(_plain_search(grown, background), questions)
        texts = sum(len(list(of_article(article).documents())) for article in grown.articles.values())
        memory = (after - before) / 1024
        row = (np.percentile(times, 50), np.percentile(times, 95), np.percentile(plain, 95))
        print(f"{size:>9}{texts:>10}{built:>9.0f}{memory:>7.0f}" + "".join(f"{each:>9.1f}" for each in row), flush=True)


def _plain_search(library: Library, background: Background) -> Callable[[str], object]:
    reader = TermReader(background.synonyms, [])
    words = [
        [word for text in article.questions for word in reader.read(text).lemmas]
        for article in library.articles.values()
    ]
    index = BM25(words)
    return lambda text: index.scores(reader.read(text).lemmas)


def _times(search: Callable[[str], object], questions: Sequence[Question]) -> list[float]:
    times = []
    for question in questions:
        started = time.perf_counter()
        search(question.text)
        times.append((time.perf_counter() - started) * 1000)
    return times


def _grown(library: Library, size: int) -> Iterator[tuple[str, Article]]:
    """The real articles with some of their examples, then others made by mixing the words of two of them."""
    draw = random.Random(1)  # a benchmark, and the same one each time
    real = [replace(article, questions=article.questions[:EXAMPLES_WHEN_MANY]) for article in library.articles.values()]
    yield from ((article.id, article) for article in real[:size])
    for number in range(size - len(real)):
        one, other = draw.sample(real, 2)
        mixed = tuple(_mixed(draw, *pair) for pair in zip(one.questions, other.questions, strict=False))
        made = f"made-{number}"
        yield made, replace(one, id=made, title=_mixed(draw, one.title, other.title), questions=mixed, aliases=())


def _mixed(draw: random.Random, one: str, other: str) -> str:
    words = [*one.split(), *other.split()]
    return " ".join(draw.sample(words, max(3, len(words) // 2)) if len(words) > 3 else words)


def filled(library: Library, examples: int | None) -> Library:
    """The library with the amounts of the day, and with only the first example questions if so many are asked for."""
    amounts = load_reference().amounts
    articles: Mapping[str, Article] = {
        key: replace(filled_article(article, amounts, TODAY), questions=article.questions[:examples])
        for key, article in library.articles.items()
    }
    return Library(MappingProxyType(dict(articles)))


def main() -> None:
    """Read the command line and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, help="example questions an article; all unless given")
    parser.add_argument("--rasa", type=int, default=0, metavar="EPOCHS", help="train stock Rasa too")
    parser.add_argument(
        "--growth", type=int, nargs="*", metavar="ARTICLES", help="measure growth instead, at these numbers of articles"
    )
    arguments = parser.parse_args()
    library = filled(load(ARTICLES), arguments.examples)
    questions = [question for question in read_questions(HELD_OUT) if question.articles]
    if arguments.growth is not None:
        grow(library, questions[:300], arguments.growth or SIZES)
    else:
        compare(Compared(library, questions), arguments.rasa)


if __name__ == "__main__":
    main()
