"""Analysis: a text as words with their dictionary forms, ready for search and for classification."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import spacy
from spacy.tokenizer import Tokenizer

from polish.folding import fold
from polish.morphology import lemmas_of

# Symbols of forms ("Z-3", "PIT-11A", "ERN-R") and electronic things ("e-ZLA", "e-wizyta") stay whole.
_SYMBOL = re.compile(r"(?:[^\W\d_]{1,4}-\d{1,2}[^\W\d_]?|[A-Z]{2,4}-[A-Z]{1,2}|[eE]-[^\W\d_]{2,})$")
# "e-wizyty" is inflected; what is shorter ("e-ZLA") is an abbreviation.
_ELECTRONIC = re.compile(r"e-(?=[^\W\d_]{5,}$)")
_READABLE = re.compile(r"\w")
_PLUS = "plus"


@dataclass(frozen=True)
class Token:
    """A word, number or form symbol.

    `folded` is the text without accents in lower case; `lemmas` are its distinct dictionary forms in
    lower case with Polish letters (the word itself when unknown); `start` is its place in the text.
    """

    text: str
    folded: str
    lemmas: tuple[str, ...]
    start: int = 0


def analyse(text: str) -> tuple[Token, ...]:
    """Return the words, numbers and form symbols of the text in their order, without punctuation."""
    return tuple(_tokens(text))


def _tokens(text: str) -> Iterator[Token]:
    previous = ""
    for piece in _tokenizer()(text):
        written = piece.text
        read = _read(written)
        if read is not None:
            yield Token(written, *read, piece.idx)
        elif written == "+" and previous.isdigit():
            # "800+" and "800 plus" name the same benefit.
            yield Token(written, _PLUS, (_PLUS,), piece.idx)
        previous = written


@lru_cache(maxsize=50_000)
def _read(word: str) -> tuple[str, tuple[str, ...]] | None:
    """The folded word and its lemmas; None for what is no word. The same words come again and again."""
    return (fold(word), _lemmas(word)) if _READABLE.search(word) else None


def _lemmas(word: str) -> tuple[str, ...]:
    lowered = word.lower()
    electronic = _ELECTRONIC.match(lowered)
    if electronic:
        prefix, rest = lowered[: electronic.end()], lowered[electronic.end() :]
        return tuple(prefix + lemma for lemma in lemmas_of(rest)) or (lowered,)
    if not lowered.isalpha():
        return (lowered,)
    return lemmas_of(lowered) or (lowered,)


@lru_cache(maxsize=1)
def _tokenizer() -> Tokenizer:
    tokenizer: Tokenizer = spacy.blank("pl").tokenizer
    tokenizer.token_match = _SYMBOL.match
    return tokenizer
