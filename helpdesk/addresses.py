"""Mail addresses that customers type: which of them a letter can be sent to."""

import re

from helpdesk.errors import BadAddress

LONGEST = 254
"""Characters of an address that the way of a mail can carry (RFC 5321, 4.5.3.1.3)."""
LONGEST_LOCAL = 64
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?=[a-z])(?:{_LABEL})", re.IGNORECASE)


def read_address(typed: str, *, own_domain: str) -> str:
    """Return a typed mail address in lower case, as it is stored and written to.

    Args:
        typed: what the customer wrote; blanks around it do not matter.
        own_domain: the office's own domain, to which no customer is written.

    Raises:
        BadAddress: it is none, or one of the office's own.
    """
    address = typed.strip()
    local, _at, domain = address.rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise BadAddress from None
    ends_well = len(local) <= LONGEST_LOCAL and len(local) + len(domain) < LONGEST
    if not ends_well or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise BadAddress
    if domain == own_domain.lower():
        raise BadAddress
    return f"{local.lower()}@{domain}"
