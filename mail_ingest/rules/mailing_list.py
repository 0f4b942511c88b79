"""Did the mail come over a list or as bulk mail?"""

from mail_ingest.parsing.model import first
from mail_ingest.rules.rule import Arrival, Outcome

BULK = frozenset({"bulk", "list", "junk"})
HEADERS = ("list-id", "list-post", "list-unsubscribe", "mailing-list", "x-mailing-list")


class MailingList:
    """A mail to many; an answer would reach all of them, or nobody (RFC 2919, RFC 2369)."""

    name = "mailing_list"
    outcome = Outcome.UNANSWERED

    def matches(self, arrival: Arrival) -> bool:
        """Whether its headers speak of a list or of bulk."""
        headers = arrival.mail.headers
        return any(name in headers for name in HEADERS) or first(headers, "precedence").strip().lower() in BULK
