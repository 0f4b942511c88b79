"""Column types whose values are encrypted in the database and plain in Python.

The keys come with the `Database`, which leaves its sealer on the dialect.
"""

from typing import Any

from sqlalchemy import ColumnElement, Dialect, LargeBinary, String, Text, TypeDecorator, literal
from sqlalchemy.sql import operators
from sqlalchemy.sql.operators import OperatorType

from helpdesk.sealing import MOST_KEYS, Sealer


class Sealed(TypeDecorator[str]):
    """A text that cannot be searched for."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Seal a text on its way to the database."""
        return None if value is None else sealer_of(dialect).seal(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        """Open a sealed text; raises SealBroken."""
        return None if value is None else sealer_of(dialect).open(value)


class SealedBytes(TypeDecorator[bytes]):
    """Bytes that cannot be searched for."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Seal bytes on their way to the database."""
        return None if value is None else sealer_of(dialect).seal_bytes(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> bytes | None:
        """Open sealed bytes; raises SealBroken."""
        return None if value is None else sealer_of(dialect).open_bytes(bytes(value))


class _Equality(TypeDecorator.Comparator[str], String.Comparator[str]):
    """Compares for equality under each key; whatever needs the plain text in the database is refused."""

    def operate(self, op: OperatorType, *other: Any, **kwargs: Any) -> ColumnElement[Any]:
        if op in {operators.eq, operators.ne} and isinstance(other[0], str):
            seals = [literal(other[0], SealedLookup(key)) for key in range(MOST_KEYS)]
            return self.expr.in_(seals) if op is operators.eq else self.expr.not_in(seals)
        if op in _NEED_PLAIN_TEXT:
            raise TypeError("a sealed column is compared for equality only")
        return super().operate(op, *other, **kwargs)


_NEED_PLAIN_TEXT: frozenset[Any] = frozenset(
    {
        operators.lt,
        operators.le,
        operators.gt,
        operators.ge,
        operators.like_op,
        operators.ilike_op,
        operators.not_like_op,
        operators.contains_op,
        operators.startswith_op,
        operators.endswith_op,
        operators.icontains_op,
        operators.istartswith_op,
        operators.iendswith_op,
        operators.between_op,
        operators.concat_op,
    }
)


class SealedLookup(TypeDecorator[str]):
    """A text that can be looked up by equality (`Ticket.address == address`), and not sorted or searched in.

    Args:
        key: the key that seals, 0 for the newest; the others only look for what was sealed before.
    """

    impl = Text
    cache_ok = True
    comparator_factory = _Equality

    def __init__(self, key: int = 0) -> None:
        super().__init__()
        self.key = key

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Seal a text on its way to the database."""
        return None if value is None else sealer_of(dialect).seal_for_lookup(value, self.key)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        """Open a sealed text; raises SealBroken."""
        return None if value is None else sealer_of(dialect).open_lookup(value)


def sealer_of(dialect: Dialect) -> Sealer:
    """Return the sealer that the database was built with; raises RuntimeError when it was built without."""
    sealer: Sealer | None = getattr(dialect, "okienko_sealer", None)
    if sealer is None:
        raise RuntimeError("this database was opened without keys")
    return sealer
