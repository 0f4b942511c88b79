"""Has the sender had enough automatic answers today?"""

from mail_ingest.rules.rule import Arrival, Outcome


class TooManyAnswers:
    """The last guard against loops: a program that hides what it is gets a bounded number of answers a day."""

    name = "too_many_answers"
    outcome = Outcome.SILENT

    def matches(self, arrival: Arrival) -> bool:
        """Whether the limit of the settings is reached."""
        return arrival.answers_today >= arrival.most_answers
