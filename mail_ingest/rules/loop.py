"""Did one of our mails come back under another name?"""

from mail_ingest.rules.rule import Arrival, Outcome


class Loop:
    """A mail with a Message-ID of ours, or with the mark of our letters, that another address sends to us."""

    name = "loop"
    outcome = Outcome.HELD

    def matches(self, arrival: Arrival) -> bool:
        """Whether somebody's program sends us what is ours."""
        return not arrival.wanted and (arrival.sent_by_us or arrival.marked_as_ours)
