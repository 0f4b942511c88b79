"""Work behind the desk: small steps, each done again and again in a thread of its own (`okienko serve knowledge`).

A step asks the database what is due, does it and returns. What it must not do twice it claims there
(`okienko/claims.py`), since several nodes may run the same steps.
"""

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import structlog

from helpdesk.database import Database
from knowledge.live import LiveKnowledge
from okienko.bootstrap import build_knowledge, thresholds
from okienko.editorial import publish_on_time
from okienko.evaluation.asking import ask_search
from okienko.evaluation.evaluator import Evaluator
from okienko.evaluation.present import Questioning
from okienko.index import INPUTS, fingerprint, knowledge
from okienko.learning import COUNT_EVERY, GATHER_EVERY, Gatherer, count_effects
from okienko.settings import Settings
from okienko.storage import build_database, now
from okienko.trainer import RasaWorkshop, Trainer

NICENESS = 10

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class House:
    """What steps are built from.

    Attributes:
        settings: all of them.
        database: that of the desk.
        knowledge: the knowledge base of the moment, with everything published.
        clock: gives the instant, aware UTC.
        stop: is set when the process is told to end; what takes long looks at it.
    """

    settings: Settings
    database: Database
    knowledge: LiveKnowledge
    clock: Callable[[], datetime]
    stop: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True)
class Step:
    """Something that is looked after: its name in the logs, the seconds between two looks, and the work itself."""

    name: str
    every: float
    work: Callable[[], object]


def steps(house: House) -> Sequence[Step]:
    """Return everything that is done in the background; another part adds its step as one line."""
    gatherer = Gatherer(house.database, house.knowledge, house.clock, house.stop)
    return (
        Step("evaluations", 2.0, evaluator_of(house).work),
        Step("trainings", 2.0, trainer_of(house).work),
        Step("publications", 5.0, partial(publish_on_time, house.database, house.clock)),
        Step("open questions", GATHER_EVERY, gatherer.work),
        Step("effects of changes", COUNT_EVERY, partial(count_effects, house.database, house.clock)),
    )


def evaluator_of(house: House) -> Evaluator:
    """Return what does the evaluations."""
    settings = house.settings
    release = partial(knowledge, settings.data_dir, settings.embedding_model)
    questioning = Questioning(release, house.database, thresholds(settings), partial(ask_search, stop=house.stop))
    return Evaluator(house.database, questioning, fingerprint(INPUTS), house.clock)


def trainer_of(house: House) -> Trainer:
    """Return what does the trainings."""
    workshop = RasaWorkshop(house.settings, house.stop)
    return Trainer(house.settings, house.database, workshop, house.clock)


def run(settings: Settings, stop: threading.Event) -> None:
    """Do all steps until told to stop, and let customers go first wherever the processor is short."""
    os.nice(NICENESS)
    database = build_database(settings)
    house = House(settings, database, build_knowledge(settings, database), now, stop)
    keep_doing(steps(house), stop)
    database.close()


def keep_doing(found: Sequence[Step], stop: threading.Event) -> None:
    """Do each step again and again until told to stop; one that fails is logged and tried again at its next turn."""
    threads = [threading.Thread(target=_repeat, args=(step, stop), name=step.name) for step in found]
    for thread in threads:
        thread.start()
    stop.wait()
    for thread in threads:
        thread.join()


def _repeat(step: Step, stop: threading.Event) -> None:
    while not stop.is_set():
        do(step)
        stop.wait(step.every)


def do(step: Step) -> bool:
    """Do a step once; returns whether it went well."""
    try:
        step.work()
    except Exception as problem:  # whatever one step trips over, the others have their own work to do
        log.exception("step.failed", step=step.name, problem=type(problem).__name__)
        return False
    return True
