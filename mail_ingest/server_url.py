"""Mail servers as settings name them: `imaps://user:password@host:993/INBOX`, `smtp://host:25?tls=no`."""

from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import parse_qs, unquote, urlsplit

from mail_ingest.errors import BadServerUrl
from mail_ingest.tokens import Token

PORTS = {"imap": 143, "imaps": 993, "smtp": 25, "smtps": 465}


class Tls(str, Enum):
    """How the connection is encrypted."""

    FROM_START = "from-start"
    STARTTLS = "starttls"
    WHEN_OFFERED = "auto"
    NO = "no"


@dataclass(frozen=True)
class MailServer:
    """A mail server, and as whom we talk to it."""

    host: str
    port: int
    tls: Tls
    user: str = ""
    password: str = field(default="", repr=False)
    folder: str = "INBOX"
    token: Token | None = field(default=None, repr=False)
    """Gives the token of XOAUTH2; None where the password counts."""

    @property
    def account(self) -> str:
        """The name under which the mailbox is known in our records; a new port does not change it."""
        return f"{self.user}@{self.host}"[:200]


def read_server_url(url: str, kind: str) -> MailServer:
    """Return the server that a setting names.

    Args:
        url: the setting's value.
        kind: `imap` or `smtp`.

    Raises:
        BadServerUrl: with a sentence that names what is wrong, never the password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadServerUrl(f"{kind} address: the port is no number from 1 to 65535") from None
    if parts.scheme not in {kind, f"{kind}s"} or not parts.hostname:
        raise BadServerUrl(f"{kind} address: takes {kind}://host or {kind}s://user:password@host:port")
    return MailServer(
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        tls=_tls(parts.scheme, parts.query, kind),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
    )


def _tls(scheme: str, query: str, kind: str) -> Tls:
    if scheme.endswith("s"):
        return Tls.FROM_START
    default = Tls.STARTTLS if kind == "imap" else Tls.WHEN_OFFERED
    wanted = parse_qs(query).get("tls", [default.value])[0]
    try:
        return Tls(wanted)
    except ValueError:
        raise BadServerUrl(f"{kind} address: tls takes no, starttls or auto") from None
