"""Which numbers of a text are sums of money."""

import re

from polish import resources

_DECIMALS = re.compile(r"[.,]\d{1,2}(?![\d.])")
_WORD = re.compile(r"\s*([^\W\d_]+|[€$£])")
_SIGN_BEFORE = re.compile(r"[€$£]\s?$")


def is_money(text: str, start: int, end: int) -> bool:
    """Tell whether the number of a reading at `start` to `end` is a sum: decimals or a currency say so."""
    if _DECIMALS.match(text, end) or _SIGN_BEFORE.search(text[max(0, start - 2) : start]):
        return True
    word = _WORD.match(text[end : end + 20])
    return word is not None and word.group(1) in resources.load("masking")["currencies"]
