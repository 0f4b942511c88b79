"""One stored mail, from its bytes to its ticket: parse, judge, understand, file, all or nothing."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from sqlalchemy import update
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from helpdesk import blobs, outbox
from helpdesk.database import Database
from helpdesk.lifecycle import RawMailState
from helpdesk.overview import WANTED
from helpdesk.tables import RawMail
from mail_ingest.answering import Writer
from mail_ingest.authentication import read_authentication
from mail_ingest.counts import Result
from mail_ingest.datafiles import read
from mail_ingest.filing import KEPT_ASIDE, file_mail, said_before, thread_of
from mail_ingest.inquiry import to_inquiry
from mail_ingest.judged import Judged
from mail_ingest.office import Office
from mail_ingest.parsing import ParsedMail, parse_mail
from mail_ingest.rules import Arrival, Outcome, judge
from mail_ingest.scrubbing import pins_of, without_pins
from understanding.errors import EngineUnavailable
from understanding.inquiries import may_be_in_danger
from understanding.service import Understander, Understood

DATABASE_AWAY = (OperationalError, InterfaceError, PoolTimeout)
"""Errors that are no mail's fault: the mail stays stored and is tried again."""

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Processor:
    """Turns stored mails into tickets.

    Attributes:
        database: where the mails are and the tickets go.
        understander: tells what a mail asks.
        office: who we are, and our bounds.
        clock: gives the instant, aware UTC.
        writer: writes the letters that need the knowledge; without one a person answers.
    """

    database: Database
    understander: Understander
    office: Office
    clock: Callable[[], datetime]
    writer: Writer | None = None

    def process(self, raw_mail_id: int) -> Result:
        """Process one stored mail; what cannot be processed is set aside with its cause.

        Raises:
            sqlalchemy.exc.OperationalError: (or another of `DATABASE_AWAY`) when the database is away.
        """
        try:
            return self._process(raw_mail_id)
        except EngineUnavailable:
            return Result.POSTPONED
        except DATABASE_AWAY:
            raise
        except Exception as problem:  # the outer loop of mail: one bad mail must not stop the others
            logger.exception("mail_set_aside", raw_mail=raw_mail_id, problem=type(problem).__name__)
            return self._set_aside(raw_mail_id, f"{_cause('failed')} ({type(problem).__name__})")

    def _process(self, raw_mail_id: int) -> Result:
        stored = self._load(raw_mail_id)
        if stored is None:
            return Result.ELSEWHERE
        judged = self._judge(raw_mail_id, parse_mail(stored.content, self.office.limits), stored)
        with self.database.session() as session:
            if not _claim(session, raw_mail_id, judged.verdict.rule):
                return Result.ELSEWHERE
            session.get_one(RawMail, raw_mail_id).authentication = dict(judged.authentication)
            result = file_mail(session, judged, self.office, self.writer, now=self.clock())
            _forget_pins(session, raw_mail_id, stored.content, judged.mail)
            if result is Result.SET_ASIDE:
                _put_aside(session, raw_mail_id, _why_aside(judged))
            session.commit()
        logger.info("mail_filed", raw_mail=raw_mail_id, rule=judged.verdict.rule, result=result.value)
        return result

    def _load(self, raw_mail_id: int) -> "_Stored | None":
        with self.database.reading() as session:
            raw = session.get(RawMail, raw_mail_id)
            if raw is None or raw.state is not RawMailState.STORED:
                return None
            return _Stored(blobs.get(session, raw.sha256), raw.stored_at, raw.outcome == WANTED)

    def _judge(self, raw_mail_id: int, mail: ParsedMail, stored: "_Stored") -> Judged:
        authentication = read_authentication(mail.headers, self.office.authserv_id)
        with self.database.reading() as session:
            arrival = self._arrival(session, mail, wanted=stored.wanted)
            known = thread_of(session, mail, arrival.inquiry.address, authentication) is not None
        verdict = judge(arrival)
        # Rasa is asked between two transactions: while it thinks, nobody waits for the database.
        opens = not known and verdict.outcome not in (*KEPT_ASIDE, Outcome.IGNORE, Outcome.REPEATED)
        understood = self._understand(arrival, stored.at) if opens else None
        if understood is not None:
            verdict = judge(replace(arrival, understood=understood))
        return Judged(raw_mail_id, mail, arrival.inquiry, verdict, understood, authentication)

    def _arrival(self, session: Session, mail: ParsedMail, *, wanted: bool) -> Arrival:
        inquiry, now = to_inquiry(mail), self.clock()
        sender = inquiry.address
        return Arrival(
            mail=mail,
            inquiry=inquiry,
            from_office=self.office.is_own(sender),
            sent_by_us=bool(mail.message_id) and outbox.is_ours(session, mail.message_id or ""),
            marked_as_ours=any(map(self.office.is_own, mail.headers.get("x-loop", ()))),
            answers_today=outbox.automatic_answers(session, sender, now=now) if sender else 0,
            most_answers=self.office.most_answers,
            said_before=not wanted and said_before(session, inquiry, self.office, now=now) is not None,
            wanted=wanted,
            in_danger=may_be_in_danger(inquiry.question),
        )

    def _understand(self, arrival: Arrival, stored_at: datetime) -> Understood | None:
        """Ask what is asked; after too long a wait a person gets the mail without a suggestion.

        A mail from somebody in danger waits for nothing.
        """
        try:
            return self.understander.understand(arrival.inquiry.question)
        except EngineUnavailable:
            if not arrival.in_danger and self.clock() - stored_at < self.office.engine_patience:
                raise
            return None

    def _set_aside(self, raw_mail_id: int, cause: str) -> Result:
        with self.database.session() as session:
            if not _claim(session, raw_mail_id, "failed"):
                return Result.ELSEWHERE
            _put_aside(session, raw_mail_id, cause)
            session.commit()
        return Result.SET_ASIDE


@dataclass(frozen=True)
class _Stored:
    """A stored mail: its bytes, when it was stored, and whether a consultant wants a ticket of it."""

    content: bytes
    at: datetime
    wanted: bool


def _claim(session: Session, raw_mail_id: int, outcome: str) -> bool:
    """Take the mail for this transaction; False when another worker has done it."""
    taken = session.execute(
        update(RawMail)
        .where(RawMail.id == raw_mail_id, RawMail.state == RawMailState.STORED)
        .values(state=RawMailState.PROCESSED, outcome=outcome, cause="")
        .returning(RawMail.id)
        .execution_options(synchronize_session=False)
    )
    return taken.first() is not None


def _forget_pins(session: Session, raw_mail_id: int, content: bytes, mail: ParsedMail) -> None:
    """Keep the mail's bytes without the PINs in it; whatever became of the mail."""
    pins = pins_of(mail)
    if pins:
        sha256 = session.get_one(RawMail, raw_mail_id).sha256
        blobs.replace(session, sha256, without_pins(content, pins))


def _put_aside(session: Session, raw_mail_id: int, cause: str) -> None:
    session.execute(
        update(RawMail)
        .where(RawMail.id == raw_mail_id)
        .values(state=RawMailState.SET_ASIDE, cause=cause)
        .execution_options(synchronize_session=False)
    )


def _why_aside(judged: Judged) -> str:
    return _returned(judged.mail) if judged.verdict.outcome is Outcome.RETURNED else _cause(judged.verdict.rule)


def _returned(mail: ParsedMail) -> str:
    # The address stays in the raw mail; the cause is shown on the desk's list and holds no personal data.
    diagnostic = mail.bounce.diagnostic if mail.bounce else ""
    words = [word for word in diagnostic.split() if "@" not in word]
    return f"{_cause('bounce')} {' '.join(words)[:300]}".strip()


def _cause(key: str) -> str:
    return str(read("wording")["causes"][key])
