"""Weighs questions against articles: by a classifier learned from their texts, and by whole articles."""

from collections import Counter
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cholesky, get_lapack_funcs

from knowledge.article import Article
from knowledge.documents import Document, Part, documents
from knowledge.errors import IndexingError
from knowledge.evidence import Evidence, Matrix, SearchWeights
from knowledge.terms import TermReader, Terms, joined
from knowledge.views import SparseMatrix, TextSpace

Indices = NDArray[np.intp]


class Judges:
    """Everything learned from one list of articles, in memory; safe to read from several threads."""

    def __init__(self, articles: Sequence[Article], reader: TermReader, weights: SearchWeights) -> None:
        """Analyse all texts and solve the classifier; takes about two seconds for 75 articles."""
        self.documents: tuple[Document, ...] = documents(articles)
        self._articles = len(articles)
        self._weights = weights
        self._terms = [reader.read(document.text) for document in self.documents]
        self._space = TextSpace(weights.views, self._terms)
        self._texts = self._space.vectors(self._terms)
        self._owner = np.array([document.article for document in self.documents], dtype=np.intp)
        self._wholes = self._space.vectors([self._without_questions(n) for n in range(self._articles)])
        self._starts = np.searchsorted(self._owner, np.arange(self._articles))
        self._frequency = Counter(lemma for terms in self._terms for lemma in set(terms.lemmas))
        self._targets = np.eye(self._articles, dtype=np.float32)[self._owner]
        similar = self._similar_texts()
        self._nearest_left_out = self._nearest_without_itself(similar)
        self._nearest_questions = self._nearest(similar[self.questions])
        self._root = self._solve(similar)
        self._coefficients: Matrix = self._root.T @ (self._root @ self._targets)

    def evidence(self, texts: Sequence[Terms]) -> Evidence:
        """What speaks for each article, one row a text."""
        vectors = self._space.vectors(texts)
        similar: Matrix = (vectors @ self._texts.T).toarray()
        known = np.array([self._known(terms, self._frequency) for terms in texts])
        return Evidence(
            self._sharpened(similar) @ self._coefficients, self._whole(vectors), self._nearest(similar), known
        )

    @cached_property
    def questions(self) -> Indices:
        """The numbers of those documents that are example questions."""
        return np.array([n for n, doc in enumerate(self.documents) if doc.part is Part.QUESTION], dtype=np.intp)

    @property
    def owners(self) -> Indices:
        """The article of each example question."""
        owners: Indices = self._owner[self.questions]
        return owners

    def evidence_without_itself(self) -> Evidence:
        """For each example question, what the library would say had the question never been in it."""
        rows = self.questions
        # The prediction for a left-out example follows from the inverse; nothing has to be solved again.
        diagonal = np.square(self._root).sum(axis=0)
        learned = (self._targets - self._coefficients / diagonal[:, None])[rows]
        seen_elsewhere = Counter({lemma: count - 1 for lemma, count in self._frequency.items()})
        known = np.array([self._known(self._terms[row], seen_elsewhere) for row in rows])
        return Evidence(learned, self._whole(self._texts[rows]), self._nearest_left_out, known)

    def evidence_without_its_article(self) -> Evidence:
        """For each example question, what the library would say had its article never been written.

        The column of that article holds no meaning and must not be chosen.
        """
        rows = self.questions
        learned = np.zeros((len(rows), self._articles), dtype=np.float32)
        known = np.zeros(len(rows))
        for article in range(self._articles):
            own = np.flatnonzero(self._owner == article)
            block = self._root[:, own].T @ self._root[:, own]
            left_out = self._targets[own] - np.linalg.solve(block, self._coefficients[own])
            own_words = Counter(lemma for row in own for lemma in set(self._terms[row].lemmas))
            elsewhere = Counter({lemma: self._frequency[lemma] - count for lemma, count in own_words.items()})
            for position in np.flatnonzero(self.owners == article):
                learned[position] = left_out[np.searchsorted(own, rows[position])]
                known[position] = self._known(self._terms[rows[position]], elsewhere)
        return Evidence(learned, self._whole(self._texts[rows]), self._nearest_questions, known)

    def _without_questions(self, article: int) -> Terms:
        # Without them a left-out question meets nothing of itself here, and confidence is learned honestly.
        said = zip(self.documents, self._terms, strict=True)
        return joined([terms for doc, terms in said if doc.article == article and doc.part is not Part.QUESTION])

    def _solve(self, similar: Matrix) -> Matrix:
        kernel = self._sharpened(similar)
        noise = np.array([self._weights.noise[document.part] for document in self.documents], dtype=np.float32)
        kernel[np.diag_indices_from(kernel)] += noise
        # The inverse of the Cholesky factor, a root of the inverse: it gives the solution, and all left-out
        # predictions from which confidence is learned, at a third of the work of the whole inverse.
        factor = cholesky(kernel, lower=True, overwrite_a=True, check_finite=False)
        invert = get_lapack_funcs("trtri", (factor,))
        root, failed = invert(factor, lower=1, overwrite_c=1)
        if failed:
            raise IndexingError(f"the classifier cannot be solved ({failed})")
        solved: Matrix = root
        return solved

    def _similar_texts(self) -> Matrix:
        similar: Matrix = (self._texts @ self._texts.T).toarray()
        return similar

    def _nearest_without_itself(self, similar: Matrix) -> Matrix:
        rows = self.questions
        others = similar[rows]
        others[np.arange(len(rows)), rows] = 0
        return self._nearest(others)

    def _sharpened(self, similar: Matrix) -> Matrix:
        sharpened: Matrix = np.maximum(similar, 0) ** np.float32(self._weights.sharpness)
        return sharpened

    def _whole(self, vectors: SparseMatrix) -> Matrix:
        whole: Matrix = (vectors @ self._wholes.T).toarray()
        return whole

    def _nearest(self, similar: Matrix) -> Matrix:
        # Documents of one article stand together, so its best text is the maximum of one slice.
        nearest: Matrix = np.maximum.reduceat(similar, self._starts, axis=1)
        return nearest

    @staticmethod
    def _known(terms: Terms, frequency: Counter[str]) -> float:
        distinct = set(terms.lemmas)
        return sum(frequency[lemma] > 0 for lemma in distinct) / len(distinct) if distinct else 0.0
