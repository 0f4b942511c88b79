"""Folding: one spelling for words typed with and without Polish letters."""

import unicodedata

# The stroke of these letters is not a combining mark, so decomposition alone would keep it.
_STROKED = str.maketrans({"\u0142": "l", "\u00f8": "o", "\u0111": "d", "\u00df": "ss"})


def fold(text: str) -> str:
    """Return the text in lower case with every accent removed, so that both spellings of a word are equal."""
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(_STROKED))
    return "".join(char for char in decomposed if not unicodedata.combining(char))
