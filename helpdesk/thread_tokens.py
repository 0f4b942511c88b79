"""The signed token of a ticket: it travels in our Message-IDs and reply addresses, and comes back with a reply.

It says which ticket a mail answers, and nobody can make one without the house's keys. Alone it opens nothing: the
sender must be the ticket's own (`helpdesk.threads`).
"""

import base64
import hmac
import re
from collections.abc import Iterable

from sqlalchemy.orm import Session

from helpdesk.tables.base import sealer_of

BYTES = 10
"""Of the signature: 80 bits in 16 letters, so that a Message-ID stays short."""
_TOKEN = re.compile(r"(?:^|[.+<])t(\d{1,12})-([a-z2-7]{16})@", re.IGNORECASE)
"""A token where it stands: before the @ of a Message-ID or of an address; capitals do not matter."""


def token_of(session: Session, ticket_id: int) -> str:
    """Return the token of a ticket, such as `t12-abcdefghijklmnop`; the same ticket has the same one."""
    return f"t{ticket_id}-{_signatures(session, ticket_id)[0]}"


def with_token(address: str, token: str) -> str:
    """Return an address with a token behind a plus (RFC 5233), as in `cot+t12-abcdefghijklmnop@zus.pl`."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{token}@{domain}"


def tickets_named(session: Session, places: Iterable[str]) -> list[int]:
    """Return the ids of the tickets whose genuine tokens stand in Message-IDs and addresses, in order, each once."""
    found = (match for place in places if (match := _TOKEN.search(place)))
    return list(dict.fromkeys(int(match[1]) for match in found if _is_genuine(session, int(match[1]), match[2])))


def _is_genuine(session: Session, ticket_id: int, signature: str) -> bool:
    # Old keys count too: a customer may answer a letter from before the keys were changed.
    given = signature.lower().encode()
    return any(hmac.compare_digest(given, known.encode()) for known in _signatures(session, ticket_id))


def _signatures(session: Session, ticket_id: int) -> list[str]:
    sealer = sealer_of(session.get_bind().dialect)
    whole = sealer.signatures(f"thread of ticket {ticket_id}")
    return [base64.b32encode(signature[:BYTES]).decode().lower() for signature in whole]
