"""A consultant's answer to a ticket: what stops it from leaving, and sending it by mail or for a confirmed customer."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import (
    account_words,
    audit,
    blobs,
    canned,
    letter_links,
    letters,
    ratings_by_mail,
    sealed_values,
    ticket_answers,
)
from helpdesk.account_words import Sign
from helpdesk.errors import NotAllowedFile
from helpdesk.file_kinds import is_allowed, kind_of
from helpdesk.lifecycle import LinkPurpose
from helpdesk.policy import Channel, Matter, may_tell
from helpdesk.tables import Attachment, OutboxAttachment, OutboxMail, Staff, Ticket, TicketMessage
from helpdesk.verified_answers import VERIFIED
from polish.masking import mask

MAIL = "mail"
MOST_FILES = 5
LARGEST_FILE = 10_000_000
LARGEST_FILES = 20_000_000
"""Bytes of all files of one answer; most mail servers take no more once they are encoded."""


class Obstacle(str, Enum):
    """Why an answer does not leave; the values name the words of the desk."""

    EMPTY = "empty"
    MERGED = "merged"
    NO_ADDRESS = "no_address"
    UNFILLED = "unfilled"
    """A placeholder still stands in it."""
    IDENTIFIERS = "identifiers"
    """No identifier goes by mail, whatever the writer says."""
    READER = "reader"
    """Nobody, or nobody known, is named who may read it."""
    FILES_BY_MAIL_ONLY = "files_by_mail_only"
    ACCOUNT = "account"
    """It may tell of somebody's account: the writer is warned, and may say that it does not."""


@dataclass(frozen=True)
class File:
    """A file that goes along with an answer by mail."""

    name: str
    content: bytes = field(repr=False)
    content_type: str = ""


@dataclass(frozen=True)
class Written:
    """An answer as it was written.

    Attributes:
        text: the words, unmasked.
        channel: `mail`, or `verified` for what only the confirmed reader sees.
        reader_id: the customer who may read it by `verified`.
        confirmed: the `seal_of` the words that the writer saw the warning for, and sends all the same.
        files: what goes along.
    """

    text: str
    channel: str = MAIL
    reader_id: int | None = None
    confirmed: str = ""
    files: Sequence[File] = ()


@dataclass(frozen=True)
class Stopped:
    """Why an answer does not leave: the obstacle, what of the words it is about, and what was found of an account."""

    obstacle: Obstacle
    about: Sequence[str] = ()
    signs: Sequence[Sign] = ()


@dataclass(frozen=True)
class Post:
    """How letters of the desk are made: see `tickets.answer`; `site` and `links_last` are for links in them."""

    domain: str
    site: str
    links_last: timedelta
    reply_address: str = ""


def stopped(ticket: Ticket, written: Written) -> Stopped | None:
    """Return what stops an answer, or None: the policy first, then the words. Pure."""
    by_mail = written.channel != VERIFIED
    if not written.text:
        return Stopped(Obstacle.EMPTY)
    if ticket.merged_into_id is not None:
        return Stopped(Obstacle.MERGED)
    if not ticket.address:
        return Stopped(Obstacle.NO_ADDRESS)
    if left := canned.unfilled(written.text):
        return Stopped(Obstacle.UNFILLED, left)
    if not by_mail:
        if written.files:
            return Stopped(Obstacle.FILES_BY_MAIL_ONLY)
        return None if written.reader_id is not None else Stopped(Obstacle.READER)
    if may_tell(ticket.level, Matter.INDIVIDUAL, Channel.MAIL):
        return None
    if kinds := account_words.identifiers(written.text):
        return Stopped(Obstacle.IDENTIFIERS, kinds)
    signs = account_words.signs(written.text)
    return Stopped(Obstacle.ACCOUNT, (), signs) if signs and written.confirmed != seal_of(written.text) else None


def seal_of(text: str) -> str:
    """Return by which a confirmation is known to be about these very words."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def check_files(files: Sequence[File]) -> None:
    """Raise NotAllowedFile, with the file's name, when a file may not be sent, or they are too many or too large."""
    if len(files) > MOST_FILES or sum(len(file.content) for file in files) > LARGEST_FILES:
        raise NotAllowedFile("")
    for file in files:
        fits = 0 < len(file.content) <= LARGEST_FILE and file.name.strip()
        if not fits or not is_allowed(kind_of(file.content, file.name, file.content_type)):
            raise NotAllowedFile(file.name)


def send(
    session: Session, ticket: Ticket, staff: Staff, written: Written, post: Post, *, now: datetime
) -> TicketMessage:
    """Send an answer that nothing stops (flushed, not committed); its identifiers are masked and sealed.

    Args:
        session: the unit of work; the ticket is locked in it.
        ticket: what is answered.
        staff: in whose name.
        written: the answer.
        post: how letters are made.
        now: the instant.
    """
    masked = mask(written.text)
    verified = written.channel == VERIFIED
    letter = _waiting(session, ticket, post, now) if verified else _told(session, ticket, staff, masked.text, post, now)
    sent = ticket_answers.answer(
        session,
        ticket,
        staff,
        letter,
        masked.text,
        domain=post.domain,
        now=now,
        reply_address=post.reply_address,
        channel=written.channel,
        reader_id=written.reader_id if verified else None,
    )
    session.flush()
    sealed_values.keep(session, sent, masked.found, now=now)
    if not verified:
        _attach(session, sent, written.files)
        if account_words.signs(written.text):
            audit.record(session, f"ticket:{ticket.id}", "account warning dismissed", now=now, by=staff)
    session.flush()
    return sent


def _told(session: Session, ticket: Ticket, staff: Staff, text: str, post: Post, now: datetime) -> letters.Letter:
    links = ratings_by_mail.links(session, ticket, staff, site=post.site, lasts=post.links_last, now=now)
    return letters.render(
        "answer", number=ticket.number, subject=ticket.subject, text=text, consultant=staff.name, **links
    )


def _waiting(session: Session, ticket: Ticket, post: Post, now: datetime) -> letters.Letter:
    secret = letter_links.issue(session, ticket.id, LinkPurpose.CONTINUE, lasts=post.links_last, now=now)
    link = f"{post.site}/list/{secret}"
    return letters.render("answer_waits", number=ticket.number, link=link, expires=now + post.links_last)


def _attach(session: Session, message: TicketMessage, files: Sequence[File]) -> None:
    """Keep the files once as blobs, for the letter and for the ticket's thread."""
    letter_id = session.scalar(select(OutboxMail.id).where(OutboxMail.message_id == message.message_id))
    for file in files:
        kind = kind_of(file.content, file.name, file.content_type)
        sha256 = blobs.put(session, file.content)
        name = _plain_name(file.name)
        session.add(OutboxAttachment(outbox_mail_id=letter_id, filename=name, content_type=kind.found, sha256=sha256))
        session.add(
            Attachment(
                message_id=message.id,
                filename=name,
                content_type=(file.content_type or kind.found)[:100],
                found_type=kind.found,
                size=len(file.content),
                sha256=sha256,
            )
        )


def _plain_name(name: str) -> str:
    """Return a file's name as it may stand in a header and on a disk: no folders, nothing invisible, nothing masked."""
    visible = "".join(character if character.isprintable() else " " for character in name)
    return mask(visible.replace("/", "_").replace("\\", "_")).text[:255]
