"""What a mail says once it is parsed: plain values, whatever bytes they came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

TOO_LARGE = "attached files together larger than"
"""How the defect begins that tells of more attached bytes than a mail may bring."""

Headers = Mapping[str, tuple[str, ...]]
"""Decoded, unfolded headers by lower-case name, in the order of the mail."""


@dataclass(frozen=True)
class Limits:
    """How much of a mail is looked at; what lies beyond is named among the defects."""

    max_bytes: int = 40_000_000
    max_parts: int = 200
    max_depth: int = 20
    max_text: int = 1_000_000
    """Characters of a body; more than a person reads."""
    max_seconds: float = 0
    """Time of a mail that is parsed in a process of its own (see `guarded`); 0: in the caller's process."""
    max_attached: int = 25_000_000
    """Bytes of all attached files together; they are read beyond it, and the excess is named."""


@dataclass(frozen=True)
class Address:
    """A mailbox as a header names it: `name` may be empty, `address` may be no valid address."""

    name: str
    address: str


@dataclass(frozen=True)
class AttachedFile:
    """A file that came with a mail; the name holds no folders and is never empty."""

    filename: str
    content_type: str
    size: int
    sha256: str
    inline: bool
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Bounce:
    """The report that a mail could not be delivered (RFC 3464, or the looser forms of older servers)."""

    recipients: tuple[str, ...]
    """Addresses that were not reached, in lower case."""
    original_ids: tuple[str, ...]
    """Message-IDs of the mail that came back."""
    diagnostic: str
    """The receiving server's words, or an empty string."""
    permanent: bool


@dataclass(frozen=True)
class ParsedMail:
    """A mail, read as far as it can be read; `defects` names what was wrong with it."""

    message_id: str | None
    in_reply_to: str | None
    references: tuple[str, ...]
    date: datetime | None
    senders: tuple[Address, ...]
    """The From header."""
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    subject: str
    text: str
    """The whole body as text."""
    html: str
    """The body as HTML as the sender wrote it (to be sanitised before it is shown); empty when there is none."""
    reply: str
    """The new words only: no quotation, no signature."""
    lang: str
    auto_submitted: bool
    """Whether a program sent it (RFC 3834, vendors' headers, subjects of out-of-office replies)."""
    bounce: Bounce | None
    attachments: tuple[AttachedFile, ...]
    defects: tuple[str, ...]
    headers: Headers = field(repr=False)

    @property
    def too_large(self) -> bool:
        """Whether the mail is larger, or brings more files, than it may, so that the sender can be told kindly."""
        return any(defect.startswith((TOO_LARGE, "larger than")) for defect in self.defects)

    @property
    def thread_ids(self) -> tuple[str, ...]:
        """The Message-IDs that this mail refers to, the nearest first, each once."""
        nearest = (self.in_reply_to,) if self.in_reply_to else ()
        return tuple(dict.fromkeys((*nearest, *reversed(self.references))))


def first(headers: Headers, name: str) -> str:
    """Return the first header of that (lower-case) name, or an empty string."""
    return headers.get(name, ("",))[0]
