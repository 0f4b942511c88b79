"""The numbers by which customers name their cases, and whether a contact belongs to one."""

import hashlib
import hmac
import re
from enum import Enum

_NUMBER = re.compile(r"(OK|EW|OD)\s*[-\u2013]?\s*(\d{1,9})", re.IGNORECASE)


class CaseKind(str, Enum):
    """What a number names, by its prefix."""

    TICKET = "OK"
    VISIT = "EW"
    CALLBACK = "OD"


def case_number(kind: CaseKind, record_id: int) -> str:
    """Return the number of a record, such as `EW-000012`."""
    return f"{kind.value}-{record_id:06d}"


def read_case_number(typed: str) -> tuple[CaseKind, str] | None:
    """Return what a number names and how it is written in full; None when it is none.

    Customers may leave out zeros and the hyphen and write small letters.
    """
    read = _NUMBER.fullmatch(typed.strip())
    if read is None:
        return None
    kind = CaseKind(read[1].upper())
    return kind, case_number(kind, int(read[2]))


def same_contact(stored: str | None, given: str | None) -> bool:
    """Return whether the given mail address or number is the stored one; takes as long when there is none of them."""
    equal = hmac.compare_digest(_digest(stored), _digest(given))
    return equal and bool(stored) and bool(given)


def _digest(contact: str | None) -> bytes:
    return hashlib.sha256((contact or "").strip().casefold().encode()).digest()
