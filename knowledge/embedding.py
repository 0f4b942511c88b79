"""Meaning by an embedding model, where an operator has one: likeness of texts that share no word.

None is needed, and none is brought along. A model of the sentence-transformers family is loaded from a local folder;
the library comes with the extra `embedding`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from knowledge.errors import EmbeddingError
from knowledge.evidence import Matrix
from knowledge.subjects import Part, Subject


class Encoder(Protocol):
    """Turns texts into vectors of length one, one row a text; texts of like meaning have a product near 1."""

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Return the vectors."""


@dataclass(frozen=True)
class LocalModel:
    """A model in a folder; loaded when it is first used, and not kept on disk with an index."""

    folder: str

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Return the vectors of the texts.

        Raises:
            EmbeddingError: the library is not installed, or the folder holds no model that it can load.
        """
        vectors: Matrix = _loaded(self.folder).encode(
            list(texts), normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return vectors


@lru_cache(maxsize=1)
def _loaded(folder: str) -> Any:
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as problem:
        raise EmbeddingError("sentence-transformers is missing; install the extra `embedding`") from problem
    if not Path(folder).is_dir():
        raise EmbeddingError(f"{folder} is not a folder")
    try:
        return SentenceTransformer(folder, device="cpu", local_files_only=True)
    except Exception as problem:  # the library raises errors of several families for a folder it cannot read
        raise EmbeddingError(f"{folder} holds no model that can be loaded: {problem}") from problem


@dataclass(frozen=True)
class Meanings:
    """The example questions and names of subjects as vectors of their meaning."""

    encoder: Encoder
    vectors: Matrix
    owners: tuple[str, ...]
    """For each vector the key of its subject."""

    def of(self, text: str, keys: Sequence[str]) -> Matrix:
        """The likeness (0..1) of a text to the most like text of each subject, in the order of the keys; one row."""
        number = {key: place for place, key in enumerate(keys)}
        columns = np.array([number[owner] for owner in self.owners], dtype=np.intp)
        likeness = np.zeros((1, len(keys)), dtype=np.float32)
        np.maximum.at(likeness[0], columns, self.vectors @ self.encoder.encode([text])[0])
        return likeness

    def changed(self, subjects: Sequence[Subject], withdrawn: Collection[str]) -> "Meanings":
        """The same with some subjects new or written anew, and some taken away."""
        gone = {subject.key for subject in subjects} | set(withdrawn)
        kept = [place for place, owner in enumerate(self.owners) if owner not in gone]
        fresh = read_meanings(self.encoder, subjects)
        owners = (*(self.owners[place] for place in kept), *fresh.owners)
        return Meanings(self.encoder, np.concatenate([self.vectors[kept], fresh.vectors]), owners)


def read_meanings(encoder: Encoder, subjects: Sequence[Subject]) -> Meanings:
    """Encode the questions and names of the subjects. Raises EmbeddingError."""
    parts = {Part.QUESTION, Part.NAME}
    pairs = [(subject.key, text) for subject in subjects for part, text in subject.documents() if part in parts]
    empty = np.zeros((0, encoder.encode([""]).shape[1]), dtype=np.float32)
    vectors = encoder.encode([text for _, text in pairs]) if pairs else empty
    return Meanings(encoder, vectors, tuple(key for key, _ in pairs))
