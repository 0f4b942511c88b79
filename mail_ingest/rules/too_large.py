"""Is the mail too large to be read whole?"""

from mail_ingest.rules.rule import Arrival, Outcome


class TooLarge:
    """A mail that is larger, or brings more files, than it may."""

    name = "too_large"
    outcome = Outcome.TOO_LARGE

    def matches(self, arrival: Arrival) -> bool:
        """Whether the parser says so."""
        return arrival.mail.too_large
