"""Is the mail too large to be read whole?"""

from mail_ingest.datafiles import words
from mail_ingest.rules.rule import Arrival, Outcome


class TooLarge:
    """A mail of which a part was left out for its size."""

    name = "too_large"
    outcome = Outcome.TOO_LARGE

    def matches(self, arrival: Arrival) -> bool:
        """Whether the parser says so."""
        starts = words("rules", "too_large_defects")
        return any(defect.startswith(starts) for defect in arrival.mail.defects)
