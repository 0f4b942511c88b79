"""A place in a list, written into an address: the keys of the row where a page begins, and which way it goes.

A page found by keys costs the same however deep it is, and shows no row twice when rows come or go meanwhile. Pure.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from helpdesk.errors import BadCursor

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MOST = {int: 2**31, datetime: 2**53}
"""The end of the column of ids, and in microseconds the year 2255."""
_LONGEST = 300

Key = int | datetime


@dataclass(frozen=True)
class Cursor:
    """A place in a list.

    Attributes:
        order: the name of the order that the keys belong to.
        keys: of the row before which or after which the page lies; instants are aware.
        backwards: whether the page lies before that row.
    """

    order: str
    keys: tuple[Key, ...]
    backwards: bool = False


def write(cursor: Cursor) -> str:
    """Return a cursor as it stands in an address."""
    keys = [_number(key) for key in cursor.keys]
    plain = json.dumps([cursor.order, int(cursor.backwards), *keys], separators=(",", ":"))
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def read(written: str, order: str, kinds: Sequence[type[Key]]) -> Cursor:
    """Return the cursor of an address.

    Args:
        written: what stands there; anybody may have made it up.
        order: the order of the list.
        kinds: what its keys are.

    Raises:
        BadCursor: it is none, or one of another order.
    """
    try:
        padded = written[:_LONGEST] + "=" * (-len(written[:_LONGEST]) % 4)
        found = json.loads(base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        raise BadCursor(written[:_LONGEST]) from None
    if not isinstance(found, list) or len(found) != len(kinds) + 2 or found[0] != order:
        raise BadCursor(written[:_LONGEST])
    numbers = found[1:]
    bounds = (2, *(_MOST[kind] for kind in kinds))
    if not all(type(number) is int and abs(number) < bound for number, bound in zip(numbers, bounds, strict=True)):
        raise BadCursor(written[:_LONGEST])
    keys = tuple(_key(number, kind) for number, kind in zip(numbers[1:], kinds, strict=True))
    return Cursor(order, keys, backwards=bool(numbers[0]))


def _number(key: Key) -> int:
    return key if isinstance(key, int) else (key - _EPOCH) // _MICROSECOND


def _key(number: int, kind: type[Key]) -> Key:
    return number if kind is int else _EPOCH + number * _MICROSECOND
