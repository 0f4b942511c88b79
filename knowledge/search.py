"""Finds the articles that answer a question, and says how sure it is of the first one."""

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from helpdesk.queues import Profile
from knowledge.article import Article
from knowledge.columns import learn
from knowledge.confidence import Confidence, Expectation, Known, Mask, learn_confidence
from knowledge.embedding import Encoder, read_meanings
from knowledge.evidence import Evidence, Matrix, SearchWeights, stacked
from knowledge.institutions import Institution, load_institutions
from knowledge.library import Library
from knowledge.off_topic import load_off_topic
from knowledge.question_sets import CALIBRATION, Question, read_questions
from knowledge.space import SparseMatrix, TextSpace
from knowledge.subjects import SubjectKind, institution_key, of_article, of_institution, of_strange
from knowledge.synonyms import Synonyms, load_synonyms
from knowledge.terms import TermReader, sentences


@dataclass(frozen=True)
class Hit:
    """An article found and its score, which orders the hits of one question and means nothing else."""

    article: str
    score: float


@dataclass(frozen=True)
class SearchResult:
    """The best articles first, and the probability (0..1) that the first of them answers the question.

    `institution` is the likeliest other institution, with the probability that the matter is its.
    """

    hits: tuple[Hit, ...] = ()
    confidence: float = 0.0
    institution: str | None = None
    institution_confidence: float = 0.0


@dataclass(frozen=True)
class Background:
    """What the search learns from besides the articles; see the files beside this module."""

    synonyms: Synonyms
    institutions: tuple[Institution, ...]
    strange: tuple[str, ...]
    """Texts that no article and no institution could answer."""
    calibration: tuple[Question, ...]
    """Questions whose answers are known; without any, confidence is 0."""


def load_background() -> Background:
    """Read the files beside this module. Raises DataFileError when one is wrong."""
    return Background(load_synonyms(), load_institutions(), load_off_topic(), read_questions(CALIBRATION))


class Searcher:
    """The index over one library, immutable: any number of threads may search it."""

    _served_on: tuple[date | None, Mask] = (None, np.zeros(0, dtype=bool))
    """The day of the last search, and what may be shown on it."""
    _last: tuple[str, Evidence | None] = ("", None)
    """The last query, and what speaks for each subject: one message is searched several times, for several groups."""

    def __init__(
        self,
        library: Library,
        *,
        background: Background | None = None,
        weights: SearchWeights | None = None,
        expectation: Expectation | None = None,
        encoder: Encoder | None = None,
    ) -> None:
        """Learn everything; takes about half a minute for 200 articles of 60 questions.

        `background` comes from the files beside this module unless given. An `encoder`'s likeness of meaning is
        added to what the words say.

        Raises:
            DataFileError: a file of the background is wrong.
            EmbeddingError: the encoder cannot be used.
        """
        learnt_from = background or load_background()
        self._articles: Mapping[str, Article] = dict(library.articles)
        self._weights = weights or SearchWeights()
        symbols = sorted({form for article in library.articles.values() for form in article.forms})
        self._reader = TermReader(learnt_from.synonyms, symbols)
        subjects = [of_article(article) for article in library.articles.values()]
        subjects += [of_institution(institution) for institution in learnt_from.institutions]
        subjects += [of_strange(learnt_from.strange)] if learnt_from.strange else []
        self._columns = learn(subjects, self._reader, self._weights)
        self._meanings = read_meanings(encoder, subjects) if encoder else None
        self._confidence = self._calibrated(learnt_from.calibration, expectation or Expectation())

    def changed(
        self, articles: Sequence[Article], withdrawn: Collection[str] = (), institutions: Sequence[Institution] = ()
    ) -> "Searcher":
        """The same search with some articles and institutions new or changed, and other articles withdrawn.

        It takes a fraction of a second.

        How sure the search may be is not learned again.
        """
        other = copy(self)
        other._served_on = (None, np.zeros(0, dtype=bool))
        other._last = ("", None)
        gone = {article.id for article in articles} | set(withdrawn)
        kept = {key: article for key, article in self._articles.items() if key not in gone}
        other._articles = kept | {article.id: article for article in articles}
        subjects = [*map(of_article, articles), *map(of_institution, institutions)]
        other._columns = self._columns.changed(subjects, withdrawn, self._reader)
        other._meanings = self._meanings.changed(subjects, withdrawn) if self._meanings else None
        return other

    @property
    def space(self) -> TextSpace:
        """The space of the texts; the same object while it is the same space."""
        return self._columns.space

    def vectors(self, texts: Sequence[str]) -> SparseMatrix:
        """The texts as vectors of the search's space, one row each; a product of two is their likeness (0..1)."""
        return self.space.vectors([self._reader.read(text) for text in texts])

    def search(self, query: str, *, today: date, profile: Profile | str | None = None, limit: int = 5) -> SearchResult:
        """Return at most `limit` articles valid on `today` that share anything with the query.

        `profile` puts articles written for that group of customers slightly higher.
        """
        evidence = self._evidence(query)
        if evidence is None:
            return SearchResult()
        served = self._served(today)
        related = np.maximum(evidence.nearest, evidence.whole)[0] > 0
        scores: Matrix = np.where(served & related, evidence.scores(self._weights), -np.inf)
        institution, institution_confidence = self._elsewhere(evidence, scores)
        mine = related & served & (self._columns.kinds == SubjectKind.ARTICLE.value)
        if not mine.any():
            return SearchResult((), 0.0, institution, institution_confidence)
        confidence = float(self._confidence.of(SubjectKind.ARTICLE, evidence, scores, self._columns.kinds)[0])
        suits = self._weights.profile * self._suits(profile)
        ranked = np.where(mine, scores[0] + suits, -np.inf)
        order = [int(number) for number in np.argsort(-ranked, kind="stable")[:limit] if mine[number]]
        hits = tuple(Hit(self._columns.keys[number], float(ranked[number])) for number in order)
        return SearchResult(hits, confidence, institution, institution_confidence)

    def _evidence(self, query: str) -> Evidence | None:
        """What speaks for each subject by words and by meaning; None when there are no words."""
        last, evidence = self._last
        if query == last:
            return evidence
        evidence = self._said(query)
        if evidence is not None and self._meanings is not None:
            evidence = evidence.with_meaning(self._meanings.of(query, self._columns.keys), self._weights)
        self._last = query, evidence
        return evidence

    def _said(self, query: str) -> Evidence | None:
        """What the words say; of a long text those sentences that tell most."""
        terms = self._reader.read(query)
        if not terms.words:
            return None
        parts = sentences(query)
        if len(parts) < self._weights.long_text:
            return self._columns.evidence([terms])
        each = self._columns.evidence([self._reader.read(part) for part in parts])
        strength = each.scores(replace(self._weights, bag=0.0)).max(axis=1)
        telling = [
            part for part, tells in zip(parts, strength, strict=True) if tells >= self._weights.telling * max(strength)
        ]
        core = self._columns.evidence([self._reader.read(". ".join(telling))])
        return stacked([core, each]).merged(self._weights.sentence)

    def _elsewhere(self, evidence: Evidence, scores: Matrix) -> tuple[str | None, float]:
        places = np.flatnonzero(np.isfinite(scores[0]) & (self._columns.kinds == SubjectKind.INSTITUTION.value))
        if not len(places):
            return None, 0.0
        best = places[scores[0][places].argmax()]
        confidence = self._confidence.of(SubjectKind.INSTITUTION, evidence, scores, self._columns.kinds)
        return self._columns.keys[best].removeprefix(institution_key("")), float(confidence[0])

    def _calibrated(self, questions: Sequence[Question], expectation: Expectation) -> Confidence:
        pairs = [(self._right(question), self._evidence(question.text)) for question in questions]
        known = [(right, evidence) for right, evidence in pairs if right is not None and evidence is not None]
        if not known:
            return Confidence()
        evidence = stacked([evidence for _, evidence in known])
        right = np.array([right for right, _ in known], dtype=bool)
        return learn_confidence(Known(evidence, right), self._columns.kinds, self._weights, expectation)

    def _right(self, question: Question) -> Mask | None:
        """The columns that are right; None when what is right is not in this index."""
        wanted = set(question.articles)
        wanted |= {institution_key(question.institution)} if question.institution else set()
        right: Mask = np.isin(np.array(self._columns.keys), list(wanted))
        return right if right.any() or not wanted else None

    def _served(self, today: date) -> Mask:
        """The columns that may be shown: all but the articles that are not valid on the day."""
        day, served = self._served_on
        if day != today:
            articles = (self._articles.get(key) for key in self._columns.keys)
            served = np.array([article is None or article.is_valid_on(today) for article in articles], dtype=bool)
            self._served_on = (today, served)
        return served

    def _suits(self, profile: Profile | str | None) -> Matrix | float:
        # The general profile is everybody's: it prefers nothing.
        wanted = None if profile in (None, Profile.GENERAL, Profile.GENERAL.value) else profile
        if wanted is None:
            return 0.0
        articles = (self._articles.get(key) for key in self._columns.keys)
        return np.array([article is not None and wanted in article.profiles for article in articles], dtype=float)
