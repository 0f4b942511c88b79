"""Judges the article files of a folder for the command line and for CI."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path

from knowledge import forms
from knowledge.amounts import load_amounts
from knowledge.errors import DataFileError, LibraryError, Problem
from knowledge.library import load
from knowledge.linting.misspellings import misspelt
from knowledge.linting.pages import lay_out
from knowledge.linting.questions import equal_questions, near_questions
from knowledge.linting.readability import foggy, long_sentences
from knowledge.linting.relations import dead_relations
from knowledge.linting.review import Limits, Review
from knowledge.linting.symbols import unknown_forms
from knowledge.linting.translations import outdated_translations, translation_errors
from knowledge.linting.validity import expired, expiring, old_sources
from knowledge.plain_language import load_plain_language
from knowledge.spelling import find_speller
from knowledge.translations import Translations, load_translations

Rule = Callable[[Review], Iterable[Problem]]

ERRORS: tuple[Rule, ...] = (dead_relations, unknown_forms, expired, equal_questions)
"""What these find must be mended before the library is published."""
WARNINGS: tuple[Rule, ...] = (expiring, old_sources, near_questions, foggy, long_sentences, misspelt)
"""What these find an editor should look at."""

_NO_SPELLER = "spelling was not checked: install the Debian packages hunspell and hunspell-pl"


@dataclass(frozen=True)
class LintReport:
    """What must be mended (`errors`), what should be looked at (`warnings`), how many articles are usable."""

    articles: int
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    skipped: tuple[str, ...] = ()
    """The rules that could not be followed on this machine, a line for each."""

    @property
    def is_clean(self) -> bool:
        """Whether the library can be published; warnings do not prevent it."""
        return not self.errors


def lint(
    folder: Path,
    *,
    today: date,
    limits: Limits | None = None,
    strict: bool = False,
    translations: Path | None = None,
) -> LintReport:
    """Check every article below `folder` as of `today`; problems are returned, never raised.

    With `strict`, a rule that cannot be followed on this machine is an error. `translations` is the folder of the
    articles' translations; without it only articles are checked.
    """
    try:
        library = load(folder)
        translated = load_translations(translations) if translations else Translations()
        known = forms.Forms(forms.load_forms(), library)
    except LibraryError as error:
        return LintReport(articles=0, errors=error.problems, warnings=())
    except DataFileError as error:
        return LintReport(articles=0, errors=(Problem(forms.DEFAULT_FILE.name, 1, str(error)),), warnings=())
    pages = lay_out(folder, library)
    review = Review(pages, today, limits or Limits(), load_plain_language(), known, find_speller())
    skipped = () if review.speller else (_NO_SPELLER,)
    refused = [Problem(folder.name, 1, reason) for reason in skipped if strict]
    errors = tuple(
        sorted(
            {
                *_follow(ERRORS, review),
                *translation_errors(translated, library.articles, load_amounts()),
                *refused,
            }
        )
    )
    outdated = outdated_translations(translated, library.articles)
    warnings = {*library.warnings, *_follow(WARNINGS, review), *outdated}
    return LintReport(len(pages), errors, _not_yet_told(warnings, errors), () if refused else skipped)


def _follow(rules: Sequence[Rule], review: Review) -> Iterator[Problem]:
    return chain.from_iterable(rule(review) for rule in rules)


def _not_yet_told(warnings: Iterable[Problem], errors: Iterable[Problem]) -> tuple[Problem, ...]:
    # The loader only warns of some things that stop a publication, so that a draft can still be tried.
    told = {(problem.file, problem.line) for problem in errors}
    return tuple(sorted(warning for warning in warnings if (warning.file, warning.line) not in told))
