"""A mail with all that is known about it before it is filed."""

from dataclasses import dataclass, field

from helpdesk.lifecycle import TicketClass
from helpdesk.threads import References
from mail_ingest.authentication import Authentication
from mail_ingest.inquiry import Inquiry
from mail_ingest.parsing.model import ParsedMail
from mail_ingest.rules import Outcome, Verdict
from understanding.acts import Act
from understanding.dialogues.feedback import CLASSES
from understanding.service import Understood

RECIPIENTS = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")
"""Headers that may name the address with a ticket's token to which a mail went."""
MOST_RECIPIENTS = 50


@dataclass(frozen=True)
class Judged:
    """A mail with all that is known about it before it is filed."""

    raw_mail_id: int
    mail: ParsedMail
    inquiry: Inquiry
    verdict: Verdict
    understood: Understood | None
    """None where it was not asked, or where the understanding was away for too long."""
    authentication: Authentication = field(default_factory=dict)

    @property
    def language(self) -> str:
        """The language of the mail."""
        return self.understood.lang if self.understood else self.mail.lang

    @property
    def ticket_class(self) -> TicketClass:
        """What kind of case it is, by its act as in the chat."""
        act = Act.named(self.understood.act) if self.understood else Act.FALLBACK
        return CLASSES.get(act, TicketClass.QUESTION)

    @property
    def in_danger(self) -> bool:
        """Whether somebody may be in danger, or a mail that no person wrote says something like it."""
        known = self.understood is not None and self.understood.danger
        return known or self.verdict.outcome is Outcome.URGENT


def references_of(mail: ParsedMail) -> References:
    """Return what a mail says of its thread; a bounce first names the mail that came back."""
    returned = mail.bounce.original_ids if mail.bounce else ()
    named = [address.address for address in (*mail.to, *mail.cc)]
    named += [value for name in RECIPIENTS[2:] for value in mail.headers.get(name, ())]
    return References((*returned, *mail.thread_ids), named[:MOST_RECIPIENTS], mail.subject)
