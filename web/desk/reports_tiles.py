"""The overview of the reports: the figures that tell at a glance how the service is, beside the period before."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from helpdesk.reports import backlog, kept, outcomes, recognised, satisfaction, volume, waits
from helpdesk.reports.measures import share
from helpdesk.reports.recognised import Recognition
from web.desk.reports_numbers import written
from web.desk.reports_tables import Asked, bot_share
from web.desk.reports_words import Figure, Kind, figures, word


@dataclass(frozen=True)
class Tile:
    """One figure.

    Attributes:
        figure: its name and definition.
        written: its value as people read it.
        before: the period before likewise; empty for figures of this moment.
    """

    figure: Figure
    written: str
    before: str = ""


Values = dict[str, tuple[Any, Kind]]


def tiles(asked: Asked) -> Sequence[Tile]:
    """Return the figures of the overview."""
    now, before = _period(asked), _period(replace(asked, scope=asked.scope.before))
    of_period = [
        Tile(figures()[name], _written(name, value, kind), _written(name, *before[name]))
        for name, (value, kind) in now.items()
    ]
    return [*of_period, *(Tile(figures()[name], written(*value)) for name, value in _at_once(asked).items())]


def _written(name: str, value: Any, kind: Kind) -> str:
    return word("few") if value is None and name == "satisfaction" else written(value, kind)


def _period(asked: Asked) -> Values:
    session, scope = asked.session, asked.scope
    waited = waits.waits(session, scope, within=60 * asked.minutes)
    deadlines = kept.kept(session, scope, now=asked.now)
    answered = outcomes.together(outcomes.answered_by(session, scope))
    found = recognised.recognition(recognised.turns(session, scope))
    contacts = sum(volume.by_contact(volume.hours(session, scope)).values())
    return {
        "contacts": (contacts, Kind.COUNT),
        "service_level": (waited.service_level, Kind.SHARE),
        "wait_median": (waited.taken.median, Kind.SECONDS),
        "by_bot_share": (bot_share(answered), Kind.SHARE),
        "answers_kept": (deadlines.answers_share, Kind.SHARE),
        "recognised_unknown": (share(found[Recognition.UNKNOWN], recognised.questions(found)), Kind.SHARE),
        "satisfaction": (satisfaction.satisfaction(session, scope).share, Kind.RATING),
    }


def _at_once(asked: Asked) -> Values:
    left = backlog.together(backlog.backlog(asked.session, asked.scope, now=asked.now))
    return {
        "open_new": (left.new, Kind.COUNT),
        "open_open": (left.open, Kind.COUNT),
        "open_overdue": (left.overdue, Kind.COUNT),
    }
