"""Learns from the texts of each subject how to tell it from those most like it, and weighs questions by that.

Each subject is a column: a ridge regression in its own right over its texts and the texts of others nearest to
them. A column can be solved alone, so a changed article needs a fraction of a second, whatever the library's size.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import LinAlgError, solve

from knowledge.bags import Bags, bags, weigh
from knowledge.errors import IndexingError
from knowledge.evidence import Evidence, SearchWeights, Vector
from knowledge.space import SparseMatrix, TextSpace, fitted, product
from knowledge.subjects import Part, Subject
from knowledge.terms import TermReader, Terms, joined

Indices = NDArray[np.intp]


@dataclass(frozen=True)
class Texts:
    """The texts of all subjects: the terms that lead to each, its column, and how little it is trusted."""

    postings: SparseMatrix
    """Terms in rows, texts in columns: a question meets only texts that share a term with it."""
    columns: Indices
    noise: Vector


@dataclass(frozen=True)
class _Solved:
    rows: Indices
    columns: Indices
    values: Vector


@dataclass(frozen=True)
class Columns:
    """Everything learned from some subjects; immutable, so any number of threads may ask it."""

    keys: tuple[str, ...]
    kinds: NDArray[np.str_]
    space: TextSpace
    weights: SearchWeights
    texts: Texts
    coefficients: SparseMatrix
    """Texts in rows, subjects in columns."""
    wholes: SparseMatrix
    """Terms in rows; in columns the texts of a subject, without its example questions, as one."""
    bags: Bags
    known: frozenset[str]
    """The dictionary forms that occur in the texts."""

    def evidence(self, asked: Sequence[Terms]) -> Evidence:
        """What speaks for each subject, one row a text."""
        vectors = [self.space.vector(terms) for terms in asked]
        similar = [product(vector, self.texts.postings) for vector in vectors]
        learned = [row ** np.float32(self.weights.sharpness) @ self.coefficients for row in similar]
        return Evidence(
            np.array(learned),
            np.array([product(vector, self.wholes) for vector in vectors]),
            np.array([self._nearest(row) for row in similar]),
            self.bags.likeness(asked),
            np.array([self._share_known(terms) for terms in asked]),
        )

    def changed(self, subjects: Sequence[Subject], withdrawn: Collection[str], reader: TermReader) -> "Columns":
        """The same columns with some subjects new or written anew, and some taken away.

        Only the columns of `subjects` are solved. What the others had learned of texts that stay as they were holds;
        they learn of new texts when everything is learned again.
        """
        gone = {subject.key for subject in subjects} | set(withdrawn)
        kept = [number for number, key in enumerate(self.keys) if key not in gone]
        rows = np.flatnonzero(np.isin(self.texts.columns, kept))
        place = np.full(len(self.keys), -1, dtype=np.intp)
        place[kept] = np.arange(len(kept))
        read = _read(subjects, reader)
        vectors = self.space.vectors([terms for parts in read for _, terms in parts])
        fresh = _texts(read, vectors, self.weights, first_column=len(kept))
        texts = Texts(
            sparse.hstack([self.texts.postings[:, rows], fresh.postings], "csr"),
            np.concatenate([place[self.texts.columns[rows]], fresh.columns]),
            np.concatenate([self.texts.noise[rows], fresh.noise]),
        )
        old = self.coefficients[rows][:, kept].tocoo()
        unchanged = self._carried(fresh, subjects, kept, first_row=len(rows))
        desk = _Desk(texts, self.weights)
        solved = [desk.column(len(kept) + number) for number in range(len(subjects))]
        return replace(
            self,
            keys=(*(self.keys[number] for number in kept), *(subject.key for subject in subjects)),
            kinds=np.concatenate([self.kinds[kept], _kinds(subjects)]),
            texts=texts,
            coefficients=_together(
                [_Solved(old.row, old.col, old.data), *unchanged, *solved],
                texts=len(texts.columns),
                columns=len(kept) + len(subjects),
            ),
            wholes=sparse.hstack([self.wholes[:, kept], _wholes(read, self.space)], "csr"),
            bags=weigh(sparse.vstack([self.bags.counts[kept], bags(_joined(read))], "csr")),
            known=self.known | _dictionary_forms(read),
        )

    def _carried(
        self, fresh: Texts, subjects: Sequence[Subject], kept: Sequence[int], first_row: int
    ) -> Iterator[_Solved]:
        """What other columns had learned of the texts of changed subjects that are the same as before."""
        places = {key: number for number, key in enumerate(self.keys)}
        for number, subject in enumerate(subjects):
            if subject.key not in places:
                continue
            before = np.flatnonzero(self.texts.columns == places[subject.key])
            after = np.flatnonzero(fresh.columns == len(kept) + number)
            known = dict(zip(_marks(self.texts.postings[:, before]), before, strict=True))
            pairs = [
                (row, known[mark])
                for row, mark in zip(after, _marks(fresh.postings[:, after]), strict=True)
                if mark in known
            ]
            if pairs:
                rows, old = (np.array(side, dtype=np.intp) for side in zip(*pairs, strict=True))
                learned = self.coefficients[old][:, kept].tocoo()
                yield _Solved(first_row + rows[learned.row], learned.col, learned.data)

    def _nearest(self, similar: Vector) -> Vector:
        nearest = np.zeros(len(self.keys), dtype=np.float32)
        # The texts of a subject stand together.
        columns = self.texts.columns
        first = np.flatnonzero(np.diff(columns, prepend=-1))
        nearest[columns[first]] = np.maximum.reduceat(similar, first)
        return nearest

    def _share_known(self, terms: Terms) -> float:
        distinct = set(terms.lemmas)
        return len(distinct & self.known) / len(distinct) if distinct else 0.0


_Read = Sequence[Sequence[tuple[Part, Terms]]]
"""For each subject its texts, analysed."""


def learn(subjects: Sequence[Subject], reader: TermReader, weights: SearchWeights) -> Columns:
    """Analyse the texts of the subjects and solve every column.

    Raises:
        IndexingError: the weights make a column unsolvable.
    """
    read = _read(subjects, reader)
    space, vectors = fitted(weights.views, [terms for parts in read for _, terms in parts])
    texts = _texts(read, vectors, weights, first_column=0)
    desk = _Desk(texts, weights)
    with ThreadPoolExecutor() as pool:  # the libraries below work outside Python's lock
        solved = list(pool.map(desk.column, range(len(subjects))))
    return Columns(
        keys=tuple(subject.key for subject in subjects),
        kinds=_kinds(subjects),
        space=space,
        weights=weights,
        texts=texts,
        coefficients=_together(solved, texts=len(texts.columns), columns=len(subjects)),
        wholes=_wholes(read, space),
        bags=weigh(bags(_joined(read))),
        known=_dictionary_forms(read),
    )


class _Desk:
    """Solves columns; holds the texts a second time, by rows, while it works."""

    def __init__(self, texts: Texts, weights: SearchWeights) -> None:
        self._texts = texts
        self._rows = texts.postings.T.tocsr()
        self._weights = weights

    def column(self, number: int) -> _Solved:
        """The coefficients of one column: near 1 for its own texts, near 0 for its nearest neighbours."""
        own = np.flatnonzero(self._texts.columns == number)
        chosen = np.concatenate([own, self._neighbours(own)])
        rows = self._rows[chosen]
        kernel = _sharpened(rows @ rows.T, self._weights).toarray()
        kernel[np.diag_indices_from(kernel)] += self._texts.noise[chosen]
        wanted = (np.arange(len(chosen)) < len(own)).astype(np.float32)
        try:
            solution: Vector = solve(kernel, wanted, assume_a="pos", overwrite_a=True, check_finite=False)
        except LinAlgError as problem:
            raise IndexingError(f"a column cannot be solved: {problem}") from problem
        return _Solved(chosen, np.full(len(chosen), number), solution)

    def _neighbours(self, own: Indices) -> Indices:
        summed = sparse.csr_matrix(np.ones((1, len(own)), np.float32)) @ self._rows[own]
        near = (summed @ self._texts.postings).toarray().ravel()
        near[own] = 0
        most = min(self._weights.neighbours, int(np.count_nonzero(near)))
        chosen: Indices = np.argpartition(-near, most - 1)[:most] if most else own[:0]
        return chosen


def _marks(postings: SparseMatrix) -> list[bytes]:
    """For each text (a column of terms) what it holds, comparable."""
    texts = postings.tocsc()
    ends = zip(texts.indptr[:-1], texts.indptr[1:], strict=True)
    return [texts.indices[start:end].tobytes() + texts.data[start:end].tobytes() for start, end in ends]


def _sharpened(similar: SparseMatrix, weights: SearchWeights) -> SparseMatrix:
    sharpened = similar.copy()
    sharpened.data **= np.float32(weights.sharpness)
    return sharpened


def _together(solved: Iterable[_Solved], *, texts: int, columns: int) -> SparseMatrix:
    parts = list(solved)
    places = (np.concatenate([part.rows for part in parts]), np.concatenate([part.columns for part in parts]))
    values = np.concatenate([part.values for part in parts]).astype(np.float32)
    return sparse.csr_matrix((values, places), shape=(texts, columns))


def _read(subjects: Sequence[Subject], reader: TermReader) -> _Read:
    return [[(part, reader.read(text)) for part, text in subject.documents()] for subject in subjects]


def _texts(read: _Read, vectors: SparseMatrix, weights: SearchWeights, *, first_column: int) -> Texts:
    counts = [len(parts) for parts in read]
    noise = np.array([weights.noise[part] for parts in read for part, _ in parts], dtype=np.float32)
    columns = np.repeat(np.arange(first_column, first_column + len(read), dtype=np.intp), counts)
    return Texts(vectors.T.tocsr(), columns, noise)


def _wholes(read: _Read, space: TextSpace) -> SparseMatrix:
    # Questions are weighed one by one; joined with the rest they would drown it.
    wholes = [joined([terms for part, terms in parts if part is not Part.QUESTION]) for parts in read]
    return space.vectors(wholes).T.tocsr()


def _kinds(subjects: Sequence[Subject]) -> NDArray[np.str_]:
    return np.array([subject.kind.value for subject in subjects], dtype=np.str_)


def _joined(read: _Read) -> list[Terms]:
    return [joined([terms for _, terms in parts]) for parts in read]


def _dictionary_forms(read: _Read) -> frozenset[str]:
    return frozenset(lemma for parts in read for _, terms in parts for lemma in terms.lemmas)
