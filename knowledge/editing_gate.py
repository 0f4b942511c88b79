"""What the gate says before a draft is published; the one place where publishing asks it."""

from sqlalchemy.orm import Session

from helpdesk.tables import ArticleDraft
from knowledge import gate
from knowledge.errors import NotYetAllowed


def check_gate(session: Session, draft: ArticleDraft) -> None:
    """Raise NotYetAllowed unless the evaluation of a draft, or a supervisor, lets it be published."""
    verdict = gate.may_publish(gate.latest(session, draft), draft)
    if not verdict.allowed:
        raise NotYetAllowed(needs_run=not verdict.needs_reason, broken=verdict.names)
