"""Writes instants as customers read them in letters and text messages: Warsaw time, Polish words."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import yaml
from jinja2 import Environment

from helpdesk.hours import WARSAW

FILE = Path(__file__).parent / "moments.yaml"


@lru_cache(maxsize=1)
def weekdays() -> Sequence[str]:
    """Return the names of the weekdays, Monday first."""
    names: Sequence[str] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["weekdays"]
    return names


def day(moment: datetime) -> str:
    """Write the day of an instant (aware) with its weekday, such as `poniedziałek 30.11.2026`."""
    return f"{weekdays()[moment.astimezone(WARSAW).weekday()]} {numeric_date(moment)}"


def numeric_date(moment: datetime) -> str:
    """Write the day of an instant (aware) in digits, such as `30.11.2026`."""
    return f"{moment.astimezone(WARSAW):%d.%m.%Y}"


def hour(moment: datetime) -> str:
    """Write the time of an instant (aware), such as `9:30`."""
    local = moment.astimezone(WARSAW)
    return f"{local.hour}:{local:%M}"


def add_filters(environment: Environment) -> None:
    """Teach templates the filters `day`, `date` and `hour`."""
    environment.filters.update(day=day, date=numeric_date, hour=hour)
