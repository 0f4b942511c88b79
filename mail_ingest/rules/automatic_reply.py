"""Did a program write the mail?"""

from mail_ingest.datafiles import words
from mail_ingest.rules.rule import Arrival, Outcome


class AutomaticReply:
    """A mail that no person wrote; RFC 3834 forbids to answer it."""

    name = "automatic_reply"
    outcome = Outcome.UNANSWERED

    def matches(self, arrival: Arrival) -> bool:
        """Whether the mail says so, or comes from a mailbox at which nobody reads."""
        local = arrival.inquiry.address.partition("@")[0].partition("+")[0]
        return arrival.mail.auto_submitted or local in words("automatic", "senders")
