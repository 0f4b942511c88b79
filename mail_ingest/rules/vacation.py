"""Is the sender away?"""

from mail_ingest.datafiles import words
from mail_ingest.parsing.model import first
from mail_ingest.rules.rule import Arrival, Outcome


class Vacation:
    """A reply that tells of an absence; no person reads an answer to it now."""

    name = "vacation"
    outcome = Outcome.UNANSWERED

    def matches(self, arrival: Arrival) -> bool:
        """Whether a program wrote it, and it speaks of an absence."""
        subject = arrival.mail.subject.lower()
        told = any(word in subject for word in words("rules", "vacation_subjects"))
        kind = first(arrival.mail.headers, "auto-submitted").lower()
        away = "vacation" in kind or "x-vacation" in arrival.mail.headers
        return arrival.mail.auto_submitted and (told or away)
