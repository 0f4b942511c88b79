"""Work of once a day: the deletion of what is kept no longer, by one node of several, with its proof."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from helpdesk import retention
from helpdesk.database import Database
from helpdesk.hours import WARSAW
from helpdesk.retention import Outcome, Periods
from helpdesk.tables import RetentionRun
from okienko.settings import Settings

FROM = time(3, 0)
"""In Warsaw: when nobody is at the desk."""
LOOK_EVERY = 600.0
GIVEN_UP_AFTER = timedelta(hours=6)
"""A run that did not end by then was broken off, and another node takes it over."""
PROOFS = "retention"

logger = structlog.get_logger(__name__)


def periods(settings: Settings) -> Periods:
    """Return how long each class is kept."""
    return Periods(
        anonymous_chats=settings.retention_anonymous_chats_days,
        verified_chats=settings.retention_verified_chats_days,
        tickets=settings.retention_tickets_days,
        visits=settings.retention_appointments_days,
        callbacks=settings.retention_appointments_days,
        audit=settings.retention_audit_days,
        raw_mail=settings.retention_raw_mail_days,
        outbox=settings.retention_outbox_days,
        text_messages=settings.retention_outbox_days,
        sealed_values=settings.retention_sealed_values_days,
    )


@dataclass(frozen=True)
class Retention:
    """Deletes what is due and writes the proof into the database and below the data folder."""

    database: Database
    periods: Periods
    folder: Path
    clock: Callable[[], datetime]

    def run(self, *, dry: bool = False) -> Mapping[str, Outcome]:
        """Delete at once what is due; with `dry` only count it, and leave no record."""
        now = self.clock()
        if dry:
            return retention.run(self.database, self.periods, now=now, dry=True)
        with self.database.session() as session:
            asked = RetentionRun(began_at=now, report={})
            session.add(asked)
            session.commit()
        return self._finish(asked.id)

    def run_daily(self) -> bool:
        """Do the day's run unless it is too early, or another node does it or has done it; tells whether it ran."""
        claimed = self._claim()
        if claimed is not None:
            self._finish(claimed)
        return claimed is not None

    def keep_running(self, stop: threading.Event) -> None:
        """Do each day's run until told to stop."""
        while not stop.is_set():
            try:
                self.run_daily()
            except SQLAlchemyError as problem:  # the database is away; the run is broken off and taken up again
                logger.warning("retention_broken_off", problem=type(problem).__name__)
            stop.wait(LOOK_EVERY)

    def _claim(self) -> int | None:
        now = self.clock()
        here = now.astimezone(WARSAW)
        if here.time() < FROM:
            return None
        with self.database.session() as session:
            mine = RetentionRun(day=here.date(), began_at=now, report={})
            session.add(mine)
            try:
                session.commit()
            except IntegrityError:
                session.rollback()
            else:
                return mine.id
            broken_off = (
                update(RetentionRun)
                .where(
                    RetentionRun.day == here.date(),
                    RetentionRun.ended_at.is_(None),
                    RetentionRun.began_at < now - GIVEN_UP_AFTER,
                )
                .values(began_at=now)
                .returning(RetentionRun.id)
                .execution_options(synchronize_session=False)
            )
            taken = session.execute(broken_off).scalar()
            session.commit()
            return taken

    def _finish(self, run_id: int) -> Mapping[str, Outcome]:
        outcomes = retention.run(self.database, self.periods, now=self.clock())
        report = {kind: asdict(outcome) for kind, outcome in outcomes.items()}
        with self.database.session() as session:
            done = session.scalars(select(RetentionRun).where(RetentionRun.id == run_id)).one()
            done.ended_at, done.report = self.clock(), report
            session.commit()
        self._write_proof(run_id, report)
        deleted = {kind: outcome.due - outcome.found_afterwards for kind, outcome in outcomes.items() if outcome.due}
        logger.info("retention_done", run=run_id, deleted=deleted)
        return outcomes

    def _write_proof(self, run_id: int, report: Mapping[str, Any]) -> None:
        folder = self.folder / PROOFS
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{self.clock().astimezone(WARSAW):%Y-%m-%d}-{run_id}.json"
        (folder / name).write_text(json.dumps(report, indent=2), encoding="utf-8")
