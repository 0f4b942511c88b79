"""Is it the matter of another institution?"""

from mail_ingest.rules.rule import Arrival, Outcome
from understanding.decision import Kind


class OtherInstitution:
    """A single question that the knowledge leaves to another institution."""

    name = "other_institution"
    outcome = Outcome.ELSEWHERE

    def matches(self, arrival: Arrival) -> bool:
        """Whether the knowledge says so."""
        asked = arrival.understood
        return asked is not None and asked.kind == Kind.REDIRECT.value and len(asked.questions) <= 1
