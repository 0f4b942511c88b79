"""The tables of the reports: what a page shows, a picture draws and a file holds are one table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from helpdesk import overview
from helpdesk.lifecycle import Author, ChatOutcome, WaitOutcome
from helpdesk.queues import Queue
from helpdesk.reports import (
    appointments,
    backlog,
    handling,
    kept,
    load,
    mailbox,
    outcomes,
    recognised,
    satisfaction,
    topics,
    volume,
    waits,
)
from helpdesk.reports.appointments import Appointments
from helpdesk.reports.measures import share
from helpdesk.reports.recognised import Recognition
from helpdesk.reports.satisfaction import By, Satisfaction
from helpdesk.reports.scope import Channel, Scope
from helpdesk.reports.volume import Contact, Hour
from web.desk.reports_words import Heading, headings, word, words
from web.labels import label, name_of

Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Asked:
    """What a table is made from.

    Attributes:
        session: the unit of work, which only reads.
        scope: what is counted.
        now: the instant (aware).
        minutes: the house's time for the service level.
        titles: the titles of articles by id.
        names: whether whoever asks may see who of the staff did what.
    """

    session: Session
    scope: Scope
    now: datetime
    minutes: int
    titles: Mapping[str, str]
    names: bool = False


@dataclass(frozen=True)
class Table:
    """A table with what stands above it; the first cell of a row says what the row is about.

    Attributes:
        name: its name in `reports.yaml`.
        rows: the cells, as values.
        total: whether the last row is all others together.
    """

    name: str
    rows: Rows
    total: bool = False

    @property
    def heading(self) -> Heading:
        """Return the title and the columns."""
        return headings()[self.name]

    @property
    def parts(self) -> Rows:
        """Return the rows without the one that is all others together."""
        return self.rows[:-1] if self.total else self.rows


def change(number: float, before: float) -> float | None:
    """Return by which part a number is greater than the one before; None when that was nothing."""
    return number / before - 1 if before else None


def _hours(asked: Asked) -> tuple[Sequence[Hour], Sequence[Hour]]:
    return volume.hours(asked.session, asked.scope), volume.hours(asked.session, asked.scope.before)


def _contacts(asked: Asked) -> Table:
    now, before = map(volume.by_contact, _hours(asked))
    names = words("contacts")
    rows = [[names[way.value], now[way], before[way], change(now[way], before[way])] for way in Contact]
    both = sum(now.values()), sum(before.values())
    return Table("contacts", [*rows, [word("all"), *both, change(*both)]], total=True)


def _days(asked: Asked) -> Table:
    scope, (found, earlier) = asked.scope, _hours(asked)
    now = volume.by_day(found, scope.period.days)
    before = volume.by_day(earlier, scope.before.period.days)
    rows = [
        [f"{day:%d.%m.%Y}", *ways.values(), sum(ways.values()), sum(earlier_ways.values())]
        for (day, ways), earlier_ways in zip(now.items(), before.values(), strict=True)
    ]
    return Table("days", [*rows, _sum(rows)], total=True)


def _queues(asked: Asked) -> Table:
    by_queue = volume.by_queue(volume.hours(asked.session, asked.scope))
    rows = [
        [queue_name(queue), *ways.values(), sum(ways.values())]
        for queue, ways in by_queue.items()
        if asked.scope.queue in (None, queue)
    ]
    return Table("queues", [*rows, _sum(rows)], total=True)


def _sum(rows: Rows) -> Sequence[Any]:
    return [word("all"), *(sum(column) for column in list(zip(*rows, strict=True))[1:])]


def _week(asked: Asked) -> Table:
    heat = volume.by_weekday(volume.hours(asked.session, asked.scope))
    return Table("hours", [[f"{hour:02}:00", *numbers] for hour, numbers in enumerate(heat)])


def queue_name(queue: Queue | None) -> str:
    """Return the Polish name of a queue, or of having none."""
    return word("no_queue") if queue is None else label(queue)


def _wait_rows(asked: Asked) -> Sequence[tuple[str, waits.Waits]]:
    within = 60 * asked.minutes
    by_queue = waits.waits_by_queue(asked.session, asked.scope, within=within)
    every = waits.waits(asked.session, asked.scope, within=within)
    return [*((label(queue), one) for queue, one in by_queue.items()), (word("all"), every)]


def _waits(asked: Asked) -> Table:
    rows = [
        [name, one.begun, one.taken.median, one.taken.ninety, one.service_level, one.place]
        for name, one in _wait_rows(asked)
    ]
    return Table("waits", rows, total=True)


def _endings(asked: Asked) -> Table:
    rows = [
        [name, *(one.number(outcome) for outcome in WaitOutcome), one.begun - one.over]
        for name, one in _wait_rows(asked)
    ]
    return Table("endings", rows, total=True)


def _handling(asked: Asked) -> Table:
    answers = handling.first_answers(asked.session, asked.scope)
    by_queue = handling.handling_by_queue(asked.session, asked.scope, answers)
    every = handling.handling(asked.session, asked.scope, answers)
    rows = [
        [
            name,
            *(value for spread in (one.chats, one.answers, one.solutions) for value in (spread.median, spread.ninety)),
        ]
        for name, one in (*((label(queue), one) for queue, one in by_queue.items()), (word("all"), every))
    ]
    return Table("handling", rows, total=True)


def _kept(asked: Asked) -> Table:
    by_queue = kept.kept_by_queue(asked.session, asked.scope, now=asked.now)
    every = kept.kept(asked.session, asked.scope, now=asked.now)
    rows = [
        [name, one.answers_share, one.late_answers, one.solutions_share, one.late_solutions]
        for name, one in (*((label(queue), one) for queue, one in by_queue.items()), (word("all"), every))
    ]
    return Table("kept", rows, total=True)


def _backlog(asked: Asked) -> Table:
    found = backlog.backlog(asked.session, asked.scope, now=asked.now)
    rows = [
        [name, one.new, one.open, one.pending, one.overdue, one.oldest]
        for name, one in (
            *((label(queue), one) for queue, one in found.items()),
            (word("all"), backlog.together(found)),
        )
    ]
    return Table("backlog", rows, total=True)


def bot_share(numbers: Mapping[ChatOutcome, int]) -> float | None:
    """Return which part of the questions the bot answered alone, 0 to 1; None without questions."""
    asked = sum(numbers.values()) - numbers.get(ChatOutcome.NO_QUESTION, 0)
    return share(numbers.get(ChatOutcome.BOT, 0), asked)


def _outcomes(asked: Asked) -> Table:
    found = outcomes.answered_by(asked.session, asked.scope)
    named = [*((words("channels")[channel.value], numbers) for channel, numbers in found.items())]
    rows = [
        [name, *(numbers.get(outcome, 0) for outcome in ChatOutcome), bot_share(numbers)]
        for name, numbers in (*named, (word("all"), outcomes.together(found)))
    ]
    return Table("outcomes", rows, total=True)


def _recognition(asked: Asked) -> Table:
    found = recognised.recognition(recognised.turns(asked.session, asked.scope))
    every = recognised.questions(found)
    names = words("recognitions")
    rows = [
        [names[one.value], found[one], share(found[one], every) if one is not Recognition.NO_QUESTION else None]
        for one in Recognition
    ]
    return Table("recognition", rows)


def _topics(asked: Asked) -> Table:
    rows = [
        [
            asked.titles.get(one.article, one.article),
            one.number,
            one.before,
            change(one.number, one.before),
            one.helpful,
            one.unhelpful,
            one.handed_over,
        ]
        for one in topics.topics(asked.session, asked.scope)
    ]
    return Table("topics", rows)


def _rated(name: str, by: By, called: Callable[[Any], str]) -> Callable[[Asked], Table]:
    def table(asked: Asked) -> Table:
        found = satisfaction.satisfaction_by(asked.session, asked.scope, by)
        every = satisfaction.satisfaction(asked.session, asked.scope)
        named = sorted((called(key), one) for key, one in found.items())
        return Table(name, [_rating(*row) for row in (*named, (word("all"), every))], total=True)

    return table


def _rating(name: str, one: Satisfaction) -> Sequence[Any]:
    return [name, one.number, one.helpful, one.share]


def _profile(key: str | None) -> str:
    return word("no_profile") if key is None else name_of("Profile", key)


def _part(key: Author) -> str:
    return word("of_person" if key is Author.CONSULTANT else "of_bot")


def _load(asked: Asked) -> Table:
    found = load.loads(asked.session, asked.scope)
    named = [(one.name, one.work) for one in found] if asked.names else []
    rows = [
        [
            name, work.chats, work.seconds, work.answered, work.solved, work.calls, work.reached,
            work.accepted, work.declined, work.expired,
        ]
        for name, work in (*named, (word("nobody_named"), load.together(found)))
    ]  # fmt: skip
    return Table("load", rows, total=True)


def _appointments(asked: Asked) -> Table:
    calls = appointments.callbacks(asked.session, asked.scope, now=asked.now)
    visits = appointments.visits(asked.session, asked.scope, now=asked.now)
    return Table("appointments", [_appointment(word("callbacks"), calls), _appointment(word("visits"), visits)])


def _appointment(name: str, one: Appointments) -> Sequence[Any]:
    return [name, one.kept, one.missed, one.cancelled, one.overdue, one.ahead, one.kept_share]


def _named(name: str, source: Callable[[Asked], object]) -> Callable[[Asked], Table]:
    """Return a table of two columns: the names of attributes, as `reports.yaml` has them, and their values."""

    def table(asked: Asked) -> Table:
        found = source(asked)
        return Table(name, [[text, getattr(found, key)] for key, text in headings()[name].rows.items()])

    return table


def _aside(asked: Asked) -> Table:
    found = mailbox.set_aside_by(asked.session, asked.scope)
    names = words("mail_rules")
    rows = [[names.get(rule, rule) or word("no_rule"), number] for rule, number in found.items()]
    return Table("aside", sorted(rows, key=lambda row: (-row[1], row[0])))


def _post(asked: Asked) -> mailbox.Post:
    return mailbox.post(asked.session, asked.scope)


TABLES: Mapping[str, Callable[[Asked], Table]] = {
    "contacts": _contacts,
    "days": _days,
    "queues": _queues,
    "hours": _week,
    "waits": _waits,
    "endings": _endings,
    "handling": _handling,
    "kept": _kept,
    "backlog": _backlog,
    "outcomes": _outcomes,
    "recognition": _recognition,
    "topics": _topics,
    "by_profile": _rated("by_profile", By.PROFILE, _profile),
    "by_part": _rated("by_part", By.PART, _part),
    "by_queue": _rated("by_queue", By.QUEUE, queue_name),
    "by_channel": _rated("by_channel", By.CHANNEL, lambda key: words("channels")[Channel(key).value]),
    "load": _load,
    "appointments": _appointments,
    "mails": _named("mails", _post),
    "aside": _aside,
    "letters": _named("letters", _post),
    "mailbox": _named("mailbox", lambda asked: overview.mail_counts(asked.session)),
}
"""Every table by its name."""
NAMING = frozenset({"load"})
"""Tables that name people of the staff to those who may see it."""
