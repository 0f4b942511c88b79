"""Claims of queued work: each piece goes to one node, and what a dead one had is taken up again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from helpdesk.database import Database
from helpdesk.knowledge_states import RunKind, RunStatus
from helpdesk.tables import EvaluationRun
from okienko.claims import claim

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LONGEST = timedelta(minutes=10)


def queue(database: Database, count: int) -> list[int]:
    with database.session() as session:
        runs = [EvaluationRun(kind=RunKind.RELEASE, created_at=NOW) for _ in range(count)]
        session.add_all(runs)
        session.commit()
        return [run.id for run in runs]


def take(database: Database, now: datetime = NOW) -> int | None:
    return claim(database, EvaluationRun, given_up_after=LONGEST, now=now)


def test_each_piece_goes_to_one_of_many_that_ask_at_once(database: Database) -> None:
    queued = queue(database, 3)

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: take(database), range(8)))

    assert sorted(number for number in taken if number is not None) == queued


def test_the_oldest_piece_is_taken_first_and_marked_as_begun(database: Database) -> None:
    first, _ = queue(database, 2)

    assert take(database) == first
    with database.reading() as session:
        run = session.get_one(EvaluationRun, first)
        assert (run.status, run.began_at) == (RunStatus.RUNNING, NOW)


def test_what_a_node_that_died_had_begun_is_taken_up_again_after_a_time(database: Database) -> None:
    (number,) = queue(database, 1)
    take(database)

    assert take(database, NOW + LONGEST) is None
    assert take(database, NOW + LONGEST + timedelta(seconds=1)) == number


def test_what_is_done_is_not_taken(database: Database) -> None:
    (number,) = queue(database, 1)
    with database.session() as session:
        session.get_one(EvaluationRun, number).status = RunStatus.DONE
        session.commit()

    assert take(database, NOW + timedelta(days=1)) is None
