"""The errors of the knowledge package."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong in an article file, and where."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


class KnowledgeError(Exception):
    """Any failure of the knowledge package."""


class LibraryError(KnowledgeError):
    """The article files cannot be used as they are; `problems` lists everything that must be mended."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class DataFileError(KnowledgeError):
    """A data file beside the articles (synonyms, institutions, forms...) is not written as it must be."""


class IndexingError(KnowledgeError):
    """The search index of a library could not be computed; the weights of the search are at fault."""


class EmbeddingError(KnowledgeError):
    """The embedding model of the settings cannot be used: its library or its folder is at fault."""


class DraftOpen(KnowledgeError):
    """The article is being changed already: it has a draft that is neither published nor discarded."""


class OwnReview(KnowledgeError):
    """Who wrote in a draft last cannot review it, nor decide that its figures do not matter."""


class StaleBase(KnowledgeError):
    """A newer version was published since the draft was begun; it must be brought together with that first."""


class NotYetAllowed(KnowledgeError):
    """The evaluation does not let a draft be published: it is missing, or a figure falls under its floor.

    Attributes:
        needs_run: whether an evaluation of the draft as it is now must run first.
        broken: the names of the figures that lie on the wrong side of their floor.
    """

    def __init__(self, *, needs_run: bool, broken: Sequence[str] = ()) -> None:
        super().__init__("needs a run" if needs_run else ", ".join(broken))
        self.needs_run, self.broken = needs_run, tuple(broken)
