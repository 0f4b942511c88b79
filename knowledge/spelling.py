"""Tells which words no Polish dictionary knows: neither hunspell's, nor Morfeusz, nor the office's own list."""

import re
import shutil
import subprocess
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import morfeusz2

OFFICE_WORDS = Path(__file__).parent / "lint_words.txt"

_LANGUAGE = "pl_PL"
# A name such as "Emp@tia" is one token, and no word.
_TOKEN = re.compile(r"\w+(?:[-@]\w+)*")
_LETTERS = re.compile(r"[^\W\d_]+$")
_LEAST_LETTERS = 2
# Among shorter words the dictionary of inflected forms holds rare ones that are mostly slips of the pen.
_LEAST_LETTERS_OF_FORMS = 4
_MOST_REMEMBERED = 100_000
_ENDING = re.compile(r"(?<=[^\W\d_a-z])-[a-z]{1,4}$")


@dataclass(frozen=True)
class Speller:
    """Knows hunspell's Polish dictionary, the forms of Morfeusz, and the words of the office."""

    program: str
    office_words: frozenset[str]
    _judged: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)
    """Words that were asked for before, and whether they are known: hunspell reads its dictionary at each start."""

    def unknown(self, words: Collection[str]) -> frozenset[str]:
        """Those of the words that are misspelt, or that nobody has told us of."""
        asked = {word for word in words if not self._is_of_office(word)}
        judged = {word: known for word in asked if (known := self._judged.get(word)) is not None}
        if fresh := asked - judged.keys():
            strange = {word for word in _unknown_to_hunspell(self.program, fresh) if not _is_form(word)}
            judged |= {word: word not in strange for word in fresh}
        if len(self._judged) > _MOST_REMEMBERED:
            self._judged.clear()
        self._judged.update(judged)
        return frozenset(word for word, known in judged.items() if not known)

    def _is_of_office(self, word: str) -> bool:
        # As in every dictionary, a word in small letters may also begin a sentence.
        return not self.office_words.isdisjoint({word, word[:1].lower() + word[1:], word.lower()})


def find_speller(office_words: Path = OFFICE_WORDS) -> Speller | None:
    """The speller of this machine; None when hunspell or its Polish dictionary is not installed."""
    program = shutil.which("hunspell")
    if program is None or _run(program, "").returncode != 0:
        return None
    return Speller(program, read_words(office_words))


def read_words(path: Path) -> frozenset[str]:
    """The words of a list, one a line; what follows a # is a remark."""
    lines = (line.partition("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return frozenset(line for line in lines if line)


def words_of(text: str) -> Iterator[str]:
    """The words of a text that have a spelling: no numbers, no single letters, no parts of symbols like "Z-3"."""
    for token in _TOKEN.findall(text):
        for part in _ENDING.sub("", token).split("-"):
            if len(part) >= _LEAST_LETTERS and _LETTERS.match(part):
                yield part


def _unknown_to_hunspell(program: str, words: Collection[str]) -> list[str]:
    ended = _run(program, "\n".join(sorted(words)))
    ended.check_returncode()
    return ended.stdout.split()


def _run(program: str, text: str) -> subprocess.CompletedProcess[str]:
    command = [program, "-i", "UTF-8", "-d", _LANGUAGE, "-l"]
    return subprocess.run(command, input=text, capture_output=True, encoding="utf-8", check=False)


def _is_form(word: str) -> bool:
    if len(word) < _LEAST_LETTERS_OF_FORMS:
        return False
    return any(
        all(tag != "ign" for _, _, (_, _, tag, *_) in _forms().analyse(spelling)) for spelling in {word, word.lower()}
    )


@lru_cache(maxsize=1)
def _forms() -> morfeusz2.Morfeusz:
    return morfeusz2.Morfeusz(generate=False, case_handling=morfeusz2.STRICTLY_CASE_SENSITIVE)
