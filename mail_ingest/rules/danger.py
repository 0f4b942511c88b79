"""Is somebody's life in danger?"""

from mail_ingest.rules.rule import Arrival, Outcome


class Danger:
    """A mail that tells of despair, violence or an emergency: help is named at once, by no limit held back."""

    name = "danger"
    outcome = Outcome.URGENT

    def matches(self, arrival: Arrival) -> bool:
        """Whether its words say so, or the understanding of them."""
        return arrival.in_danger or (arrival.understood is not None and arrival.understood.danger)
