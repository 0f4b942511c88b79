"""Transliteration: one rough Latin spelling for Ukrainian and Russian words, whatever letters they were typed in."""

import re
from functools import cache

from polish import resources
from polish.folding import fold

_APOSTROPHES = re.compile("[\u02bc\u2018\u2019\u0060\u00b4]")


def rough_latin(text: str) -> str:
    """Return the text in lower-case Latin letters, without accents; what is spelt by ear comes out alike.

    It is made for comparing, not for reading: letters that people mix up are one.
    """
    tables = resources.load("transliteration")
    lowered = _APOSTROPHES.sub("'", text.lower())
    # Before accents are folded: folding would make one letter of two Cyrillic ones.
    folded = fold(lowered if lowered.isascii() else lowered.translate(_cyrillic()))
    for group, letters in tables["latin"]:
        folded = folded.replace(group, letters)
    return folded


@cache
def _cyrillic() -> dict[int, str]:
    return {ord(char): latin for char, latin in resources.load("transliteration")["cyrillic"].items()}
