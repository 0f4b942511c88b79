"""Did one of our mails come back under another name?"""

from mail_ingest.parsing.model import first
from mail_ingest.rules.rule import Arrival, Outcome

HEADER = "x-okienko-letter"
"""The header by which our letters know one another (`mail_ingest.composing`)."""


class Loop:
    """A mail with a Message-ID of ours, or with the mark of our letters, that another address sends to us."""

    name = "loop"
    outcome = Outcome.HELD

    def matches(self, arrival: Arrival) -> bool:
        """Whether somebody's program sends us what is ours."""
        marked = first(arrival.mail.headers, HEADER).strip() != ""
        return not arrival.wanted and (arrival.sent_by_us or marked)
