"""The rules of the deadlines in the database: reading them, and what administrators set over the defaults."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import audit
from helpdesk.deadlines import LEAST, MOST, Key, Policy, Rule, defaults
from helpdesk.errors import BadDeadline
from helpdesk.tables import DeadlineRule, Staff

KEY = "okienko deadlines"


def load(session: Session) -> Policy:
    """Return the rules as they are now; read once in each unit of work."""
    known = session.info.get(KEY)
    if isinstance(known, Policy):
        return known
    rows = session.execute(
        select(DeadlineRule.queue, DeadlineRule.priority, DeadlineRule.response_minutes, DeadlineRule.solution_minutes)
    )
    own = {
        (queue, priority): Rule(timedelta(minutes=response), timedelta(minutes=solution))
        for queue, priority, response, solution in rows
    }
    policy = session.info[KEY] = Policy(own)
    return policy


def check(rule: Rule) -> None:
    """Raise BadDeadline unless both times are within the bounds and the answer comes no later than the solution."""
    bounds = timedelta(minutes=LEAST), timedelta(minutes=MOST)
    if not bounds[0] <= rule.response <= rule.solution <= bounds[1]:
        raise BadDeadline(str(rule))


def change(session: Session, wanted: Mapping[Key, Rule], *, by: Staff, now: datetime) -> int:
    """Set rules, each change audited; returns how many changed. One that equals the default needs no row.

    Raises:
        BadDeadline: a rule is out of bounds; nothing is changed then.
    """
    for rule in wanted.values():
        check(rule)
    before = load(session)
    changed = {key: rule for key, rule in wanted.items() if rule != before.rule(*key)}
    for (queue, priority), rule in changed.items():
        _keep(session, (queue, priority), rule)
        reason = f"{_minutes(before.rule(queue, priority))} -> {_minutes(rule)}"
        subject = f"deadline:{queue.value}:{priority.value}"
        audit.record(session, subject, "deadline set", now=now, by=by, reason=reason)
    session.flush()
    session.info.pop(KEY, None)
    return len(changed)


def _keep(session: Session, key: Key, rule: Rule) -> None:
    row = session.get(DeadlineRule, key)
    if rule == defaults()[key]:
        if row is not None:
            session.delete(row)
        return
    row = row or DeadlineRule(queue=key[0], priority=key[1])
    row.response_minutes, row.solution_minutes = _minutes(rule)
    session.add(row)


def _minutes(rule: Rule) -> tuple[int, int]:
    minute = timedelta(minutes=1)
    return rule.response // minute, rule.solution // minute
