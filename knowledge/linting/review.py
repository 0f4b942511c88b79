"""What the rules look at: the pages, the day, the limits, and what is known from elsewhere."""

from dataclasses import dataclass
from datetime import date

from knowledge.forms import Forms
from knowledge.linting.pages import Page
from knowledge.plain_language import PlainLanguage
from knowledge.spelling import Speller


@dataclass(frozen=True)
class Limits:
    """From where on an editor is warned."""

    source_months: int = 24
    """Months after which the newest source of an article is old."""
    fog: float = 12.0
    """Fog index above which a text is hard; up to 12 it asks for no more than a secondary school."""
    sentence_words: int = 35
    """Words above which a sentence is long."""


@dataclass(frozen=True)
class Review:
    """One look through all pages on one day; rules take it and yield problems."""

    pages: tuple[Page, ...]
    today: date
    limits: Limits
    language: PlainLanguage
    forms: Forms
    speller: Speller | None
    """None when this machine has no Polish dictionary."""
