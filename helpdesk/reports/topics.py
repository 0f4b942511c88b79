"""What customers asked about: the articles that answered most, beside the days before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from helpdesk.reports.measures import Rows
from helpdesk.reports.recognised import of_turns
from helpdesk.reports.scope import Scope
from helpdesk.tables import BotTurn

MOST = 20
"""Topics that are shown."""


@dataclass(frozen=True)
class Topic:
    """One article as an answer.

    Attributes:
        article: its id.
        number: how often it was the answer.
        before: how often in the days just before.
        helpful: how often customers called it helpful.
        unhelpful: how often they called it unhelpful.
        handed_over: how often the customer wanted a person after it.
    """

    article: str
    number: int
    before: int = 0
    helpful: int = 0
    unhelpful: int = 0
    handed_over: int = 0


def topics(session: Session, scope: Scope, *, most: int = MOST) -> Sequence[Topic]:
    """Return the articles that answered most, the most frequent first; equal ones by their id."""
    number = func.count().label("number")

    def times(condition: Any) -> Any:
        return func.sum(case((condition, 1), else_=0))

    counted = _counted(scope, number, times(BotTurn.helpful.is_(True)), times(BotTurn.helpful.is_(False)),
                       times(BotTurn.handed_over.is_(True)))  # fmt: skip
    rows = session.execute(counted.order_by(number.desc(), BotTurn.article).limit(most)).all()
    earlier = _counted(scope.before, number).where(BotTurn.article.in_([row[0] for row in rows]))
    before = {row[0]: row[1] for row in session.execute(earlier)}
    return [Topic(row[0], row[1], before.get(row[0], 0), *(int(part or 0) for part in row[2:])) for row in rows]


def _counted(scope: Scope, *columns: Any) -> Rows:
    wanted = select(BotTurn.article, *columns).where(*of_turns(scope), BotTurn.kind == "answer")
    return wanted.where(BotTurn.article.is_not(None)).group_by(BotTurn.article)
