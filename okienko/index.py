"""The release's articles and their search index on disk: built once, loaded quickly by every process."""

import copyreg
import fcntl
import hashlib
import os
import pickle
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zlib import crc32

import structlog
from threadpoolctl import threadpool_limits

from knowledge.base import KnowledgeBase, Reference, assembled, build, load_reference
from knowledge.embedding import LocalModel
from knowledge.library import Library, load
from knowledge.search import Searcher
from okienko.places import ARTICLES, ROOT

INPUTS = ("knowledge", "polish")
"""What the index is made from: articles, synonyms and the code that reads them."""
LIBRARIES = ("morfeusz2", "numpy", "pydantic", "scikit-learn", "scipy", "spacy")
"""The libraries below it: another version of one may read its pickles otherwise, or find other words."""

log = structlog.get_logger(__name__)


def fingerprint(places: Sequence[str]) -> str:
    """Return a text that changes with any file of these places (files or folders below the checkout)."""
    digest = hashlib.sha256()
    for name in places:
        place = ROOT / name
        files = sorted(file for file in place.rglob("*") if file.is_file()) if place.is_dir() else [place]
        for file in files:
            if file.suffix != ".pyc":
                digest.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def knowledge(folder: Path, embedding_model: str = "") -> KnowledgeBase:
    """Return the release's own knowledge base.

    Args:
        folder: the data folder. The index lies in it, readable by its owner alone: it is unpickled, so whoever
            may write it may run code.
        embedding_model: the folder of an embedding model, or nothing.

    Raises:
        LibraryError: an article is wrong.
        EmbeddingError: the embedding model cannot be used.
    """
    libraries = " ".join(f"{name}-{version(name)}" for name in LIBRARIES)
    made_with = crc32(f"{libraries} {embedding_model}".encode())
    found = _loaded((folder / "index" / f"{fingerprint(INPUTS)}-{made_with:08x}.pickle").resolve(), embedding_model)
    # A search multiplies small matrices: more threads for one product would only wait for each other.
    threadpool_limits(limits=1)
    return found


@lru_cache(maxsize=1)
def _loaded(file: Path, embedding_model: str) -> KnowledgeBase:
    reference = load_reference()
    found = _kept(file)
    if found is None:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Of several processes that start at once, one builds it and the others wait.
        with file.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            found = _kept(file) or _built(file, reference, embedding_model)
    return assembled(*found, reference)


def _kept(file: Path) -> tuple[Library, Searcher] | None:
    try:
        found: tuple[Library, Searcher] = pickle.loads(file.read_bytes())  # noqa: S301  # our own file, see above
    except FileNotFoundError:
        return None
    except Exception as problem:  # a damaged file is no reason not to start: it is made anew
        log.warning("index.unreadable", problem=type(problem).__name__)
        return None
    return found


def _built(file: Path, reference: Reference, embedding_model: str) -> tuple[Library, Searcher]:
    log.info("index.building", articles=str(ARTICLES.relative_to(ROOT)))
    encoder = LocalModel(embedding_model) if embedding_model else None
    # The amounts in the index are those of the day it is built; whoever shows an article fills in the day's own.
    made = build(load(ARTICLES), reference, datetime.now(UTC).date(), encoder)
    _keep(file, (made.library, made.searcher))
    return made.library, made.searcher


def _keep(file: Path, made: tuple[Library, Searcher]) -> None:
    begun = file.with_suffix(f".{os.getpid()}")
    begun.touch(mode=0o600)
    begun.write_bytes(pickle.dumps(made, protocol=pickle.HIGHEST_PROTOCOL))
    begun.rename(file)
    for old in file.parent.glob("*.pickle"):
        if old != file:
            old.unlink(missing_ok=True)
            old.with_suffix(".lock").unlink(missing_ok=True)


def _frozen(values: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(values)


# Read-only mappings cannot be pickled by themselves; this tells how they are taken apart and put together.
copyreg.pickle(MappingProxyType, lambda mapping: (_frozen, (dict(mapping),)))
