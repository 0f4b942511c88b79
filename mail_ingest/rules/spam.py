"""Does a filter on the way call the mail spam?"""

from mail_ingest.datafiles import read
from mail_ingest.parsing.model import Headers
from mail_ingest.rules.rule import Arrival, Outcome


class Spam:
    """A mail that a spam filter marked; it waits until a consultant says that it is a customer's."""

    name = "spam"
    outcome = Outcome.HELD

    def matches(self, arrival: Arrival) -> bool:
        """Whether a filter's header says so, and no consultant wants it all the same."""
        return not arrival.wanted and _is_marked(arrival.mail.headers)


def _is_marked(headers: Headers) -> bool:
    marks = read("rules")["spam"]
    return any(_says(value, kind) for name, kind in marks.items() for value in headers.get(name, ()))


def _says(value: str, kind: str | float) -> bool:
    """Whether a header's value is the word that its filter uses, or a score at least as high as the number."""
    if isinstance(kind, str):
        return value.strip().lower().startswith(kind)
    try:
        return float(value.split()[0]) >= kind
    except (ValueError, IndexError):
        return False
