"""One stored mail, from its bytes to its ticket: parse, judge, understand, file, all or nothing."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from sqlalchemy import update
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from helpdesk import blobs, outbox
from helpdesk.database import Database
from helpdesk.errors import BlobsAway
from helpdesk.lifecycle import RawMailState
from helpdesk.overview import WANTED
from helpdesk.tables import RawMail
from mail_ingest.answering import Writer
from mail_ingest.authentication import Authentication, read_authentication
from mail_ingest.counts import Result
from mail_ingest.datafiles import read
from mail_ingest.filing import KEPT_ASIDE, file_mail, said_before, thread_of
from mail_ingest.inquiry import LONGEST_TEXT, Inquiry, to_inquiry
from mail_ingest.judged import Judged
from mail_ingest.office import Office
from mail_ingest.parsing import ParsedMail, parse_within
from mail_ingest.rules import Arrival, Outcome, Verdict, judge
from mail_ingest.scrubbing import pins_of, without_pins
from polish.masking import PIN
from understanding.errors import EngineUnavailable
from understanding.inquiries import may_be_in_danger
from understanding.service import Understander, Understood

DATABASE_AWAY = (OperationalError, InterfaceError, InternalError, PoolTimeout, BlobsAway)
"""Errors that are no mail's fault: the mail stays stored and is tried again."""

LONGEST_SHOWN = 100
"""Characters of a subject beside the cause for which a mail was set aside."""

logger = structlog.get_logger(__name__)


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
        return self.finish(self.prepare(raw_mail_id))

    def prepare(self, raw_mail_id: int) -> Prepared | Result:
        """Read and understand one stored mail and change nothing: several may be prepared at once, in any order.

        Returns:
            What `finish` takes; a result when the mail is another worker's or waits for the understanding.

        Raises:
            sqlalchemy.exc.OperationalError: (or another of `DATABASE_AWAY`) when the database is away.
        """
        return self._guarded(raw_mail_id, lambda: self._prepare(raw_mail_id))

    def finish(self, prepared: Prepared | Result) -> Result:
        """File a prepared mail in one transaction; call it in the order of the mails, for a reply follows its mail.

        Raises:
            sqlalchemy.exc.OperationalError: (or another of `DATABASE_AWAY`) when the database is away.
        """
        if isinstance(prepared, Result):
            return prepared
        done = self._guarded(prepared.raw_mail_id, lambda: self._finish(prepared))
        return done if isinstance(done, Result) else self.finish(done)

    def _guarded(self, raw_mail_id: int, work: Callable[[], Prepared | Result]) -> Prepared | Result:
        try:
            return work()
        except EngineUnavailable:
            return Result.POSTPONED
        except DATABASE_AWAY:
            raise
        except Exception as problem:  # the outer loop of mail: one bad mail must not stop the others
            logger.exception("mail_set_aside", raw_mail=raw_mail_id, problem=type(problem).__name__)
            return self._set_aside(raw_mail_id, f"{_cause('failed')} ({type(problem).__name__})")

    def _prepare(self, raw_mail_id: int) -> Prepared | Result:
        stored = self._load(raw_mail_id)
        if stored is None:
            return Result.ELSEWHERE
        mail = parse_within(stored.content, self.office.limits)
        inquiry = to_inquiry(mail)
        found = read_authentication(mail.headers, self.office.authserv_id)
        prepared = Prepared(raw_mail_id, stored, mail, inquiry, found, may_be_in_danger(inquiry.question))
        with self.database.reading() as session:
            opens = self._opens(session, prepared, judge(self._arrival(session, prepared)))
        # Rasa is asked between two transactions: while it thinks, nobody waits for the database.
        return self._asked(prepared) if opens else prepared

    def _finish(self, prepared: Prepared) -> Prepared | Result:
        """File a mail; gives it back, asked, when what happened since it was prepared makes it open a ticket."""
        with self.database.session() as session:
            verdict = judge(self._arrival(session, prepared))
            if not _claim(session, prepared.raw_mail_id, verdict.rule):
                return Result.ELSEWHERE
            if prepared.asked or not self._opens(session, prepared, verdict):
                return self._file(session, prepared, verdict)
        return self._asked(prepared)

    def _file(self, session: Session, prepared: Prepared, verdict: Verdict) -> Result:
        judged = Judged(
            prepared.raw_mail_id,
            prepared.mail,
            prepared.inquiry,
            verdict,
            prepared.understood,
            prepared.authentication,
        )
        session.get_one(RawMail, prepared.raw_mail_id).authentication = dict(prepared.authentication)
        result = file_mail(session, judged, self.office, self.writer, now=self.clock())
        if any(finding.kind == PIN for finding in prepared.inquiry.found) or len(prepared.mail.text) > LONGEST_TEXT:
            _forget_pins(session, prepared.raw_mail_id, prepared.stored.content, prepared.mail)
        if result is Result.SET_ASIDE:
            _put_aside(session, prepared.raw_mail_id, _why_aside(judged))
        session.commit()
        logger.info("mail_filed", raw_mail=prepared.raw_mail_id, rule=verdict.rule, result=result.value)
        return result

    def _opens(self, session: Session, prepared: Prepared, verdict: Verdict) -> bool:
        """Whether a mail opens a ticket as things stand; then it must be understood."""
        if verdict.outcome in (*KEPT_ASIDE, Outcome.IGNORE, Outcome.REPEATED):
            return False
        return thread_of(session, prepared.mail, prepared.inquiry.address, prepared.authentication) is None

    def _asked(self, prepared: Prepared) -> Prepared:
        return replace(prepared, understood=self._understand(prepared), asked=True)

    def _load(self, raw_mail_id: int) -> Stored | None:
        with self.database.reading() as session:
            raw = session.get(RawMail, raw_mail_id)
            if raw is None or raw.state is not RawMailState.STORED:
                return None
            return Stored(blobs.get(session, raw.sha256), raw.stored_at, raw.outcome == WANTED)

    def _arrival(self, session: Session, prepared: Prepared) -> Arrival:
        mail, inquiry, now = prepared.mail, prepared.inquiry, self.clock()
        sender, wanted = inquiry.address, prepared.stored.wanted
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
            in_danger=prepared.in_danger,
            understood=prepared.understood,
        )

    def _understand(self, prepared: Prepared) -> Understood | None:
        """Ask what is asked; after too long a wait a person gets the mail without a suggestion.

        A mail from somebody in danger waits for nothing.
        """
        try:
            return self.understander.understand(prepared.inquiry.question)
        except EngineUnavailable:
            if not prepared.in_danger and self.clock() - prepared.stored.at < self.office.engine_patience:
                raise
            return None

    def _set_aside(self, raw_mail_id: int, cause: str) -> Result:
        with self.database.session() as session:
            if not _claim(session, raw_mail_id, "failed"):
                return Result.ELSEWHERE
            _put_aside(session, raw_mail_id, cause)
            session.commit()
        return Result.SET_ASIDE


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
    if judged.verdict.outcome is Outcome.RETURNED:
        return _returned(judged.mail)
    # Masked like every subject, so that a consultant sees whether it may be a customer's.
    return f"{_cause(judged.verdict.rule)} {judged.inquiry.subject[:LONGEST_SHOWN]}"


def _returned(mail: ParsedMail) -> str:
    # The address stays in the raw mail; the cause is shown on the desk's list and holds no personal data.
    diagnostic = mail.bounce.diagnostic if mail.bounce else ""
    words = [word for word in diagnostic.split() if "@" not in word]
    return f"{_cause('bounce')} {' '.join(words)[:300]}".strip()


def _cause(key: str) -> str:
    return str(read("wording")["causes"][key])
