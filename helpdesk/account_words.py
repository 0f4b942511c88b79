"""Words in an answer by mail that may tell of somebody's account: a warning to the writer, no more than that.

What is an identifier is never sent by mail; what only sounds like somebody's own matter is shown to the writer, who
knows whether it is. Pure functions over one data file.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from polish.masking import mask

IDENTIFIERS = frozenset({"pesel", "nip", "regon", "iban", "card", "id_card", "passport", "pin"})
"""Kinds of personal data that no answer by mail may hold."""
_SENTENCE = re.compile(r"[.!?](?=\s)|\n")
LONGEST_SENTENCE = 2_000
"""Characters of a sentence that are looked at."""
MOST = 20


@dataclass(frozen=True)
class Sign:
    """Words that may tell of an account.

    Attributes:
        rule: which rule of the data file found them.
        words: the words themselves, as they were written.
    """

    rule: str
    words: str


def identifiers(text: str) -> Sequence[str]:
    """Return the kinds of identifiers that a text holds, in their order, each once."""
    return list(dict.fromkeys(found.kind for found in mask(text).found if found.kind in IDENTIFIERS))


def signs(text: str) -> Sequence[Sign]:
    """Return what in a text may tell of somebody's account, in its order, at most `MOST`."""
    found: list[Sign] = []
    for sentence in _sentences(text):
        lowered = sentence.lower()
        has_owner = _rules().owner.search(lowered) is not None
        for name, needs_owner, matter in _rules().rules:
            match = matter.search(lowered) if has_owner or not needs_owner else None
            if match is not None:
                found.append(Sign(name, " ".join(sentence[match.start() : match.end()].split())))
    return list(dict.fromkeys(found))[:MOST]


@dataclass(frozen=True)
class _Rules:
    owner: re.Pattern[str]
    rules: Sequence[tuple[str, bool, re.Pattern[str]]]


@cache
def _rules() -> _Rules:
    loaded: Mapping[str, Any] = yaml.safe_load((files("helpdesk") / "data" / "account_words.yaml").read_text("utf-8"))

    def filled(pattern: str) -> re.Pattern[str]:
        return re.compile(pattern.replace("{amount}", loaded["amount"]).replace("{date}", loaded["date"]))

    rules = [(name, rule.get("owner", False), filled(rule["matter"])) for name, rule in loaded["rules"].items()]
    return _Rules(re.compile(loaded["owner"]), rules)


def _sentences(text: str) -> Sequence[str]:
    # Lines that a mail program wrapped belong together; a blank line parts.
    joined = re.sub(r"(?<!\n)\n(?!\n)", " ", text)
    # Lower case must not shift places: the few letters whose lower case is longer are no part of any rule.
    return [part[:LONGEST_SENTENCE].replace("İ", "I") for part in _SENTENCE.split(joined) if part.strip()]
