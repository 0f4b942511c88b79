"""Who we are in mail, and the bounds we set; given by the settings."""

from collections.abc import Set
from dataclasses import dataclass, field
from datetime import timedelta

from mail_ingest.parsing.model import Limits


@dataclass(frozen=True)
class Office:
    """The office's side of its mail.

    Attributes:
        address: the address at which it is written to, and from which it answers.
        more_addresses: further addresses of its own.
        most_answers: automatic answers that one address gets a day.
        engine_patience: how long a mail waits for the understanding before a person gets it without.
        limits: how much of a mail is parsed.
    """

    address: str
    more_addresses: Set[str] = frozenset()
    most_answers: int = 10
    engine_patience: timedelta = timedelta(minutes=2)
    limits: Limits = field(default_factory=Limits)

    @property
    def own_addresses(self) -> Set[str]:
        """All its addresses in lower case."""
        return {address.lower() for address in (self.address, *self.more_addresses)}

    @property
    def domain(self) -> str:
        """The domain in which our Message-IDs are made."""
        return self.address.rpartition("@")[2].lower()
