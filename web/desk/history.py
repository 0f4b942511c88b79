"""The history of a case in words: what each deed changed, who did it and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from helpdesk.lifecycle import Priority, TicketStatus
from helpdesk.queues import Queue
from helpdesk.tables import AuditEntry
from web.labels import deed, label

_CHANGES: Mapping[str, type[Enum]] = {
    "moved": TicketStatus,
    "transferred": Queue,
    "priority changed": Priority,
    "priority raised": Priority,
}
"""Deeds whose reason is a value of a closed set, or two of them with an arrow between."""
_ARROW = " -> "
_TELLING = frozenset(
    {"assigned", "merged", "merged in", "split", "split off", "tagged", "untagged", "linked", "unlinked"}
)
"""Deeds whose reason a consultant reads as it is."""


@dataclass(frozen=True)
class Deed:
    """One line of a history."""

    at: datetime
    words: str
    detail: str
    who: str
    reason: str = ""


def history(entries: Sequence[AuditEntry]) -> Sequence[Deed]:
    """Return audit entries as lines, in their order."""
    return [
        Deed(
            at=entry.at,
            words=deed(entry.action),
            detail=_detail(entry),
            who=entry.staff.name if entry.staff else "",
            reason=entry.reason if entry.action.startswith("opened ") or entry.action in _ASKED else "",
        )
        for entry in entries
    ]


_ASKED = frozenset({"original shown", "mail downloaded"})
"""Deeds for which a reason was asked."""


def _detail(entry: AuditEntry) -> str:
    kind = _CHANGES.get(entry.action)
    if kind is not None:
        return " → ".join(_named(kind, value) for value in entry.reason.split(_ARROW))
    return entry.reason.replace(_ARROW, " → ") if entry.action in _TELLING else ""


def _named(kind: type[Enum], value: str) -> str:
    known = {member.value: member for member in kind}
    return label(known[value]) if value in known else value
