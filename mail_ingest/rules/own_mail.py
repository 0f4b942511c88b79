"""Is the mail one that we sent ourselves (a copy, a loop)?"""

from mail_ingest.rules.rule import Arrival, Outcome


class OwnMail:
    """Our own mail that came back as it was; answering it would go round for ever."""

    name = "own_mail"
    outcome = Outcome.IGNORE

    def matches(self, arrival: Arrival) -> bool:
        """Whether it comes from one of our addresses and is a mail of our outbox, or automatic.

        A person of the office may write to the mailbox from its own address: that opens a ticket.
        """
        return arrival.from_office and (arrival.sent_by_us or arrival.mail.auto_submitted)
