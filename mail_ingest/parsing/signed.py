"""The mail inside an opaque S/MIME signature (RFC 8551, `smime-type=signed-data`); the signature is not checked."""

from collections.abc import Iterator

_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_DATA = bytes.fromhex("06092a864886f70d010701")
_OCTETS, _MADE_OF_OCTETS = 0x04, 0x24
_SEARCHED = 200
DEEPEST = 8
MOST_PIECES = 100_000


def signed_content(data: bytes) -> bytes | None:
    """Return the source of the mail that was signed, or None when it is not inside or cannot be read."""
    if _SIGNED_DATA not in data[:_SEARCHED]:
        return None
    start = data.find(_DATA, data.index(_SIGNED_DATA) + len(_SIGNED_DATA))
    if start < 0 or start > _SEARCHED * 2:
        return None
    # What is signed stands in an explicit [0] around octets, whole or in pieces of definite or indefinite length.
    header = _header(data, start + len(_DATA))
    if header is None or header[0] != 0xA0:
        return None
    pieces = list(_octets(data, header[1], len(data) if header[2] is None else header[1] + header[2]))
    return b"".join(pieces) or None


def _octets(data: bytes, position: int, end: int) -> Iterator[bytes]:
    """Give the octets between two positions; constructed strings are entered, nested a few levels at most."""
    ends = [min(end, len(data))]
    for _ in range(MOST_PIECES):
        while ends and position >= ends[-1]:
            ends.pop()
        header = _header(data, position) if ends else None
        if header is None:
            return
        tag, start, length = header
        if tag == _OCTETS and length is not None:
            yield data[start : min(start + length, ends[-1])]
            position = start + length
        elif tag == _MADE_OF_OCTETS and len(ends) <= DEEPEST:
            ends.append(ends[-1] if length is None else min(start + length, ends[-1]))
            position = start
        else:
            # The end of an indefinite length (two zeros), or what is no text.
            return


def _header(data: bytes, position: int) -> tuple[int, int, int | None] | None:
    """Return tag, start and length of the value at a position; the length is None where it is indefinite."""
    if position + 2 > len(data):
        return None
    tag, first = data[position], data[position + 1]
    if first < 0x80:
        return tag, position + 2, first
    count = first & 0x7F
    if count == 0:
        return tag, position + 2, None
    if count > 6:
        return None
    return tag, position + 2 + count, int.from_bytes(data[position + 2 : position + 2 + count], "big")
