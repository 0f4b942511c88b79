"""Was the same mail here a short while ago?"""

from mail_ingest.rules.rule import Arrival, Outcome


class Repeated:
    """The same sender, subject and words again: pressed twice, or sent to several of our addresses."""

    name = "repeated"
    outcome = Outcome.REPEATED

    def matches(self, arrival: Arrival) -> bool:
        """Whether the earlier one was found."""
        return arrival.said_before
