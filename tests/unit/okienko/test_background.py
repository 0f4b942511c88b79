"""The loop of the work behind the desk."""

import threading
from datetime import UTC, date, datetime
from pathlib import Path

from helpdesk.database import Database
from knowledge.base import KnowledgeBase
from knowledge.live import LiveKnowledge
from okienko.background import House, Step, do, keep_doing, steps
from okienko.settings import Settings


def test_a_step_that_fails_says_so() -> None:
    assert do(Step("whole", 1.0, lambda: None))
    assert not do(Step("broken", 1.0, lambda: 1 / 0))


def test_a_step_that_fails_is_tried_again_and_the_others_go_on() -> None:
    stop, begun = threading.Event(), list[str]()

    def fail() -> None:
        begun.append("broken")
        raise RuntimeError

    both = threading.Event()

    def work() -> None:
        begun.append("whole")
        if begun.count("broken") >= 3 and begun.count("whole") >= 3:
            both.set()
            stop.set()

    keep_doing([Step("broken", 0.001, fail), Step("whole", 0.001, work)], stop)

    assert both.is_set()


def test_a_step_that_takes_long_holds_up_no_other() -> None:
    stop, other_done = threading.Event(), threading.Event()

    keep_doing(
        [Step("long", 1.0, lambda: other_done.wait(60) and stop.set()), Step("short", 1.0, other_done.set)], stop
    )

    assert other_done.is_set()


def test_nothing_that_the_desk_asks_for_is_left_undone(base: KnowledgeBase, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/none.db")
    live = LiveKnowledge(base, database, lambda: date(2026, 11, 23))
    house = House(Settings(data_dir=tmp_path), database, live, lambda: datetime(2026, 11, 23, tzinfo=UTC))

    names = {step.name for step in steps(house)}

    assert {"evaluations", "trainings", "publications", "open questions", "effects of changes"} <= names
