"""Did anybody write anything?"""

from mail_ingest.rules.rule import Arrival, Outcome


class Empty:
    """A mail without subject, words and files."""

    name = "empty"
    outcome = Outcome.EMPTY

    def matches(self, arrival: Arrival) -> bool:
        """Whether there is nothing to read in it."""
        return arrival.inquiry.is_empty and not arrival.mail.attachments
