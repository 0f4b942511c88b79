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
        answer_confidence: how sure the answer to a general question must be to be sent without a person; above 1
            nothing is.
        links_last: how long links in letters work.
        repeats_within: within how long a mail with the same words from the same sender is the same mail again; zero
            for never.
        authserv_id: the name by which the receiving server signs what it found of the sender; empty: nothing is known.
        plus_addresses: whether the mail server delivers what is sent to `cot+anything@…`.
        limits: how much of a mail is parsed.
    """

    address: str
    more_addresses: Set[str] = frozenset()
    most_answers: int = 10
    engine_patience: timedelta = timedelta(minutes=2)
    limits: Limits = field(default_factory=Limits)
    answer_confidence: float = 2.0
    links_last: timedelta = timedelta(days=7)
    repeats_within: timedelta = timedelta(0)
    authserv_id: str = ""
    plus_addresses: bool = False

    @property
    def own_addresses(self) -> Set[str]:
        """All its addresses in lower case."""
        return {address.lower() for address in (self.address, *self.more_addresses)}

    @property
    def reply_address(self) -> str:
        """The address that gets a ticket's token for replies; empty where the mail server knows no such addresses."""
        return self.address if self.plus_addresses else ""

    def is_own(self, address: str) -> bool:
        """Whether an address is one of its own, also with a token behind a plus."""
        local, _, domain = address.lower().rpartition("@")
        return f"{local.partition('+')[0]}@{domain}" in self.own_addresses

    @property
    def domain(self) -> str:
        """The domain in which our Message-IDs are made."""
        return self.address.rpartition("@")[2].lower()
