"""Groups of expressions that mean one thing, recognised in analysed text whatever their inflection."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from knowledge.errors import DataFileError
from polish.analysis import Token, analyse
from polish.folding import fold

DEFAULT_FILE = Path(__file__).parent / "synonyms.yaml"

_Keys = frozenset[str]


@dataclass(frozen=True)
class _Expression:
    notion: str
    words: tuple[_Keys, ...]

    def begins(self, keys: Sequence[_Keys], start: int) -> bool:
        """Whether the words of this expression stand one after another from `start` on."""
        found = keys[start : start + len(self.words)]
        return len(found) == len(self.words) and all(a & b for a, b in zip(self.words, found, strict=True))


class Synonyms:
    """Finds the notions of a text: the first expression of each group of which any expression occurs."""

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        """Take groups of expressions, each written once, in its basic form."""
        by_first_word: dict[str, list[_Expression]] = defaultdict(list)
        for group in groups:
            for text in group:
                words = tuple(_keys(token) for token in analyse(text))
                for key in words[0] if words else ():
                    by_first_word[key].append(_Expression(group[0], words))
        self._by_first_word: Mapping[str, list[_Expression]] = dict(by_first_word)

    def notions(self, tokens: Sequence[Token]) -> tuple[str, ...]:
        """The distinct notions named in the tokens, in the order of their appearance."""
        return tuple(dict.fromkeys(self._found([_keys(token) for token in tokens])))

    def _found(self, keys: Sequence[_Keys]) -> Iterator[str]:
        for start, words in enumerate(keys):
            candidates = [item for word in sorted(words) for item in self._by_first_word.get(word, ())]
            found = [item for item in candidates if item.begins(keys, start)]
            # "500 plus" inside "500 plus for those who cannot live alone" is not the benefit for children.
            longest = max((len(item.words) for item in found), default=0)
            yield from (item.notion for item in found if len(item.words) == longest)


def load_synonyms(path: Path = DEFAULT_FILE) -> Synonyms:
    """Read the groups of a YAML file. Raises DataFileError when it is not a list of lists of texts."""
    groups = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(groups, list):
        raise DataFileError(f"{path.name}: must be a list of groups")
    for number, group in enumerate(groups, start=1):
        if not isinstance(group, list) or len(group) < 2 or not all(isinstance(text, str) for text in group):
            raise DataFileError(f"{path.name}: group {number} must be a list of two or more texts")
    return Synonyms(groups)


@lru_cache(maxsize=50_000)
def folded_lemmas(lemmas: tuple[str, ...]) -> tuple[str, ...]:
    """The dictionary forms of a word, each folded; words repeat so much that it pays to remember them."""
    return tuple(fold(lemma) for lemma in lemmas)


def _keys(token: Token) -> _Keys:
    return frozenset({token.folded, *folded_lemmas(token.lemmas)})
