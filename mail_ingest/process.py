"""One stored mail, from its bytes to its ticket: parse, judge, understand, file, all or nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import takewhile

import structlog
from sqlalchemy import update
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from helpdesk import blobs, tracing
from helpdesk.database import Database
from helpdesk.errors import BlobsAway
from helpdesk.lifecycle import RawMailState
from helpdesk.tables import RawMail
from mail_ingest.answering import Writer
from mail_ingest.counts import Result
from mail_ingest.datafiles import read
from mail_ingest.filing import KEPT_ASIDE, file_mail, thread_of
from mail_ingest.inquiry import LONGEST_TEXT
from mail_ingest.judged import Judged
from mail_ingest.office import Office
from mail_ingest.parsing import ParsedMail
from mail_ingest.prepared import Prepared, arrival, first_sight, load, read_mail
from mail_ingest.rules import Outcome, Verdict, judge
from mail_ingest.scrubbing import pins_of, without_pins
from polish.masking import PIN
from understanding.errors import EngineUnavailable
from understanding.service import Understander

DATABASE_AWAY = (OperationalError, InterfaceError, InternalError, PoolTimeout, BlobsAway)
"""Errors that are no mail's fault: the mail stays stored and is tried again."""

LONGEST_SHOWN = 100
"""Characters of a subject beside the cause for which a mail was set aside."""

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
        return self.finish(self.prepare([raw_mail_id]))[0]

    @tracing.span("mail.prepare")
    def prepare(self, raw_mail_ids: Sequence[int]) -> Sequence[Prepared | Result]:
        """Read and understand stored mails and change nothing: mails may be prepared at once, in any order.

        Returns:
            What `finish` takes; a result for a mail that is another worker's or waits for the understanding.

        Raises:
            sqlalchemy.exc.OperationalError: (or another of `DATABASE_AWAY`) when the database is away.
        """
        read = [self._guarded(number, partial(self._read, number)) for number in raw_mail_ids]
        with self.database.reading() as session:
            new = [isinstance(mail, Prepared) and self._opens(session, mail, self._first(mail)) for mail in read]
        # Rasa is asked between two transactions: while it thinks, nobody waits for the database.
        questions = [
            mail.inquiry.question for mail, opens in zip(read, new, strict=True) if isinstance(mail, Prepared) and opens
        ]
        informed = replace(self, understander=self.understander.having_asked(questions)) if questions else self
        return [
            self._guarded(mail.raw_mail_id, partial(informed._asked, mail))
            if isinstance(mail, Prepared) and opens
            else mail
            for mail, opens in zip(read, new, strict=True)
        ]

    @tracing.span("mail.file")
    def finish(self, prepared: Sequence[Prepared | Result]) -> Sequence[Result]:
        """File prepared mails in their order; call it in the order of the mails, for a reply follows its mail.

        All go into one transaction; where that fails, each gets its own, so that a bad mail stops no other.

        Returns:
            What became of them, up to the first that waits for the understanding: those after it are left.

        Raises:
            sqlalchemy.exc.OperationalError: (or another of `DATABASE_AWAY`) when the database is away.
        """
        ready = list(takewhile(lambda mail: mail is not Result.POSTPONED, prepared))
        results = self._together(ready) if len(ready) > 1 else []
        for mail in [] if results else ready:
            results.append(self._alone(mail))
            if results[-1] is Result.POSTPONED:
                return results
        return results if len(ready) == len(prepared) else [*results, Result.POSTPONED]

    def _together(self, prepared: Sequence[Prepared | Result]) -> list[Result]:
        """File mails in one transaction; empty when that cannot be done."""
        results: list[Result] = []
        try:
            with self.database.session() as session:
                for mail in prepared:
                    done = mail if isinstance(mail, Result) else self._finish(session, mail)
                    if not isinstance(done, Result):
                        return []
                    results.append(done)
                session.commit()
        except Exception as problem:  # whose fault it was shows when each is filed alone
            logger.info("mails_filed_one_by_one", problem=type(problem).__name__)
            return []
        return results

    def _alone(self, prepared: Prepared | Result) -> Result:
        if isinstance(prepared, Result):
            return prepared
        done = self._guarded(prepared.raw_mail_id, partial(self._committed, prepared))
        return done if isinstance(done, Result) else self._alone(done)

    def _committed(self, prepared: Prepared) -> Prepared | Result:
        with self.database.session() as session:
            done = self._finish(session, prepared)
            if isinstance(done, Result):
                session.commit()
                return done
        return self._asked(prepared)

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

    def _read(self, raw_mail_id: int) -> Prepared | Result:
        with self.database.reading() as session:
            stored = load(session, raw_mail_id)
        return Result.ELSEWHERE if stored is None else read_mail(raw_mail_id, stored, self.office)

    def _finish(self, session: Session, prepared: Prepared) -> Prepared | Result:
        """File a mail; gives it back when what happened since it was prepared makes it open a ticket unasked."""
        verdict = judge(arrival(session, prepared, self.office, now=self.clock()))
        if not (prepared.asked or not self._opens(session, prepared, verdict)):
            return prepared
        if not _claim(session, prepared, verdict.rule):
            return Result.ELSEWHERE
        return self._file(session, prepared, verdict)

    def _file(self, session: Session, prepared: Prepared, verdict: Verdict) -> Result:
        judged = Judged(
            prepared.raw_mail_id,
            prepared.mail,
            prepared.inquiry,
            verdict,
            prepared.understood,
            prepared.authentication,
        )
        result = file_mail(session, judged, self.office, self.writer, now=self.clock())
        if any(finding.kind == PIN for finding in prepared.inquiry.found) or len(prepared.mail.text) > LONGEST_TEXT:
            _forget_pins(session, prepared.raw_mail_id, prepared.stored.content, prepared.mail)
        if result is Result.SET_ASIDE:
            _put_aside(session, prepared.raw_mail_id, _why_aside(judged))
        logger.info("mail_filed", raw_mail=prepared.raw_mail_id, rule=verdict.rule, result=result.value)
        return result

    def _first(self, prepared: Prepared) -> Verdict:
        return judge(first_sight(prepared, self.office))

    def _opens(self, session: Session, prepared: Prepared, verdict: Verdict) -> bool:
        """Whether a mail opens a ticket as things stand; then it must be understood."""
        if verdict.outcome in (*KEPT_ASIDE, Outcome.IGNORE, Outcome.REPEATED):
            return False
        return thread_of(session, prepared.mail, prepared.inquiry.address, prepared.authentication) is None

    def _asked(self, prepared: Prepared) -> Prepared:
        """Ask what is asked; after too long a wait a person gets the mail without a suggestion.

        A mail from somebody in danger waits for nothing, and neither does one that, as the database knows, opens no
        ticket.
        """
        try:
            return replace(prepared, understood=self.understander.understand(prepared.inquiry.question), asked=True)
        except EngineUnavailable:
            now = self.clock()
            if prepared.in_danger or now - prepared.stored.at >= self.office.engine_patience:
                return replace(prepared, asked=True)
            with self.database.reading() as session:
                if self._opens(session, prepared, judge(arrival(session, prepared, self.office, now=now))):
                    raise
            return prepared

    def _set_aside(self, raw_mail_id: int, cause: str) -> Result:
        with self.database.session() as session:
            if not _taken(session, raw_mail_id, outcome="failed"):
                return Result.ELSEWHERE
            _put_aside(session, raw_mail_id, cause)
            session.commit()
        return Result.SET_ASIDE


def _claim(session: Session, prepared: Prepared, rule: str) -> bool:
    """Take the mail for this transaction; False when another worker has done it."""
    return _taken(session, prepared.raw_mail_id, outcome=rule, authentication=dict(prepared.authentication))


def _taken(session: Session, raw_mail_id: int, **known: object) -> bool:
    taken = session.execute(
        update(RawMail)
        .where(RawMail.id == raw_mail_id, RawMail.state == RawMailState.STORED)
        .values(state=RawMailState.PROCESSED, cause="", **known)
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
