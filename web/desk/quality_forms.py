"""What the forms of quality send, read into values of the helpdesk."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Form, Query
from pydantic import BeforeValidator
from starlette.datastructures import FormData

from helpdesk.criteria import NewCriterion
from helpdesk.hours import WARSAW
from helpdesk.quality_states import CriterionKind, SampleMethod, ScoreStatus
from helpdesk.queues import Queue
from helpdesk.samples import LARGEST_SEED, MOST, Order, new_seed
from helpdesk.samples_choice import Plan
from helpdesk.samples_pool import CHAT, TICKET, Period
from helpdesk.scoring import Filled
from helpdesk.scoring_lists import Wanted
from helpdesk.scoring_points import HIGHEST, LOWEST, points_from
from helpdesk.tables import Criterion, ScoreCard
from polish.cleaning import clean
from polish.masking import mask
from web.desk.list_address import Day, Identity, QueueChoice

LONGEST = 20_000
PERCENT = 100
YEARS = range(2000, 2100)
CHANNELS = (CHAT, TICKET)
SCALE = tuple(range(LOWEST, HIGHEST + 1))
WEEK = timedelta(days=7)

Text = Annotated[str, Form(max_length=LONGEST)]


def written(text: str) -> str:
    """Return what somebody wrote about a case, with personal data masked."""
    return mask(clean(text[:LONGEST])).text


@dataclass(frozen=True)
class TypedCard:
    """The points and words of a card as they were sent.

    Attributes:
        points: what could be read, by criterion.
        shown: the criteria that the form showed.
        words: the feedback, or the reason of a decision.
    """

    points: Mapping[int, int | None] = field(default_factory=dict)
    shown: Sequence[int] = ()
    words: str = ""

    @classmethod
    def of(cls, form: FormData, words: str) -> "TypedCard":
        """Read a form; `words` is the name of its text."""
        points, shown = {}, []
        for name, value in form.multi_items():
            if not isinstance(value, str):
                continue
            if name == "shown" and _is_id(value):
                shown.append(int(value))
            elif name.startswith("p") and _is_id(name[1:]):
                try:
                    points[int(name[1:])] = points_from(value)
                except ValueError:
                    continue
        text = form.get(words)
        return cls(points, shown, written(text) if isinstance(text, str) else "")

    @classmethod
    def of_card(cls, card: ScoreCard) -> "TypedCard":
        """Return the points of a card, for a form that changes them."""
        return cls({mark.criterion_id: mark.points for mark in card.marks})

    @property
    def filled(self) -> Filled:
        """The card."""
        return Filled(self.points, self.shown, self.words)


def _is_id(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= len("999999999")


@dataclass(frozen=True)
class TypedSample:
    """The form of a new sample as it was sent, or as it is offered; every value is a word until it is read."""

    method: str = SampleMethod.RISK.value
    first: str = ""
    last: str = ""
    queue: str = ""
    size: str = "10"
    double: str = "20"
    fair: bool = True
    seed: str = ""

    @classmethod
    def offered(cls, now: datetime) -> "TypedSample":
        """Return what the form offers: the last seven days, yesterday included."""
        today = now.astimezone(WARSAW).date()
        return cls(first=str(today - WEEK), last=str(today - timedelta(days=1)))

    def order(self) -> Order:
        """Return what is asked for; raises ValueError with the name of what is wrong (`labels.yaml`)."""
        first, last = _day(self.first), _day(self.last)
        if first is None or last is None or first > last:
            raise ValueError("period")
        size, double = _number(self.size, 1, MOST), _number(self.double, 0, PERCENT)
        if size is None:
            raise ValueError("size")
        if double is None:
            raise ValueError("double")
        seed = _number(self.seed, 1, LARGEST_SEED) if self.seed.strip() else new_seed()
        if seed is None:
            raise ValueError("seed")
        method = SampleMethod.RANDOM if self.method == SampleMethod.RANDOM.value else SampleMethod.RISK
        queue = next((one for one in Queue if one.value == self.queue), None)
        period = Period(midnight(first), midnight(last + timedelta(days=1)), queue)
        return Order(period, Plan(method, size, seed, self.fair, double))


def midnight(day: date) -> datetime:
    """Return when a day begins in Warsaw."""
    return datetime.combine(day, time.min, WARSAW)


def _day(typed: str) -> date | None:
    try:
        found = date.fromisoformat(typed.strip())
    except ValueError:
        return None
    return found if found.year in YEARS else None


def _number(typed: str, least: int, most: int) -> int | None:
    plain = typed.strip()
    found = int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= len(str(LARGEST_SEED)) else None
    return found if found is not None and least <= found <= most else None


@dataclass(frozen=True)
class TypedCriterion:
    """The form of a criterion."""

    kind: Annotated[CriterionKind, Form()] = CriterionKind.OWN
    name: Annotated[str, Form(max_length=500)] = ""
    explanation: Annotated[str, Form(max_length=LONGEST)] = ""
    seen: Annotated[str, Form(max_length=64)] = ""
    """The `mark_of` the criterion that the form was filled with."""

    @property
    def criterion(self) -> NewCriterion:
        """The criterion."""
        return NewCriterion(self.kind, " ".join(clean(self.name).split()), clean(self.explanation))


def mark_of(criterion: Criterion) -> str:
    """Return by which a form knows that a criterion is still as it was."""
    words = "\0".join((criterion.kind.value, criterion.name, criterion.explanation))
    return hashlib.sha256(words.encode()).hexdigest()[:32]


def _read_percent(given: object) -> int | None:
    return _number(str(given), 0, PERCENT)


def _read_kind(given: object) -> CriterionKind | None:
    return next((one for one in CriterionKind if one.value == given), None)


def _read_status(given: object) -> ScoreStatus | None:
    return next((one for one in ScoreStatus if one.value == given), None)


def _read_channel(given: object) -> str:
    return str(given) if given in CHANNELS else ""


def _read_page(given: object) -> int:
    return _number(str(given), 0, LONGEST) or 0


Percent = Annotated[int | None, Query(), BeforeValidator(_read_percent)]
Page = Annotated[int, Query(), BeforeValidator(_read_page)]


@dataclass(frozen=True)
class CardsAddress:
    """Which cards a list shows, as its address says; what means nothing is left out. Days are whole, in Warsaw."""

    consultant: Identity = None
    queue: QueueChoice = None
    first: Day = None
    last: Day = None
    least: Percent = None
    most: Percent = None
    kind: Annotated[CriterionKind | None, Query(), BeforeValidator(_read_kind)] = None
    status: Annotated[ScoreStatus | None, Query(), BeforeValidator(_read_status)] = None
    channel: Annotated[str, Query(), BeforeValidator(_read_channel)] = ""
    page: Page = 0

    def wanted(self) -> Wanted:
        """Return what is looked for."""
        return Wanted(
            consultant_id=self.consultant,
            queue=self.queue,
            since=midnight(self.first) if self.first else None,
            until=midnight(self.last + timedelta(days=1)) if self.last else None,
            least=None if self.least is None else self.least / PERCENT,
            most=None if self.most is None else self.most / PERCENT,
            kind=self.kind,
            status=self.status,
            channel=self.channel,
        )

    def query(self, page: int) -> str:
        """Return the address's query for another page."""
        values = {
            "consultant": self.consultant,
            "queue": self.queue and self.queue.value,
            "first": self.first,
            "last": self.last,
            "least": self.least,
            "most": self.most,
            "kind": self.kind and self.kind.value,
            "status": self.status and self.status.value,
            "channel": self.channel,
            "page": page or None,
        }
        return urlencode({name: value for name, value in values.items() if value not in (None, "")})
