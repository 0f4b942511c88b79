"""Long base64 taken out of a mail's source before the standard parser goes through it line by line, and put back."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from mail_ingest.parsing.transfer import BASE64, children

SHORTEST = 20_000
"""Bytes of a body that are worth taking out."""
LONGEST_HEAD = 20_000
"""Bytes of a part's headers behind the one that says that its body is base64."""
MOST = 2_000
_HEADER = b"\ncontent-transfer-encoding:"
_LONGEST_VALUE = 200


@dataclass(frozen=True)
class Hollow:
    """A mail's source with short marks in place of long bodies, and these bodies by their marks."""

    source: bytes
    bodies: dict[str, bytes]
    mark: re.Pattern[str]
    """What a mark looks like."""


def take_out(source: bytes) -> Hollow:
    """Return a mail's source without its long bodies of base64; what else they hold leaves them where they are.

    Such a body holds no colon and no hyphen, hence no header and no boundary: nothing of the mail's structure.
    """
    prefix = _unused(source)
    pieces: list[bytes] = []
    bodies: dict[str, bytes] = {}
    position = 0
    for start, end in _bodies(source):
        mark = f"{prefix}{len(bodies)}."
        bodies[mark] = source[start:end]
        pieces += (source[position:start], mark.encode("ascii"))
        position = end
    hollow = b"".join((*pieces, source[position:])) if bodies else source
    return Hollow(hollow, bodies, re.compile(rf"{prefix}\d{{1,4}}\."))


def put_back(message: Message, hollow: Hollow) -> None:
    """Put the bodies back where their marks stand in a parsed mail."""
    if not hollow.bodies:
        return
    waiting = [message]
    while waiting:
        part = waiting.pop()
        waiting.extend(children(part))
        payload = None if part.is_multipart() else part.get_payload()
        if isinstance(payload, str) and hollow.mark.search(payload):
            part.set_payload(hollow.mark.sub(lambda found: hollow.bodies.get(found[0], b"").decode("ascii"), payload))


def _unused(source: bytes) -> str:
    """Return words that do not occur in the source."""
    number = 0
    while (prefix := f"taken out {number} - ").encode("ascii") in source:
        number += 1
    return prefix


def _bodies(source: bytes) -> Iterator[tuple[int, int]]:
    """Give start and end of the long bodies that hold nothing but base64."""
    if len(source) < SHORTEST:
        return
    small, position = source.lower(), 0
    for _ in range(MOST):
        header = small.find(_HEADER, position)
        if header < 0:
            return
        position = header + len(_HEADER)
        value = small[position : position + _LONGEST_VALUE].partition(b"\n")[0]
        start = _head_end(source, position) if value.strip().startswith(b"base64") else None
        if start is None:
            continue
        end = source.find(b"\n--", start - 1)
        end = len(source) if end < 0 else end
        end -= source[end - 1 : end] == b"\r"
        if end - start >= SHORTEST and not source[start:end].translate(None, BASE64):
            yield start, end
            position = end


def _head_end(source: bytes, position: int) -> int | None:
    """Return where the body begins whose headers go on at a position."""
    ends = [
        found + len(blank)
        for blank in (b"\n\n", b"\n\r\n")
        if (found := source.find(blank, position, position + LONGEST_HEAD)) >= 0
    ]
    return min(ends, default=None)
