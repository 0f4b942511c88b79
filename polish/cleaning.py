"""Cleaning: what was typed or mailed, without the characters nobody can see."""

import re
import unicodedata

_BREAKS = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_BLANKS = re.compile(r"[^\S\n]+")
_AROUND_BREAK = re.compile(r" ?\n ?")
_KEPT = frozenset("\n\t")


def clean(text: str) -> str:
    """Return the text in NFC without control and zero-width characters.

    Line breaks are kept (each as one newline), runs of blanks become one blank, and blanks at the
    ends of lines and of the text are removed.
    """
    composed = unicodedata.normalize("NFC", _BREAKS.sub("\n", text))
    invisible = [char for char in set(composed) - _KEPT if _is_invisible(char)]
    visible = composed.translate(dict.fromkeys(map(ord, invisible))) if invisible else composed
    return _AROUND_BREAK.sub("\n", _BLANKS.sub(" ", visible)).strip()


def _is_invisible(char: str) -> bool:
    # Cc: controls; Cf: zero-width, soft hyphen, direction marks; Co, Cs: private use and lone surrogates.
    return unicodedata.category(char) in {"Cc", "Cf", "Co", "Cs"}
