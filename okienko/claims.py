"""Taking queued work of the database: by one node of several, and again when the one that had it died."""

from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select, update

from helpdesk.database import Database
from helpdesk.knowledge_states import RunStatus
from helpdesk.tables import EvaluationRun, TrainedModel

Work = type[EvaluationRun] | type[TrainedModel]


def claim(database: Database, kind: Work, *, given_up_after: timedelta, now: datetime) -> int | None:
    """Take the oldest piece of work that is queued, or was begun so long ago that whoever had it must have died.

    Of several processes that ask at once each piece goes to one.

    Args:
        database: where the work is queued.
        kind: which table.
        given_up_after: how long a piece may take.
        now: the instant, aware UTC; it is kept in `began_at` and tells a claim from a later one.
    """
    free = or_(
        kind.status == RunStatus.QUEUED,
        and_(kind.status == RunStatus.RUNNING, kind.began_at < now - given_up_after),
    )
    with database.reading() as session:
        found = session.scalars(select(kind.id).where(free).order_by(kind.id)).all()
    if not found:
        return None
    with database.session() as session:
        for number in found:
            taking = update(kind).where(kind.id == number, free).values(status=RunStatus.RUNNING, began_at=now)
            taken = session.execute(taking.returning(kind.id).execution_options(synchronize_session=False)).scalar()
            session.commit()
            if taken is not None:
                return taken
    return None


def give_back(database: Database, kind: Work, number: int, *, began_at: datetime) -> None:
    """Queue a piece of work again that was claimed and not done, as when the process ends."""
    mine = kind.id == number, kind.began_at == began_at, kind.status == RunStatus.RUNNING
    with database.session() as session:
        session.execute(update(kind).where(*mine).values(status=RunStatus.QUEUED, began_at=None))
        session.commit()
