"""The terms of the office in plain words, and which of them a message wants explained."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml

from knowledge.errors import DataFileError
from knowledge.library import Library
from knowledge.reference_words import LONGEST_REQUEST, Keys, compared, expression, keys_of, load_reference_words
from polish.analysis import Token, analyse
from polish.folding import fold

DEFAULT_FILE = Path(__file__).parent / "glossary.yaml"


@dataclass(frozen=True)
class Term:
    """A term and its meaning; `article` is the id of the article that says more."""

    term: str
    definition: str
    aliases: tuple[str, ...]
    article: str
    source: str | None = None
    as_of: str | None = None
    common: bool = False
    """The word is also used for other things: alone, it does not ask what it means."""

    @property
    def names(self) -> tuple[str, ...]:
        """The term and its aliases."""
        return (self.term, *self.aliases)


def load_glossary(path: Path = DEFAULT_FILE) -> tuple[Term, ...]:
    """Read the terms of a YAML file.

    Raises DataFileError that names the entry at fault, also when two terms have a name in common.
    """
    entries: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    terms = tuple(_term(path.name, number, entry) for number, entry in enumerate(entries, start=1))
    names = Counter(name for term in terms for name in {fold(name) for name in term.names})
    repeated = [name for name, count in names.items() if count > 1]
    if repeated:
        raise DataFileError(f"{path.name}: two terms share the name {repeated[0]!r}")
    return terms


class Glossary:
    """Finds terms by their names, and the one term whose meaning a message asks."""

    def __init__(self, terms: Sequence[Term], library: Library) -> None:
        """Take the terms, and the articles, which answer some of them when only their name is typed."""
        self.terms = tuple(terms)
        self._words = words = load_reference_words()
        self._beside = words.plain | words.meaning
        self._by_name: Mapping[str, Term] = {fold(name): term for term in terms for name in term.names}
        self._names = [(expression(name), term) for term in terms for name in term.names]
        self._beginning: dict[str, list[int]] = {}
        """The places in `_names` of the names whose first word has this form."""
        for place, (name, _) in enumerate(self._names):
            for key in name[0] if name else ():
                self._beginning.setdefault(key, []).append(place)
        self._titles = tuple(
            analyse(name) for article in library.articles.values() for name in (article.title, *article.aliases)
        )

    def by_name(self, name: str) -> Term | None:
        """The term of a name, in any inflection and without Polish letters."""
        exact = self._by_name.get(fold(name.strip()))
        if exact is not None or len(name) > LONGEST_REQUEST:
            return exact
        tokens = analyse(name)
        return next((term for words, term in self._names if compared(words, tokens)), None)

    def asked_for(self, text: str) -> Term | None:
        """The term, when the message asks what it means, or is nothing but a technical term.

        There is none when the message asks anything else besides, or when an article has the bare term as its
        title or alias.
        """
        tokens = analyse(text) if len(text) <= LONGEST_REQUEST else ()
        found = self._longest(tokens)
        if found is None:
            return None
        term, start, length = found
        rest = [*tokens[:start], *tokens[start + length :]]
        if not all(map(self._beside.has, rest)):
            return None
        if self._asks_meaning(rest) or self._is_technical(term, tokens[start : start + length], rest):
            return term
        return None

    def _longest(self, tokens: Sequence[Token]) -> tuple[Term, int, int] | None:
        """The longest name of a term in the tokens, with its place and length; the first of equals."""
        found = [
            (len(self._names[place][0]), -place, -start)
            for start, token in enumerate(tokens)
            for key in keys_of(token)
            for place in self._beginning.get(key, ())
            if compared(self._names[place][0], tokens[start : start + len(self._names[place][0])])
        ]
        if not found:
            return None
        length, place, start = max(found)
        return self._names[-place][1], -start, length

    def _asks_meaning(self, rest: Sequence[Token]) -> bool:
        words = self._words
        return any(map(words.meaning_signs.has, rest)) or any(
            (first.has(one) and second.has(other)) or (first.has(other) and second.has(one))
            for one, other in combinations(rest, 2)
            for first, second in words.meaning_pairs
        )

    def _is_technical(self, term: Term, named: Sequence[Token], rest: Sequence[Token]) -> bool:
        if term.common or not all(map(self._words.plain.has, rest)):
            return False
        keys = [keys_of(token) for token in named]
        return not any(_holds(title, keys) for title in self._titles)


def _holds(title: Sequence[Token], keys: Sequence[Keys]) -> bool:
    """Whether the words stand one after another in the title."""
    return any(compared(keys, title[start : start + len(keys)]) for start in range(len(title) - len(keys) + 1))


def _term(file: str, number: int, entry: dict[str, Any]) -> Term:
    try:
        return Term(
            term=str(entry["term"]),
            definition=str(entry["definition"]),
            aliases=tuple(map(str, entry["aliases"])),
            article=str(entry["related_topic"]),
            source=entry.get("source"),
            as_of=entry.get("as_of"),
            common=bool(entry.get("common", False)),
        )
    except (KeyError, TypeError, AttributeError) as problem:
        raise DataFileError(f"{file}: entry {number}: {problem!r} is missing or wrong") from problem
