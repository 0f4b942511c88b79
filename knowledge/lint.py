"""Judges the article files of a folder for the command line and for CI."""

from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import LibraryError, Problem
from knowledge.library import load


@dataclass(frozen=True)
class LintReport:
    """What must be mended (`errors`), what should be looked at (`warnings`), how many articles are usable."""

    articles: int
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]

    @property
    def is_clean(self) -> bool:
        """Whether the library can be published; warnings do not prevent it."""
        return not self.errors


def lint(folder: Path) -> LintReport:
    """Check every article below `folder`; problems are returned, never raised."""
    try:
        library = load(folder)
    except LibraryError as error:
        return LintReport(articles=0, errors=error.problems, warnings=())
    return LintReport(articles=len(library.articles), errors=(), warnings=library.warnings)
