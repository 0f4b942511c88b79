"""A stored mail that was read, and perhaps understood: what is known of it before anything is changed."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import blobs, outbox
from helpdesk.lifecycle import RawMailState
from helpdesk.overview import WANTED
from helpdesk.tables import RawMail
from mail_ingest.authentication import Authentication, read_authentication
from mail_ingest.filing import said_before
from mail_ingest.inquiry import Inquiry, to_inquiry
from mail_ingest.office import Office
from mail_ingest.parsing import ParsedMail, parse_within
from mail_ingest.rules import Arrival
from understanding.inquiries import may_be_in_danger
from understanding.service import Understood


@dataclass(frozen=True)
class Stored:
    """A stored mail: its bytes, when it was stored, and whether a consultant wants a ticket of it."""

    content: bytes
    at: datetime
    wanted: bool


@dataclass(frozen=True)
class Prepared:
    """A stored mail that was read, and understood where it seemed to open a ticket; nothing is changed yet."""

    raw_mail_id: int
    stored: Stored
    mail: ParsedMail
    inquiry: Inquiry
    authentication: Authentication
    in_danger: bool
    understood: Understood | None = None
    asked: bool = False
    """Whether the understanding was asked; it may have been away for too long."""


def load(session: Session, raw_mail_id: int) -> Stored | None:
    """Return a mail that is still to be processed; None for another."""
    waiting = select(RawMail.sha256, RawMail.stored_at, RawMail.outcome)
    raw = session.execute(waiting.where(RawMail.id == raw_mail_id, RawMail.state == RawMailState.STORED)).first()
    return Stored(blobs.get(session, raw.sha256), raw.stored_at, raw.outcome == WANTED) if raw else None


def read_mail(raw_mail_id: int, stored: Stored, office: Office) -> Prepared:
    """Read a mail: its words, masked, and what the receiving server found of its sender."""
    mail = parse_within(stored.content, office.limits)
    inquiry = to_inquiry(mail)
    found = read_authentication(mail.headers, office.authserv_id)
    return Prepared(raw_mail_id, stored, mail, inquiry, found, may_be_in_danger(inquiry.question))


def first_sight(prepared: Prepared, office: Office) -> Arrival:
    """Return what the rules judge, as the mail by itself shows it."""
    mail = prepared.mail
    return Arrival(
        mail=mail,
        inquiry=prepared.inquiry,
        from_office=office.is_own(prepared.inquiry.address),
        marked_as_ours=any(map(office.is_own, mail.headers.get("x-loop", ()))),
        most_answers=office.most_answers,
        wanted=prepared.stored.wanted,
        in_danger=prepared.in_danger,
        understood=prepared.understood,
    )


def arrival(session: Session, prepared: Prepared, office: Office, *, now: datetime) -> Arrival:
    """Return what the rules judge, with what the database knows at this moment."""
    mail, inquiry = prepared.mail, prepared.inquiry
    sender, wanted = inquiry.address, prepared.stored.wanted
    return replace(
        first_sight(prepared, office),
        sent_by_us=bool(mail.message_id) and outbox.is_ours(session, mail.message_id or ""),
        answers_today=outbox.automatic_answers(session, sender, now=now) if sender else 0,
        said_before=not wanted and said_before(session, inquiry, office, now=now) is not None,
    )
