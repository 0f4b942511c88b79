"""Roles of the staff: what each may do. Every page and every deed of the desk asks `may`."""

from collections.abc import Mapping
from enum import Enum

from helpdesk.lifecycle import Role
from helpdesk.tables import Staff


class Permission(str, Enum):
    """Something that not everybody who signs in may do."""

    WORK_ON_CASES = "work_on_cases"
    """See and work on chats, tickets, e-visits and callbacks of one's specialities."""
    SEE_EVERY_QUEUE = "see_every_queue"
    LEAD = "lead"
    """See the team and the broken deadlines, whisper in chats, approve answers, sign others out."""
    WRITE_CANNED_ANSWERS = "write_canned_answers"
    EDIT_KNOWLEDGE = "edit_knowledge"
    """Write, review and publish articles, decide on open questions, train the model."""
    SEE_REPORTS = "see_reports"
    """See the figures of the reports, which name no customer."""
    ADMINISTER = "administer"
    """Change staff, hours, limits and deadlines, and read the audit."""


_CASES = frozenset({Permission.WORK_ON_CASES})
_KNOWLEDGE = frozenset({Permission.EDIT_KNOWLEDGE})

GRANTED: Mapping[Role, frozenset[Permission]] = {
    Role.CONSULTANT: _CASES,
    Role.SUPERVISOR: _CASES
    | _KNOWLEDGE
    | {Permission.SEE_EVERY_QUEUE, Permission.LEAD, Permission.WRITE_CANNED_ANSWERS, Permission.SEE_REPORTS},
    # Editors and administrators see no customer: their work needs none.
    Role.EDITOR: _KNOWLEDGE | {Permission.WRITE_CANNED_ANSWERS, Permission.SEE_REPORTS},
    Role.ADMINISTRATOR: frozenset({Permission.ADMINISTER, Permission.WRITE_CANNED_ANSWERS, Permission.SEE_REPORTS}),
}
"""The table of roles; `docs/security.md` shows it for people."""


def roles_with(permission: Permission) -> frozenset[Role]:
    """Return the roles that hold a permission."""
    return frozenset(role for role, granted in GRANTED.items() if permission in granted)


def may(staff: Staff, permission: Permission) -> bool:
    """Return whether somebody of the staff may do this kind of thing."""
    return permission in GRANTED[staff.role]
