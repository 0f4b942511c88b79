"""Is the mail written in another language?"""

from mail_ingest.rules.rule import Arrival, Outcome

POLISH = "pl"


class OtherLanguage:
    """A mail that is not Polish."""

    name = "other_language"
    outcome = Outcome.FOREIGN

    def matches(self, arrival: Arrival) -> bool:
        """Whether the understanding says so; where it is away, what the parser saw."""
        asked = arrival.understood
        return (asked.lang if asked else arrival.mail.lang) != POLISH
