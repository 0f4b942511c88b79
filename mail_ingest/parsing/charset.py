"""Bytes to text, whatever the label says: Polish mail is mislabelled in a few well-known ways."""

import codecs
import re
from dataclasses import dataclass
from functools import cache

from charset_normalizer import from_bytes

from mail_ingest.datafiles import read, words

GOOD_FIT = 0.9
"""Share of non-ASCII characters that must be Polish before a label is overruled."""
SAMPLE = 20_000
"""Bytes that are looked at when the set of a text must be guessed."""
_BOMS = (b"\xff\xfe", b"\xfe\xff")
_ESCAPES = (b"\x1b$B", b"\x1b$@", b"\x1b$)C", b"\x1b(J")
"""How Japanese and Korean mail of seven bits says that its own characters begin."""
_SURROGATES = re.compile("[\ud800-\udfff]")
FEW = 12
"""Bytes beyond ASCII from which no set can be guessed."""
MOSTLY = 0.6
BROKEN = "\N{REPLACEMENT CHARACTER}"
_SYMBOL_IN_WORD = re.compile(r"(?<=[^\W\d_])[^\x00-\x7f\w]|[^\x00-\x7f\w](?=[^\W\d_])|[\xb2\xb3\xb9\xbc-\xbe\x80-\x9f]")


@dataclass(frozen=True)
class Decoded:
    """A text, and what was wrong with its bytes or their label (None: nothing)."""

    text: str
    defect: str | None = None


def decode(data: bytes, label: str | None) -> Decoded:
    """Return the text of bytes that carry this label (None: no label); never raises."""
    name = codec_name(label)
    decoded = _decode(data, name)
    if decoded.defect is None and label and name is None:
        decoded = Decoded(decoded.text, f"unknown character set {label[:40]!a}")
    repaired = unscramble(decoded.text)
    if repaired != decoded.text:
        decoded = Decoded(repaired, "text was encoded as UTF-8 twice")
    return Decoded(repaired.replace("\0", ""), decoded.defect)


def codec_name(label: str | None) -> str | None:
    """Return Python's name of a character set, or None when the label names none."""
    plain = (label or "").split(";")[0].strip().strip("\"'").strip().lower()
    plain = str(read("charsets")["aliases"].get(plain, plain))
    if not plain or plain in words("charsets", "refused"):
        return None
    try:
        codec = codecs.lookup(plain)
        "".encode(plain)
    except (LookupError, ValueError, UnicodeError, TypeError):
        return None
    return codec.name


def _decode(data: bytes, name: str | None) -> Decoded:
    if name is not None and name.startswith(("utf-16", "utf-32")) and b"\0" not in data and not data.startswith(_BOMS):
        # A program wrote the name of its own strings over text of another set.
        name = None
    elif name in {None, "ascii", "utf-8"} and data.startswith(_BOMS):
        name = "utf-16"
    if name in {None, "ascii", "utf-8", "cp1252"} and data.isascii() and any(mark in data for mark in _ESCAPES):
        name = "iso2022_kr" if b"\x1b$)C" in data else "iso2022_jp_ext"
    plain = _as_ascii(data)
    if plain is not None and (name is None or _is_superset_of_ascii(name)):
        return Decoded(plain)
    utf8 = _strict(data, "utf-8")
    if utf8 is not None and (name in {None, "utf-8"} or name in words("charsets", "confused")):
        mislabelled = name not in {None, "utf-8", "ascii"}
        return Decoded(utf8.removeprefix("\ufeff"), f"labelled {name}, is utf-8" if mislabelled else None)
    if name == "utf-8":
        return _damaged_utf8(data)
    if name is None or name == "ascii":
        return Decoded(_guess(data), "8-bit text without a character set")
    return _labelled(data, name)


def _labelled(data: bytes, name: str) -> Decoded:
    text = data.decode(name, "replace")
    cyrillic = _best_cyrillic(data) if name in words("charsets", "confused") else None
    if cyrillic is not None and _is_mostly_beyond_ascii(text):
        return Decoded(data.decode(cyrillic, "replace"), f"labelled {name}, is {cyrillic}")
    if name in words("charsets", "confused") and polish_fit(text) < GOOD_FIT:
        better = _best_polish(data)
        said_polish = name in words("charsets", "polish")
        if better not in {None, name} and (said_polish or _has_symbols_in_words(text)):
            return Decoded(data.decode(better or name, "replace"), f"labelled {name}, is {better}")
    damaged = BROKEN in text
    return Decoded(text, f"damaged {name} text" if damaged else None)


def _damaged_utf8(data: bytes) -> Decoded:
    text = data.decode("utf-8", "replace")
    bad = text.count(BROKEN)
    good = sum(character > "\x7f" for character in text) - bad
    if bad > good:
        return Decoded(_guess(data), "labelled utf-8, is not")
    return Decoded(text, "damaged utf-8 text")


def _guess(data: bytes) -> str:
    polish = _best_polish(data)
    if polish is not None:
        return data.decode(polish, "replace")
    cyrillic = _best_cyrillic(data)
    if cyrillic is not None:
        return data.decode(cyrillic, "replace")
    if sum(byte > 0x7F for byte in data[:SAMPLE]) < FEW:
        return data.decode("cp1252", "replace")
    best = from_bytes(data[:SAMPLE]).best()
    # The sample may end inside a character; the whole is decoded with what was found.
    return data.decode(best.encoding if best else "cp1252", "replace")


def _best_polish(data: bytes) -> str | None:
    fits = [(polish_fit(data.decode(name, "replace")), name) for name in words("charsets", "polish")]
    fit, name = max(fits, key=lambda found: found[0])
    return name if fit >= GOOD_FIT else None


def _best_cyrillic(data: bytes) -> str | None:
    """Return the set in which the bytes beyond ASCII are Cyrillic words: small letters, few capitals inside."""
    fits = [(_cyrillic_fit(data[:SAMPLE].decode(name, "replace")), name) for name in words("charsets", "cyrillic")]
    fit, name = max(fits, key=lambda found: found[0])
    return name if fit >= GOOD_FIT else None


def _cyrillic_fit(text: str) -> float:
    letters = str(read("charsets")["cyrillic_letters"])
    beyond = [c for c in text if c > "\x7f" and c != "\xa0"]
    words_in_case = sum(c in letters for c in beyond) + sum(c in letters.upper() for c in beyond) / 2
    return words_in_case / len(beyond) + 0.05 if len(beyond) >= 4 else 0.0


def _is_mostly_beyond_ascii(text: str) -> bool:
    letters = [c for c in text[:SAMPLE] if c.isalpha()]
    return sum(c > "\x7f" for c in letters) > MOSTLY * len(letters)


def polish_fit(text: str) -> float:
    """Return which share of the characters beyond ASCII is Polish (1.0 when there are none)."""
    letters, usual = _letters(), str(read("charsets")["punctuation"])
    beyond = [c for c in text[:SAMPLE] if c > "\x7f" and c != "\xa0" and c not in usual]
    return sum(c in letters for c in beyond) / len(beyond) if beyond else 1.0


def _has_symbols_in_words(text: str) -> bool:
    # French or German text under the same label has letters there, and is left alone.
    usual = str(read("charsets")["punctuation"]) + "\xa0"
    return any(symbol not in usual for symbol in _SYMBOL_IN_WORD.findall(text[:SAMPLE]))


def unscramble(text: str) -> str:
    """Undo a second encoding as UTF-8 ("scrambled" Polish letters); other text comes back as it is."""
    if not any(sign in text for sign in words("charsets", "mojibake")):
        return text
    try:
        return _bytes_1252(text).decode("utf-8")
    except UnicodeError:
        return text


def _bytes_1252(text: str) -> bytes:
    try:
        return text.encode("cp1252")
    except UnicodeEncodeError:
        return b"".join(map(_byte_1252, text))


def _byte_1252(character: str) -> bytes:
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        # Five bytes have no character in Windows-1252; programs pass them through as they are.
        return character.encode("latin-1")


def _as_ascii(data: bytes) -> str | None:
    return data.decode("ascii") if data.isascii() else None


def _strict(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except UnicodeError:
        return None


def whole(text: str) -> str:
    """Return a text without what no database takes: NUL and halves of characters."""
    return _SURROGATES.sub(BROKEN, text).replace("\0", "")


@cache
def _letters() -> frozenset[str]:
    return frozenset(str(read("charsets")["letters"]))


@cache
def _is_superset_of_ascii(name: str) -> bool:
    probe = bytes(range(32, 127))
    try:
        return probe.decode(name) == probe.decode("ascii") and name != "utf-7" and not name.startswith("iso2022")
    except UnicodeError:
        return False
