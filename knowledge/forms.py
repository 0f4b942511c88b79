"""The official forms: what each is for and where it goes, and which of them a message asks for."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from helpdesk.queues import Profile
from knowledge.article import Article
from knowledge.errors import DataFileError
from knowledge.library import Library
from knowledge.reference_words import LONGEST_REQUEST, Keys, keys_of, load_reference_words
from polish.analysis import Token, analyse
from polish.folding import fold

DEFAULT_FILE = Path(__file__).parent / "forms.yaml"

# "ZUS DRA cz. II" and "ZUS-US-OFE-03" are four words.
_LONGEST_SYMBOL = 4
_OFFICE = "zus"
_YEAR = re.compile(r"20\d\d")
_PIECE = re.compile(r"[^\W\d_]+|\d+")

_Bag = tuple[Keys, ...]


@dataclass(frozen=True)
class Form:
    """An official form. `articles` are the ids of those that name it, the best first; `Forms` fills them in."""

    symbol: str
    name: str
    purpose: str
    profiles: tuple[Profile, ...]
    where_to_submit: str
    aliases: tuple[str, ...]
    as_of: str
    source: str
    articles: tuple[str, ...] = ()
    other_symbols: tuple[str, ...] = ()
    """Former symbols of the same form, and other ways to write it."""
    is_matter: bool = False
    """The symbol also names the matter ("A1"): it means the form only beside a word such as "form"."""

    @property
    def slug(self) -> str:
        """The symbol as part of an address: "zus-zua", "z-3a"."""
        return re.sub(r"[\W_]+", "-", fold(self.symbol)).strip("-")

    @property
    def symbols(self) -> tuple[str, ...]:
        """The symbol and the other ones."""
        return (self.symbol, *self.other_symbols)


def load_forms(path: Path = DEFAULT_FILE) -> tuple[Form, ...]:
    """Read the forms of a YAML file.

    Raises DataFileError that names the entry at fault, also when two forms have the same symbol or slug.
    """
    entries: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    forms = tuple(_form(path.name, number, entry) for number, entry in enumerate(entries, start=1))
    uses = [use for form in forms for use in {form.slug, *map(compact, form.symbols)}]
    repeated = [use for use, count in Counter(uses).items() if count > 1]
    if repeated:
        raise DataFileError(f"{path.name}: two forms share the symbol {repeated[0]!r}")
    return forms


def compact(symbol: str) -> str:
    """The letters and digits of a symbol without the office's name: the same however it is typed."""
    return "".join(_pieces(symbol))


class Forms:
    """Finds forms by their symbols, and the one form that a message asks for."""

    def __init__(self, forms: Sequence[Form], library: Library) -> None:
        """Take the forms and the articles that mention them."""
        self._words = words = load_reference_words()
        self._beside_name = words.plain | words.request | words.seeking | words.form | words.application
        self._beside_symbol = self._beside_name | words.paper
        articles = _articles(forms, library)
        self.forms = tuple(replace(form, articles=articles.get(form.symbol, ())) for form in forms)
        self._by_compact = {compact(symbol): form for form in self.forms for symbol in form.symbols}
        self._by_pieces = {_pieces(symbol): form for form in self.forms for symbol in form.symbols}
        self._unaccented = {compact(one) for form in forms for one in form.symbols if fold(one) == one.lower()}
        self._by_slug = {form.slug: form for form in self.forms}
        self._names = [(form, bag) for form in self.forms for bag in self._bags(form)]

    def by_symbol(self, symbol: str) -> Form | None:
        """The form of a symbol, however it is typed: "ZUS ZUA", "zua", "Z-3a", "z3a", "ZUS DRA cz. II"."""
        return self._by_compact.get(compact(symbol))

    def by_slug(self, slug: str) -> Form | None:
        """The form with this part of an address."""
        return self._by_slug.get(slug)

    def asked_for(self, text: str) -> Form | None:
        """The form, when the message asks for nothing but a form; none when it asks anything else besides."""
        tokens = analyse(text) if len(text) <= LONGEST_REQUEST else ()
        return self._asked_by_symbol(tokens) or self._asked_by_name(tokens)

    def _asked_by_symbol(self, tokens: Sequence[Token]) -> Form | None:
        named: dict[str, Form] = {}
        rest: list[Token] = []
        place = 0
        while place < len(tokens):
            form, length = self._symbol_at(tokens, place)
            if form is None:
                rest.append(tokens[place])
            else:
                named[form.symbol] = form
            place += length
        if len(named) != 1:
            return None
        (form,) = named.values()
        wanted = any(self._words.form.has(token) for token in rest)
        if form.is_matter and not wanted:
            return None
        own = self._own_words(form) if wanted or any(map(self._words.seeking.has, rest)) else frozenset()
        return form if all(self._is_beside_symbol(token) or keys_of(token) & own for token in rest) else None

    def _is_beside_symbol(self, token: Token) -> bool:
        written = token.folded in self._words.singular or bool(_YEAR.fullmatch(token.text))
        return written or self._beside_symbol.has(token)

    def _symbol_at(self, tokens: Sequence[Token], place: int) -> tuple[Form | None, int]:
        for length in range(min(_LONGEST_SYMBOL, len(tokens) - place), 0, -1):
            typed = " ".join(token.text for token in tokens[place : place + length])
            # "erp 7" is a symbol in two words, but "o l4" is not "OL-4".
            form = self._by_pieces.get(_pieces(typed)) if length > 1 else self.by_symbol(typed)
            # Where a symbol has no Polish letters, "zła" is a word and not "ZLA".
            if form is not None and (fold(typed) == typed.lower() or compact(typed) not in self._unaccented):
                return form, length
        return None, 1

    def _asked_by_name(self, tokens: Sequence[Token]) -> Form | None:
        words = self._words
        # Who names the matter only ("wniosek o emeryturę") wants an article; the form must be asked for as a form.
        paper = words.application | words.paper
        asks_for_paper = any(map(paper.has, tokens)) and any(map(words.seeking.has, tokens))
        if not asks_for_paper and not any(map(words.form.has, tokens)):
            return None
        rest = frozenset(token for token in tokens if not self._beside_name.has(token))
        found = [(len(bag), form) for form, bag in self._names if _is_only(bag, tokens, rest)]
        longest = max((length for length, _ in found), default=0)
        best = {form.symbol: form for length, form in found if length == longest}
        return next(iter(best.values())) if len(best) == 1 else None

    def _bags(self, form: Form) -> Iterator[_Bag]:
        """The telling words of each name, in any order."""
        silent = self._words.plain | self._words.form | self._words.application
        for name in (form.name, *form.aliases):
            yield tuple(keys_of(token) for token in analyse(name) if not silent.has(token))

    def _own_words(self, form: Form) -> Keys:
        return frozenset().union(*(word for own, bag in self._names if own is form for word in bag))


def _is_only(bag: _Bag, tokens: Sequence[Token], rest: frozenset[Token]) -> bool:
    """Whether the tokens hold every word of the bag, and `rest`, which no other word explains, holds no other."""
    if not bag or not all(any(word & keys_of(token) for token in tokens) for word in bag):
        return False
    return all(any(word & keys_of(token) for word in bag) for token in rest)


def _articles(forms: Sequence[Form], library: Library) -> Mapping[str, tuple[str, ...]]:
    """The ids of the articles that list each form, those first that mention it most in title and summary."""
    by_compact = {compact(symbol): form for form in forms for symbol in form.symbols}
    ranks: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for article in library.articles.values():
        for place, listed in enumerate(article.forms):
            form = by_compact.get(compact(listed))
            if form is not None:
                ranks[form.symbol].setdefault(article.id, (-_mentions(form, article), place))
    return {symbol: tuple(sorted(of, key=lambda key: (of[key], key))) for symbol, of in ranks.items()}


def _mentions(form: Form, article: Article) -> int:
    symbols = {fold(symbol).removeprefix(f"{_OFFICE} ") for symbol in form.symbols}
    text = fold(f"{article.title}\n{article.summary}")
    return sum(len(re.findall(rf"(?<![\w-]){re.escape(symbol)}(?![\w-])", text)) for symbol in symbols)


@lru_cache(maxsize=20_000)
def _pieces(symbol: str) -> tuple[str, ...]:
    """The runs of letters and of digits in a symbol: those of "Z-15A" are "z", "15" and "a"."""
    pieces = tuple(_PIECE.findall(fold(symbol)))
    return pieces[1:] if pieces[0:1] == (_OFFICE,) else pieces


def _form(file: str, number: int, entry: dict[str, Any]) -> Form:
    try:
        return Form(
            symbol=str(entry["symbol"]),
            name=str(entry["name"]),
            purpose=str(entry["purpose"]),
            profiles=tuple(map(Profile, entry["profiles"])),
            where_to_submit=str(entry["where_to_submit"]),
            aliases=tuple(map(str, entry["aliases"])),
            as_of=str(entry["as_of"]),
            source=str(entry["source"]),
            other_symbols=tuple(map(str, entry.get("other_symbols", ()))),
            is_matter=bool(entry.get("is_matter", False)),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise DataFileError(f"{file}: entry {number}: {problem!r} is missing or wrong") from problem
