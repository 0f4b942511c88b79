"""Finds the articles that answer a question, and says how sure it is of the first one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import yaml

from helpdesk.queues import Profile
from knowledge.article import Article
from knowledge.confidence import Confidence, Expectation
from knowledge.evidence import Matrix, SearchWeights
from knowledge.judges import Judges
from knowledge.library import Library
from knowledge.synonyms import Synonyms, load_synonyms
from knowledge.terms import TermReader, sentences

OFF_TOPIC_FILE = Path(__file__).parent / "off_topic.yaml"

_DEFAULT_WEIGHTS = SearchWeights()
_DEFAULT_EXPECTATION = Expectation()


@dataclass(frozen=True)
class Hit:
    """An article found and its score, which orders the hits of one question and means nothing else."""

    article: str
    score: float


@dataclass(frozen=True)
class SearchResult:
    """The best articles first, and the probability (0..1) that the first of them answers the question."""

    hits: tuple[Hit, ...] = ()
    confidence: float = 0.0


class Searcher:
    """The index over one library, built once in memory; any number of threads may search it."""

    def __init__(
        self,
        library: Library,
        *,
        synonyms: Synonyms | None = None,
        off_topic: Sequence[str] | None = None,
        weights: SearchWeights = _DEFAULT_WEIGHTS,
        expectation: Expectation = _DEFAULT_EXPECTATION,
    ) -> None:
        """Build the index.

        `synonyms` and `off_topic` (texts that no article of this office could answer) come from the files
        beside this module unless given.
        """
        self._articles: tuple[Article, ...] = tuple(library.articles.values())
        self._weights = weights
        if not self._articles:
            return
        symbols = sorted({form for article in self._articles for form in article.forms})
        self._reader = TermReader(synonyms or load_synonyms(), symbols)
        self._judges = Judges(self._articles, self._reader, weights)
        strange = load_off_topic() if off_topic is None else off_topic
        evidence = self._judges.evidence([self._reader.read(text) for text in strange]) if strange else None
        self._confidence = Confidence(self._judges, evidence, weights, expectation)

    def search(self, query: str, *, today: date, profile: Profile | str | None = None, limit: int = 5) -> SearchResult:
        """Return at most `limit` articles valid on `today` that share anything with the query.

        `profile` puts articles written for that group of customers slightly higher.
        """
        served = np.array([article.is_valid_on(today) for article in self._articles], dtype=bool)
        if not served.any():
            return SearchResult()
        terms = [self._reader.read(text) for text in (query, *sentences(query))]
        if not terms[0].words:
            return SearchResult()
        evidence = self._judges.evidence(terms).merged(self._weights.sentence)
        related = served & (np.maximum(evidence.nearest, evidence.whole)[0] > 0)
        if not related.any():
            return SearchResult()
        scores: Matrix = np.where(related, evidence.scores(self._weights), -np.inf)
        confidence = float(self._confidence.of(evidence, scores)[0])
        ranked = scores[0] + self._weights.profile * self._suits(profile)
        order = [int(number) for number in np.argsort(-ranked, kind="stable")[:limit] if related[number]]
        hits = tuple(Hit(self._articles[number].id, float(ranked[number])) for number in order)
        return SearchResult(hits, confidence)

    def left_out_accuracy(self, limit: int) -> float:
        """How often an example question, were it not in the library, finds its article in the first hits."""
        scores = self._judges.evidence_without_itself().scores(self._weights)
        own = scores[np.arange(len(scores)), self._judges.owners]
        better_or_equal = (scores >= own[:, None]).sum(axis=1) - 1
        return float(np.mean(better_or_equal < limit))

    def _suits(self, profile: Profile | str | None) -> Matrix:
        # The general profile is everybody's: it prefers nothing.
        wanted = None if profile in (None, Profile.GENERAL, Profile.GENERAL.value) else profile
        return np.array([wanted in article.profiles for article in self._articles], dtype=float)


def load_off_topic(path: Path = OFF_TOPIC_FILE) -> tuple[str, ...]:
    """Read the texts from which the search learns what a question looks like that it cannot answer."""
    return tuple(str(text) for text in yaml.safe_load(path.read_text(encoding="utf-8")))
