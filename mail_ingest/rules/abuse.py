"""Does the mail insult or threaten?"""

from mail_ingest.datafiles import words
from mail_ingest.rules.rule import Arrival, Outcome
from understanding.acts import Act
from understanding.words import has_any


class Abuse:
    """Insults and threats: a person reads them, and no program answers."""

    name = "abuse"
    outcome = Outcome.SILENT

    def matches(self, arrival: Arrival) -> bool:
        """Whether its words threaten, or are nothing but an insult."""
        question = arrival.inquiry.question
        insulted = arrival.understood is not None and arrival.understood.act == Act.INSULT.value
        return insulted or has_any(question, words("rules", "threats"))
