"""Recognises a question that makes sense only after an answer, and which part of the article it asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import chain
from pathlib import Path

import yaml

from knowledge.synonyms import folded_lemmas
from polish.analysis import Token, analyse
from polish.folding import fold

FILE = Path(__file__).parent / "follow_ups.yaml"
MOST_WORDS = 9


class Aspect(str, Enum):
    """What may be asked about a topic: the field of the article that tells it."""

    STEPS = "steps"
    DOCUMENTS = "documents"
    FORMS = "forms"
    DEADLINES = "deadlines"
    WHERE = "where"
    FEES = "fees"
    LEGAL_BASIS = "legal_basis"
    SUMMARY = "summary"


@dataclass(frozen=True)
class _Words:
    cues: Mapping[str, Aspect]
    light: frozenset[str]


def follow_up(text: str) -> Aspect | None:
    """Return what a message asks about the topic talked of before; None when it names a topic or asks nothing."""
    tokens = analyse(text)
    words = _words()
    if not tokens or len(tokens) > MOST_WORDS:
        return None
    asked = [words.cues[key] for token in tokens for key in _keys(token) if key in words.cues]
    if not asked or not all(_keys(token) & (words.light | words.cues.keys()) for token in tokens):
        return None
    # "jak długo to trwa" asks for the time: a plain "jak" or "ile" gives way to the word it goes with.
    return next((aspect for aspect in asked if aspect not in (Aspect.STEPS, Aspect.SUMMARY)), asked[0])


@lru_cache(maxsize=1)
def _words() -> _Words:
    raw = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    cues = {fold(cue): Aspect(entry["part"]) for entry in raw["aspects"] for cue in entry["cues"]}
    return _Words(cues, frozenset(fold(word) for word in chain.from_iterable(raw["light"])))


def _keys(token: Token) -> frozenset[str]:
    return frozenset({token.folded, *folded_lemmas(token.lemmas)})
