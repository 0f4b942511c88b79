"""Looks at one article before others see it, by the rules of the linter; each finding belongs to a field."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import chain

from knowledge.article import Article
from knowledge.base import KnowledgeBase
from knowledge.errors import LibraryError, Problem
from knowledge.library import parse
from knowledge.linting.misspellings import misspelt
from knowledge.linting.pages import page_of
from knowledge.linting.readability import foggy, long_sentences
from knowledge.linting.review import Limits, Review
from knowledge.linting.similarity import spelling_of
from knowledge.linting.symbols import unknown_forms
from knowledge.linting.validity import expired, expiring, old_sources
from knowledge.plain_language import load_plain_language
from knowledge.spelling import Speller, find_speller
from knowledge.writing import FIELDS

TEXT = "text"
"""The field of what concerns the file as a whole."""
_FIELD = re.compile(rf"^(?P<field>{'|'.join((*FIELDS, 'body'))}): (?P<rest>.+)$", re.DOTALL)
_MISSING = re.compile(r"^field '(?P<field>\w+)' is missing$")
_ERRORS = (unknown_forms, expired)
_WARNINGS = (expiring, old_sources, foggy, long_sentences, misspelt)


@dataclass(frozen=True)
class Finding:
    """Something to mend in a field, or in the `text` as a whole; the reason is that of the linter, in English."""

    field: str
    reason: str


@dataclass(frozen=True)
class Findings:
    """What keeps an article from its review (`errors`), and what its editor should look at (`warnings`)."""

    errors: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()


def check(text: str, file: str, base: KnowledgeBase, today: date, limits: Limits | None = None) -> Findings:
    """Look at the text of a file as of `today`, beside the published articles of `base`; nothing is raised."""
    try:
        article = parse(text, file)
    except LibraryError as error:
        return Findings(tuple(dict.fromkeys(_of(problem.reason) for problem in error.problems)))
    page = page_of(article, text)
    review = Review((page,), today, limits or Limits(), load_plain_language(), base.forms, _speller())
    own = (*base.reference.amounts.problems(article), *_dead_relations(article, base), *_equal_questions(article, base))
    errors = [*map(_of, own), *(_of(problem.reason) for problem in _follow(_ERRORS, review))]
    warnings = [*map(_of, _repeated(article)), *(_of(problem.reason) for problem in _follow(_WARNINGS, review))]
    return Findings(tuple(dict.fromkeys(errors)), tuple(dict.fromkeys(warnings)))


def _of(reason: str) -> Finding:
    missing, told = _MISSING.match(reason), _FIELD.match(reason)
    if missing:
        return Finding(missing["field"], "is missing")
    if told:
        return Finding(told["field"], told["rest"])
    if reason.startswith("plain language: "):
        return Finding("summary", reason)
    return Finding("body" if reason == "the body is empty" else TEXT, reason)


def _dead_relations(article: Article, base: KnowledgeBase) -> Iterator[str]:
    for related in article.related:
        if related not in base.library.articles or related == article.id:
            yield f"related: no article {related!r}"


def _equal_questions(article: Article, base: KnowledgeBase) -> Iterator[str]:
    keys = {_key(question): question for question in article.questions}
    for other in base.library.articles.values():
        if other.id != article.id:
            for same in keys.keys() & {_key(question) for question in other.questions}:
                yield f"questions: the same question stands in {other.id}: {keys[same]!r}"


def _repeated(article: Article) -> Iterator[str]:
    for key, count in Counter(map(spelling_of, article.questions)).items():
        if count > 1:
            yield f"questions: the same question stands here twice: {key!r}"


def _follow(rules: Sequence[Callable[[Review], Iterable[Problem]]], review: Review) -> Iterator[Problem]:
    return chain.from_iterable(rule(review) for rule in rules)


@lru_cache(maxsize=50_000)
def _key(question: str) -> str:
    """The questions of all articles are compared at each look at one; they hardly change."""
    return spelling_of(question)


@lru_cache(maxsize=1)
def _speller() -> Speller | None:
    return find_speller()
