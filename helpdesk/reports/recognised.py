"""What the bot made of questions: recognised, not recognised, sent elsewhere, a choice offered."""

from collections import Counter
from collections.abc import Mapping
from enum import Enum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.reports.measures import as_counts
from helpdesk.reports.scope import Scope
from helpdesk.tables import BotTurn


class Recognition(str, Enum):
    """What became of a question."""

    RECOGNISED = "recognised"
    CHOICE = "choice"
    REDIRECT = "redirect"
    UNKNOWN = "unknown"
    NO_QUESTION = "no_question"
    """Greetings, thanks and words of another language: no question, and left out of shares."""


OTHERWISE: Mapping[str, Recognition] = {
    "choice": Recognition.CHOICE,
    "redirect": Recognition.REDIRECT,
    "unknown": Recognition.UNKNOWN,
    "smalltalk": Recognition.NO_QUESTION,
    "language": Recognition.NO_QUESTION,
}
"""Kinds of the bot's turns that are more than recognised, or less."""


def turns(session: Session, scope: Scope) -> Mapping[str, int]:
    """Return how many turns of the bot there were of each kind."""
    counted = select(BotTurn.kind, func.count()).where(*of_turns(scope)).group_by(BotTurn.kind)
    return as_counts(session.execute(counted).all())


def of_turns(scope: Scope) -> tuple[Any, ...]:
    """Return the conditions on the bot's turns that a scope sets."""
    channel = () if scope.channel is None else (BotTurn.channel == scope.channel.value,)
    return (scope.within(BotTurn.created_at), scope.of_queue(BotTurn.queue), *channel)


def recognition(kinds: Mapping[str, int]) -> Mapping[Recognition, int]:
    """Return numbers of turns by kind as numbers by what became of the question, those without any included."""
    total: Counter[Recognition] = Counter()
    for kind, number in kinds.items():
        total[OTHERWISE.get(kind, Recognition.RECOGNISED)] += number
    return {outcome: total[outcome] for outcome in Recognition}


def questions(found: Mapping[Recognition, int]) -> int:
    """Return how many questions there were: all but what was none."""
    return sum(found.values()) - found.get(Recognition.NO_QUESTION, 0)
