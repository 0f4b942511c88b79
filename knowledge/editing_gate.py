"""What the gate says before a draft is published."""

from sqlalchemy.orm import Session

from helpdesk.tables import ArticleDraft


def check_gate(session: Session, draft: ArticleDraft) -> None:
    """Raise NotYetAllowed unless the evaluation of a draft lets it be published."""
