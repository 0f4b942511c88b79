"""The address of a list of tickets: all that a list shows stands in it, and nothing in it can break the page."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Annotated, Any
from urllib.parse import parse_qs, urlencode

from fastapi import Query
from pydantic import BeforeValidator

from helpdesk.hours import WARSAW
from helpdesk.lifecycle import Priority, TicketClass, TicketStatus
from helpdesk.queues import Queue
from helpdesk.ticket_filters import Order, View, Wanted

LONGEST = 200
_MOST_ID = 2**31
_YEARS = range(2000, 2100)


def _read_enum(kind: type[Enum]) -> Callable[[object], Enum | None]:
    def read(given: object) -> Enum | None:
        try:
            return kind(given)
        except ValueError:
            return None

    return read


def _read_date(given: object) -> date | None:
    try:
        found = date.fromisoformat(str(given))
    except ValueError:
        return None
    return found if found.year in _YEARS else None


def _read_id(given: object) -> int | None:
    text = str(given)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 and 0 < int(text) < _MOST_ID else None


def _read_text(given: object) -> str:
    return "".join(char for char in str(given)[:LONGEST] if char.isprintable()).strip()


def _read_flag(given: object) -> bool:
    return str(given).lower() in {"1", "true"}


ViewChoice = Annotated[View | None, Query(), BeforeValidator(_read_enum(View))]
OrderChoice = Annotated[Order | None, Query(), BeforeValidator(_read_enum(Order))]
QueueChoice = Annotated[Queue | None, Query(), BeforeValidator(_read_enum(Queue))]
StatusChoice = Annotated[TicketStatus | None, Query(), BeforeValidator(_read_enum(TicketStatus))]
PriorityChoice = Annotated[Priority | None, Query(), BeforeValidator(_read_enum(Priority))]
KindChoice = Annotated[TicketClass | None, Query(), BeforeValidator(_read_enum(TicketClass))]
Words = Annotated[str, Query(), BeforeValidator(_read_text)]
Identity = Annotated[int | None, Query(), BeforeValidator(_read_id)]
Day = Annotated[date | None, Query(), BeforeValidator(_read_date)]
Flag = Annotated[bool, Query(), BeforeValidator(_read_flag)]


@dataclass(frozen=True)
class Address:
    """What of the tickets a page shows, as its address says; the days are whole days in Warsaw, both included."""

    view: ViewChoice = None
    order: OrderChoice = None
    queue: QueueChoice = None
    status: StatusChoice = None
    priority: PriorityChoice = None
    kind: KindChoice = None
    tag: Words = ""
    owner: Identity = None
    channel: Words = ""
    language: Words = ""
    created_from: Day = None
    created_to: Day = None
    changed_from: Day = None
    changed_to: Day = None
    q: Words = ""
    """Words that are searched for; lists ignore them."""
    page: Annotated[int, Query(), BeforeValidator(lambda given: _read_id(given) or 0)] = 0
    cursor: Annotated[str, Query()] = ""
    checked: Flag = False
    """Whether all tickets of the page are ticked, for browsers without scripts."""

    @property
    def shown_view(self) -> View:
        """The view, which an address need not name."""
        return self.view or View.OPEN

    @property
    def shown_order(self) -> Order:
        """The order, which an address need not name."""
        return self.order or (Order.DUE if self.view is View.OVERDUE else Order.PRESSING)

    @property
    def is_narrowed(self) -> bool:
        """Whether more is asked for than a view, a queue and an order."""
        plain = Address(view=self.view, order=self.order, queue=self.queue, q=self.q, page=self.page)
        return replace(self, cursor="", checked=False) != plain

    def wanted(self) -> Wanted:
        """Return what it asks for."""
        return Wanted(
            view=self.shown_view,
            order=self.shown_order,
            queue=self.queue,
            status=self.status,
            priority=self.priority,
            kind=self.kind,
            tag=self.tag.lower(),
            owner_id=self.owner,
            channel=self.channel,
            language=self.language,
            created_since=_midnight(self.created_from),
            created_until=_midnight(self.created_to, days=1),
            changed_since=_midnight(self.changed_from),
            changed_until=_midnight(self.changed_to, days=1),
        )

    def query(self, **changes: Any) -> str:
        """Return the address's query with some parts changed; it begins anew, at the first page, unless told."""
        changed = replace(self, **{"cursor": "", "checked": False, "page": 0, **changes})
        parts = {field.name: getattr(changed, field.name) for field in fields(changed)}
        return urlencode({name: _plain(value) for name, value in parts.items() if value not in (None, "", False, 0)})

    def kept(self) -> str:
        """Return the query as a saved view keeps it."""
        return self.query(q="")


def read_query(query: str) -> Address:
    """Return the address of a stored or sent query; parts that mean nothing are left out."""
    given = {name: values[0] for name, values in parse_qs(query[:2000]).items()}
    readers: dict[str, Callable[[object], Any]] = {
        "view": _read_enum(View),
        "order": _read_enum(Order),
        "queue": _read_enum(Queue),
        "status": _read_enum(TicketStatus),
        "priority": _read_enum(Priority),
        "kind": _read_enum(TicketClass),
        "owner": _read_id,
        **dict.fromkeys(("tag", "channel", "language"), _read_text),
        **dict.fromkeys(("created_from", "created_to", "changed_from", "changed_to"), _read_date),
    }
    return Address(**{name: read(given[name]) for name, read in readers.items() if name in given})


def _plain(value: object) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    return "true" if value is True else str(value)


def _midnight(day: date | None, days: int = 0) -> datetime | None:
    return None if day is None else datetime.combine(day + timedelta(days=days), time.min, WARSAW)
