"""Address headers: names and mailboxes, also where commas, quotes and encodings are broken."""

import re
from collections.abc import Iterable

from mail_ingest.parsing.charset import whole
from mail_ingest.parsing.headers import decode_header
from mail_ingest.parsing.model import Address

MOST = 500
"""Addresses of one header that are read."""
LONGEST = 100_000
"""Characters of the headers of one name that are read."""
COMMENTS_IN_COMMENTS = 3
_VALID = re.compile(r"[^\s@<>\"(),:;\[\]\\]{1,64}@[^\s@<>\"(),:;\[\]\\]{1,255}")
_ENCODED_WORD = re.compile(r"=\?[\w.:+*-]{1,60}\?[bBqQ]\?[^?]{0,1000}\?=")
_QUOTED_LOCAL = re.compile(r'"[^"@<>]{1,64}"@[^\s@<>"(),:;]{1,255}')
_COMMENT = re.compile(r"\(([^()]*)\)")


def read_addresses(values: Iterable[str]) -> tuple[Address, ...]:
    """Return the mailboxes that raw (unfolded, not decoded) headers of one name list."""
    found: list[Address] = []
    pending = ""
    for piece in _pieces(",".join(values)[:LONGEST]):
        if "@" not in piece and "=?" in piece:
            # Name and address encoded together, which the standard forbids.
            piece = decode_header(piece)[0]
        if "@" not in piece and "<" not in piece:
            # A comma in a name without quotes: "Nowak, Jan <jan@example.org>".
            pending = f"{pending}, {piece}" if pending else piece
            continue
        found.append(_address(f"{pending}, {piece}" if pending else piece))
        pending = ""
        if len(found) >= MOST:
            break
    if pending and not found:
        found.append(Address(_name(pending), ""))
    return tuple(found)


def is_valid(address: str) -> bool:
    """Whether mail can be sent to this address, as far as its looks tell."""
    return _VALID.fullmatch(address) is not None and ".." not in address and not address.endswith(".")


def _pieces(line: str) -> Iterable[str]:
    """Split at commas and semicolons outside quotes, comments and angle brackets; groups lose their names."""
    piece: list[str] = []
    quoted = escaped = addressed = False
    angle = comment = encoded = 0
    for number, character in enumerate(line):
        encoded = encoded or (_encoded_until(line, number) if character == "=" else 0)
        if number < encoded:
            piece.append(character)
            continue
        encoded = 0
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == '"' and not comment:
            quoted = not quoted
        elif not quoted:
            comment = max(0, comment + (character == "(") - (character == ")"))
            angle = 0 if character == ">" else 1 if character == "<" else angle
            if character == ":" and not comment and not angle and not addressed:
                piece.clear()
                continue
            if character in ",;" and not comment and not angle:
                yield from _unless_blank(piece)
                piece.clear()
                addressed = False
                continue
        addressed = addressed or character == "@"
        piece.append(character)
    yield from _unless_blank(piece)


def _encoded_until(line: str, number: int) -> int:
    """Return the end of the encoded word that begins here, or 0; commas inside it separate nothing."""
    word = _ENCODED_WORD.match(line, number)
    return word.end() if word else 0


def _unless_blank(piece: list[str]) -> Iterable[str]:
    text = "".join(piece).strip()
    if text:
        yield text


def _address(piece: str) -> Address:
    opening = piece.rfind("<")
    if opening >= 0:
        address = piece[opening + 1 :].split(">")[0]
        return Address(_name(piece[:opening]), _clean(address))
    quoted = _QUOTED_LOCAL.fullmatch(piece.strip())
    if quoted:
        return Address("", whole(decode_header(quoted[0])[0])[:320])
    comments = " ".join(_COMMENT.findall(piece))
    bare = piece
    for _ in range(COMMENTS_IN_COMMENTS):
        bare = _COMMENT.sub(" ", bare)
    address = next((word for word in bare.split() if "@" in word), bare)
    name = comments or " ".join(word for word in bare.split() if word != address)
    return Address(_name(name), _clean(address))


def _clean(address: str) -> str:
    plain = "".join(whole(decode_header(address)[0]).split()).strip("'\"<>[]")
    return plain.removeprefix("mailto:").removeprefix("MAILTO:")[:320]


def _name(text: str) -> str:
    # Quotes are taken off before decoding (a decoded name may hold its own) and once more after it.
    bare = text.strip().strip('"').replace('\\"', '"').replace("\\\\", "\\")
    return whole(decode_header(bare)[0]).strip().strip("\"'").strip()[:200]
