"""What a mail asks, ready for the helpdesk: its words with personal data masked."""

from dataclasses import dataclass

from mail_ingest.datafiles import wording
from mail_ingest.parsing.addresses import is_valid, read_addresses
from mail_ingest.parsing.model import ParsedMail
from polish.cleaning import clean
from polish.masking import Finding, Masked, mask

LONGEST_TEXT = 100_000
"""Characters of a mail that are stored beside its raw bytes; nobody reads more."""
LONGEST_SUBJECT = 500
LONGEST_NAME = 200


@dataclass(frozen=True)
class Inquiry:
    """A mail's words, masked, and who wrote them."""

    address: str
    """The sender's address in lower case; empty when the mail names no valid one."""
    name: str
    subject: str
    text: str
    """The new words; never empty."""
    quoted: str
    """The whole text where it holds more than the new words, else empty."""
    question: str
    """What is to be understood, the subject in the first line: it may hold the topic, and the text the question."""
    is_empty: bool = False
    """Whether nobody wrote anything: no subject and no new words."""
    found: tuple[Finding, ...] = ()
    """What was masked in subject and text, with the originals; each once."""


def to_inquiry(mail: ParsedMail) -> Inquiry:
    """Return what a mail asks; a missing subject or text is replaced by words that say so."""
    sender = sender_of(mail)
    heading, new, all_of_it = (
        _masked(words, longest)
        for words, longest in ((mail.subject, LONGEST_SUBJECT), (mail.reply, LONGEST_TEXT), (mail.text, LONGEST_TEXT))
    )
    subject, text, whole = heading.text[:LONGEST_SUBJECT], new.text, all_of_it.text
    names = [address.name for address in mail.senders if address.name]
    return Inquiry(
        address=sender,
        name=_masked(names[0], LONGEST_NAME).text[:LONGEST_NAME] if names else "",
        subject=subject or wording("no_subject"),
        text=text or wording("no_text"),
        quoted=whole if whole != text else "",
        question=f"{subject}\n{text}",
        is_empty=not (telling(subject) or telling(text)),
        found=_each_once(heading, new, all_of_it),
    )


def telling(text: str) -> bool:
    """Return whether a text holds a word."""
    return any(map(str.isalnum, text))


def sender_of(mail: ParsedMail) -> str:
    """Return the address to which a mail is answered and by which its thread is known.

    From comes first: Reply-To is what anybody may set without owning it, and it counts only without a From.
    """
    fallbacks = read_addresses(mail.headers.get("sender", ()))
    addresses = [found.address for found in (*mail.senders, *mail.reply_to, *fallbacks)]
    return next((address.lower() for address in addresses if is_valid(address)), "")


def masked_name(filename: str) -> str:
    """Return the name of an attachment without personal data; an ending such as ".pdf" stays."""
    return mask(clean(filename)).text


def _masked(text: str, longest: int) -> Masked:
    return mask(clean(text[:longest]))


def _each_once(*texts: Masked) -> tuple[Finding, ...]:
    found = {(finding.kind, finding.original): finding for text in texts for finding in text.found}
    return tuple(found.values())
