"""Mails as they arrived, with their places: committed before anything is parsed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from helpdesk import blobs
from helpdesk.lifecycle import RawMailState
from helpdesk.tables import MailboxState, RawMail

AT_ONCE = 500
"""UIDs in one question to the database."""
AGAIN = "again"
"""The outcome of a mail that the server shows again under a new UIDVALIDITY."""


@dataclass(frozen=True)
class Place:
    """A folder as it stands: UIDs mean something only within one UIDVALIDITY (RFC 3501, 2.3.1.1)."""

    mailbox: str
    folder: str
    uidvalidity: int


@dataclass(frozen=True)
class Fetched:
    """A mail as the server gave it."""

    uid: int
    content: bytes


@dataclass(frozen=True)
class Portion:
    """A bounded number of mails, read together.

    Attributes:
        up_to: the last UID that was asked for; the watermark moves there, also past mails that the server does not
            give: those that were removed meanwhile, and those it cannot read now (`gaps` finds the latter again).
        mails: those that it gave.
    """

    up_to: int
    mails: Sequence[Fetched]


def watermark(session: Session, place: Place) -> int:
    """Return the last UID that was stored; 0 for a folder that was never read."""
    state = _state(session, place)
    return state.last_uid if state else 0


def store(session: Session, place: Place, portion: Portion, *, now: datetime) -> Sequence[int]:
    """Store mails and move the watermark behind them (flushed; commit before they are processed).

    Returns:
        The ids of the rows that are to be processed: a mail that is known from before the server renumbered
        its folder is stored with its new place only.
    """
    mails = portion.mails
    known = _known_uids(session, place, [mail.uid for mail in mails])
    rows = [_row(session, place, mail, now) for mail in mails if mail.uid not in known]
    session.add_all(rows)
    state = _state(session, place) or _new_state(session, place, now)
    state.last_uid = max(state.last_uid, portion.up_to)
    state.seen_at = now
    session.flush()
    return [row.id for row in rows if row.state is RawMailState.STORED]


def note_visit(session: Session, place: Place, *, on_server: int, behind: int, now: datetime) -> None:
    """Note that the folder was looked at, and what it holds; earlier numberings hold nothing any more.

    Args:
        session: the unit of work.
        place: the folder.
        on_server: how many mails it holds.
        behind: how many of them are above the watermark.
        now: the instant.
    """
    state = _state(session, place) or _new_state(session, place, now)
    state.on_server, state.behind, state.seen_at = on_server, behind, now
    session.execute(
        update(MailboxState)
        .where(
            MailboxState.mailbox == place.mailbox,
            MailboxState.folder == place.folder,
            MailboxState.uidvalidity != place.uidvalidity,
        )
        .values(on_server=0, behind=0)
    )


def gaps(session: Session, place: Place, uids: Sequence[int]) -> Sequence[int]:
    """Return those of the UIDs, all up to the watermark, that were never stored.

    There are none, unless the server showed its mails out of order or could not give one when it was asked.
    """
    missing: list[int] = []
    for start in range(0, len(uids), AT_ONCE):
        some = uids[start : start + AT_ONCE]
        known = _known_uids(session, place, some)
        missing.extend(uid for uid in some if uid not in known)
    return missing


def processed_uids(session: Session, place: Place, uids: Collection[int]) -> Sequence[int]:
    """Return those of the UIDs whose mails were processed; they may be flagged."""
    found: list[int] = []
    ordered = sorted(uids)
    for start in range(0, len(ordered), AT_ONCE):
        wanted = _at(place).where(RawMail.uid.in_(ordered[start : start + AT_ONCE]))
        found.extend(session.scalars(wanted.where(RawMail.state == RawMailState.PROCESSED)))
    return found


def waiting_ids(session: Session, *, after: int, limit: int) -> Sequence[int]:
    """Return the ids of stored mails that are still to be processed, the oldest first."""
    waiting = select(RawMail.id).where(RawMail.state == RawMailState.STORED, RawMail.id > after)
    return session.scalars(waiting.order_by(RawMail.id).limit(limit)).all()


def _row(session: Session, place: Place, mail: Fetched, now: datetime) -> RawMail:
    sha256 = blobs.put(session, mail.content)
    again = _known_from_before(session, place, sha256)
    return RawMail(
        mailbox=place.mailbox,
        folder=place.folder,
        uidvalidity=place.uidvalidity,
        uid=mail.uid,
        sha256=sha256,
        size=len(mail.content),
        state=RawMailState.PROCESSED if again else RawMailState.STORED,
        outcome=AGAIN if again else "",
        stored_at=now,
    )


def _known_from_before(session: Session, place: Place, sha256: str) -> bool:
    before = select(RawMail.id).where(
        RawMail.sha256 == sha256,
        RawMail.mailbox == place.mailbox,
        RawMail.folder == place.folder,
        RawMail.uidvalidity != place.uidvalidity,
    )
    return session.scalar(before.limit(1)) is not None


def _known_uids(session: Session, place: Place, uids: Sequence[int]) -> Collection[int]:
    return set(session.scalars(_at(place).where(RawMail.uid.in_(uids))))


def _at(place: Place) -> Select[int]:
    return select(RawMail.uid).where(
        RawMail.mailbox == place.mailbox, RawMail.folder == place.folder, RawMail.uidvalidity == place.uidvalidity
    )


def _state(session: Session, place: Place) -> MailboxState | None:
    return session.scalar(
        select(MailboxState).where(
            MailboxState.mailbox == place.mailbox,
            MailboxState.folder == place.folder,
            MailboxState.uidvalidity == place.uidvalidity,
        )
    )


def _new_state(session: Session, place: Place, now: datetime) -> MailboxState:
    state = MailboxState(
        mailbox=place.mailbox,
        folder=place.folder,
        uidvalidity=place.uidvalidity,
        last_uid=0,
        on_server=0,
        behind=0,
        seen_at=now,
    )
    session.add(state)
    return state
