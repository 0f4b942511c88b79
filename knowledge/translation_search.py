"""Finds which translated article answers a question in a foreign language, or that none does.

The articles are few and their example questions are written for this, so a linear classifier over parts of words does
it; questions that none of them answers are a class of their own. Everything is compared in one rough Latin spelling,
so that Ukrainian, Russian, and Ukrainian typed in Latin letters meet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, make_union

from knowledge.errors import DataFileError
from knowledge.translations import FOLDER, Translation, Translations
from polish.transliteration import rough_latin

REFUSALS = FOLDER / "refusals.yaml"
_NOTHING = ""
_READ = 1_000
"""The question of a long text stands at its beginning."""


@dataclass(frozen=True)
class FoundTranslation:
    """An article and the probability (0 to 1) that it answers."""

    article: str
    confidence: float


class TranslationSearcher:
    """The search over the translations into one language."""

    def __init__(self, translations: Mapping[str, Translation], refusals: Sequence[str]) -> None:
        """Learn from the titles and example questions, and from questions that nothing answers."""
        asked = [(text, one.id) for one in translations.values() for text in (one.title, *one.questions)]
        asked += [(text, _NOTHING) for text in refusals]
        texts, self._answers = [rough_latin(text) for text, _ in asked], [article for _, article in asked]
        self._features, self._classifier = _features(), _classifier()
        self._examples = self._features.fit_transform(texts)
        self._classifier.fit(self._examples, self._answers)

    def search(self, text: str) -> tuple[FoundTranslation, ...]:
        """Return the articles, likeliest first; empty when it is likeliest that none answers."""
        read = rough_latin(text[:_READ])
        if not any(char.isalpha() for char in read):
            return ()
        asked = self._features.transform([read])
        shares = self._classifier.predict_proba(asked)[0]
        ranked = sorted(zip(self._classifier.classes_, shares, strict=True), key=lambda pair: -pair[1])
        if ranked[0][0] == _NOTHING:
            return ()
        # A question most like one that nothing answers is at best half as sure.
        nearest = self._answers[(self._examples @ asked.T).toarray().argmax()]
        trust = 0.5 if nearest == _NOTHING else 1.0
        return tuple(FoundTranslation(str(one), trust * float(share)) for one, share in ranked if one != _NOTHING)


@lru_cache(maxsize=1)
def load_refusals(path: Path = REFUSALS) -> tuple[str, ...]:
    """Read the questions that no translation answers. Raises DataFileError."""
    found: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
        raise DataFileError(f"{path.name}: must be a list of questions")
    return tuple(found)


@lru_cache(maxsize=4)
def searcher_of(translations: Translations, lang: str) -> TranslationSearcher:
    """Return the search over the translations into a language; learned once, which takes about a second."""
    return TranslationSearcher(translations.into(lang), load_refusals())


def _features() -> FeatureUnion:
    parts = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2)
    words = TfidfVectorizer(analyzer="word", sublinear_tf=True, min_df=2)
    return make_union(parts, words).set_params(transformer_weights={"tfidfvectorizer-1": 0.7, "tfidfvectorizer-2": 0.7})


def _classifier() -> LogisticRegression:
    # Chosen by cross-validation over the example questions; see docs/languages.md.
    return LogisticRegression(C=10, max_iter=2_000, class_weight="balanced")
