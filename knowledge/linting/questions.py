"""Rules: what people ask of one article, they do not ask of another one, or the search cannot tell them apart."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from knowledge.errors import Problem
from knowledge.linting.review import Review
from knowledge.linting.similarity import near_pairs, spelling_of
from knowledge.synonyms import folded_lemmas
from polish.analysis import analyse

LIKENESS = 0.85
"""Share of common trigrams from which two questions are nearly the same."""
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class _Asked:
    """An example question and where it stands."""

    file: str
    line: int
    text: str

    @property
    def numbers(self) -> frozenset[str]:
        return frozenset(_NUMBER.findall(self.text))

    def like(self, other: "_Asked", how: str) -> Problem:
        return Problem(self.file, self.line, f"questions: {how} stands in {other.file}:{other.line}: {other.text!r}")


_Pair = tuple[_Asked, _Asked]


def equal_questions(review: Review) -> Iterator[Problem]:
    """Questions of two articles that differ in nothing but capitals, Polish letters and punctuation."""
    for first, second in _pairs_by(_questions(review), lambda asked: spelling_of(asked.text)):
        if first.file != second.file:
            yield second.like(first, "the same question")


def near_questions(review: Review) -> Iterator[Problem]:
    """Questions of two articles that differ in a few letters, or in endings and the order of words."""
    questions = _questions(review)
    spelt = ((questions[a], questions[b]) for a, b in near_pairs([asked.text for asked in questions], LIKENESS))
    for first, second in dict.fromkeys(chain(spelt, _pairs_by(questions, lambda asked: _lemmas(asked.text)))):
        if first.file != second.file and _may_be_confused(first, second):
            yield second.like(first, "nearly the same question")


def _may_be_confused(first: _Asked, second: _Asked) -> bool:
    # Another number is another matter: the thirteenth pension is not the fourteenth. Equal ones are another rule's.
    return first.numbers == second.numbers and spelling_of(first.text) != spelling_of(second.text)


def _questions(review: Review) -> list[_Asked]:
    return [
        _Asked(page.file, page.place("questions", item), question)
        for page in review.pages
        for item, question in enumerate(page.article.questions)
    ]


def _pairs_by(questions: Sequence[_Asked], key_of: Callable[[_Asked], Collection[str]]) -> Iterator[_Pair]:
    """Each question with the first one of the same key; an empty key is like no other."""
    first: dict[Collection[str], _Asked] = {}
    for asked in questions:
        key = key_of(asked)
        if key and first.setdefault(key, asked) is not asked:
            yield first[key], asked


def _lemmas(text: str) -> frozenset[str]:
    return frozenset(folded_lemmas(token.lemmas)[0] for token in analyse(text))
