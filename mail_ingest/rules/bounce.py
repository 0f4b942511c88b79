"""Does the mail report that one of ours was not delivered?"""

from mail_ingest.rules.rule import Arrival, Outcome


class Bounced:
    """A delivery report (RFC 3464) or an older server's letter of that kind."""

    name = "bounce"
    outcome = Outcome.RETURNED

    def matches(self, arrival: Arrival) -> bool:
        """Whether the parser found a report of failure."""
        return arrival.mail.bounce is not None
