"""Content-Transfer-Encoding undone: the bytes of a part, as far as they can be saved."""

import base64
import binascii
import quopri
import re
import string
from copy import copy
from dataclasses import dataclass
from email.message import Message

MOST_PIECES = 10_000
"""Pieces of base64, each with its padding, that are told apart in one part."""
_BLANK = b" \t\r\n\f\v"
_LETTERS = (string.ascii_letters + string.digits + "+/=").encode("ascii")
BASE64 = _LETTERS + b"\r\n"
"""What a body of base64 holds."""
_FOREIGN_BYTES = bytes(set(range(256)) - set(_LETTERS))
_FOREIGN = re.compile(rb"[^A-Za-z0-9+/=\s]|(?<=\S)[ \t\f\v]+(?=\S)")
"""What is no base64: another character, or blanks inside a line."""


@dataclass(frozen=True)
class Undone:
    """The bytes of a part, and what was wrong with their encoding (None: nothing)."""

    data: bytes
    defect: str | None = None


def part_bytes(part: Message) -> Undone:
    """Return the bytes of a part that is no multipart; never raises."""
    raw = raw_bytes(part)
    encoding = str(part.get("content-transfer-encoding", "")).strip().strip("\"'").lower().replace("_", "-")
    if encoding.startswith("quoted"):
        return Undone(quopri.decodestring(raw))
    if encoding.startswith("base64") or encoding == "b64":
        return undo_base64(raw)
    if encoding in {"x-uuencode", "uuencode", "uue", "x-uue"}:
        return _undo_uuencode(raw)
    return Undone(raw)


def children(part: Message) -> list[Message]:
    """Return the parts of a part; none for a text or a file."""
    payload = part.get_payload() if part.is_multipart() else []
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def undo_base64(raw: bytes) -> Undone:
    """Decode base64 that may be cut, joined from pieces, or followed by a line that somebody appended in clear."""
    try:
        return Undone(binascii.a2b_base64(raw.translate(None, b"\r\n"), strict_mode=True))
    except binascii.Error:
        return _undo_damaged(raw)


def _undo_damaged(raw: bytes) -> Undone:
    foreign = _FOREIGN.search(raw)
    start = (
        len(raw)
        if foreign is None
        else max(raw.rfind(b"\n", 0, foreign.start()), raw.rfind(b"\r", 0, foreign.start())) + 1
    )
    encoded, rest = raw[:start].translate(None, _BLANK), raw[start:].strip(b"\r\n")
    if not encoded:
        return Undone(raw, "labelled base64, is not") if rest else Undone(b"")
    defect = None
    if rest and _looks_encoded(rest):
        encoded, rest = raw.translate(None, _FOREIGN_BYTES), b""
        defect = "damaged base64"
    elif len(encoded) < len(rest):
        return Undone(raw, "labelled base64, is not")
    data, complete = _decode_pieces(encoded)
    if not complete:
        defect = "damaged base64"
    if rest:
        lines = (line.strip() for line in rest.splitlines())
        return Undone(data + b"\n" + b"\n".join(lines), "text appended after base64")
    return Undone(data, defect)


def _line_start(raw: bytes, position: int) -> int:
    return max(raw.rfind(b"\n", 0, position), raw.rfind(b"\r", 0, position)) + 1


def _looks_encoded(text: bytes) -> bool:
    """Whether lines with foreign characters are still base64: mostly long words without blanks."""
    lines = [line.strip() for line in text.splitlines()]
    solid = sum(len(line) for line in lines if b" " not in line and len(line) > 40)
    return solid * 2 > sum(map(len, lines))


def _decode_pieces(encoded: bytes) -> tuple[bytes, bool]:
    """Decode pieces that were each padded and then joined; tell whether all of them were whole."""
    pieces: list[bytes] = []
    complete = True
    for piece in encoded.split(b"=", MOST_PIECES):
        piece = piece.translate(None, b"=")
        if len(piece) % 4 == 1:
            piece, complete = piece[:-1], False
        pieces.append(base64.b64decode(piece + b"=" * (-len(piece) % 4)))
    return b"".join(pieces), complete


def _undo_uuencode(raw: bytes) -> Undone:
    decoded: list[bytes] = []
    inside, defect = False, None
    for line in raw.splitlines():
        if not inside:
            inside = line.startswith(b"begin ")
        elif line.strip() == b"end":
            break
        else:
            try:
                decoded.append(binascii.a2b_uu(line))
            except binascii.Error:
                defect = "damaged uuencode"
    return Undone(b"".join(decoded), defect) if decoded else Undone(raw, "labelled uuencode, is not")


def raw_bytes(part: Message) -> bytes:
    """Return the bytes between the boundaries; the standard parser gives them back only undeclared."""
    bare = copy(part)
    del bare["content-transfer-encoding"]
    data = bare.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""
