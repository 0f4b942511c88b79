"""Groups of open questions: what is counted of them, putting questions in, merging and splitting by hand."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from helpdesk import audit
from helpdesk.errors import IllegalMove, NotFound, Stale
from helpdesk.knowledge_states import GroupStatus
from helpdesk.learning import weights
from helpdesk.one_at_a_time import Work, wait_for
from helpdesk.tables import OpenQuestion, QuestionGroup, Staff

MOST_MERGED = 50
"""Groups that one form can merge."""


def subject_of(group_id: int) -> str:
    """Return the name of a group in the audit."""
    return f"question group:{group_id}"


def locked(session: Session, group_id: int, revision: int | None = None) -> QuestionGroup:
    """Return a group, locked, as it is now.

    Raises:
        NotFound: there is none, or it was merged into another one.
        Stale: the form was filled in on an older state than the group has; None is a form without a state.
    """
    # One change at a time: whoever puts questions into groups changes many of them, in no order.
    wait_for(session, Work.GROUPING)
    found = session.get(QuestionGroup, group_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound(subject_of(group_id))
    if revision is not None and revision != found.revision:
        raise Stale(f"{subject_of(group_id)}: {revision} of {found.revision}")
    return found


def questions_of(session: Session, group_id: int, most: int | None = None) -> Sequence[OpenQuestion]:
    """Return the questions of a group, the latest first."""
    theirs = select(OpenQuestion).where(OpenQuestion.group_id == group_id)
    return session.scalars(theirs.order_by(OpenQuestion.asked_at.desc(), OpenQuestion.id.desc()).limit(most)).all()


def opened(session: Session, title: str, *, at: datetime) -> QuestionGroup:
    """Return a new open group (flushed); it is counted when questions were put in."""
    group = QuestionGroup(title=title, first_at=at, last_at=at)
    session.add(group)
    session.flush()
    return group


def recount(session: Session, group: QuestionGroup) -> None:
    """Count a group anew from its questions (flushed). An open group without questions is deleted."""
    session.flush()
    asked = select(OpenQuestion).where(OpenQuestion.group_id == group.id).order_by(OpenQuestion.asked_at)
    found = session.scalars(asked).all()
    if not found:
        if group.status is GroupStatus.OPEN:
            session.delete(group)
        group.count, group.weight = 0, weights.stored(())
        session.flush()
        return
    group.count = len(found)
    group.weight = weights.stored((one.asked_at, one.severity) for one in found)
    group.first_at, group.last_at = found[0].asked_at, found[-1].asked_at
    queues = Counter(one.queue for one in found if one.queue is not None)
    group.queue = queues.most_common(1)[0][0] if queues else None
    if group.title not in {one.text for one in found}:
        group.title = found[-1].text
    session.flush()


def is_reopened(group: QuestionGroup) -> bool:
    """Return whether a group is open again although it was decided once."""
    return group.status is GroupStatus.OPEN and group.decided_at is not None


def reopen(session: Session, group: QuestionGroup, *, now: datetime, why: str) -> None:
    """Open a decided group again because customers ask anew; the decision stays readable in its history.

    Args:
        session: the unit of work.
        group: the group, locked.
        now: the instant.
        why: a name of `GroupReopened` in `web/labels.yaml`.
    """
    group.status, group.revision = GroupStatus.OPEN, group.revision + 1
    audit.record(session, subject_of(group.id), "questions reopened", now=now, reason=why)


def merge(
    session: Session, group: QuestionGroup, others: Collection[int], *, by: Staff, now: datetime
) -> Collection[int]:
    """Put the questions of other open groups into a group; returns those that were merged (they are no more).

    Raises:
        IllegalMove: too many at once.
    """
    wanted = sorted(set(others) - {group.id})
    if len(wanted) > MOST_MERGED:
        raise IllegalMove(f"merging {len(wanted)} groups")
    merged = []
    for number in wanted:
        other = session.get(QuestionGroup, number, with_for_update=True, populate_existing=True)
        if other is None or other.status is not GroupStatus.OPEN:
            continue
        session.execute(update(OpenQuestion).where(OpenQuestion.group_id == other.id).values(group_id=group.id))
        session.execute(delete(QuestionGroup).where(QuestionGroup.id == other.id))
        session.expunge(other)
        audit.record(session, subject_of(number), "questions merged away", now=now, by=by, reason=str(group.id))
        merged.append(number)
    if merged:
        session.expire_all()
        group = session.get_one(QuestionGroup, group.id)
        group.revision += 1
        recount(session, group)
        told = ", ".join(map(str, merged))
        audit.record(session, subject_of(group.id), "questions merged", now=now, by=by, reason=told[:200])
    return merged


def split(
    session: Session, group: QuestionGroup, chosen: Collection[int], *, by: Staff, now: datetime
) -> QuestionGroup:
    """Put some questions of a group into an open group of their own, which is returned.

    Raises:
        IllegalMove: none of them is in this group, or none would be left in it.
    """
    mine = questions_of(session, group.id)
    moved = [one for one in mine if one.id in chosen]
    if not moved or len(moved) == len(mine):
        raise IllegalMove(f"splitting {len(moved)} of {len(mine)}")
    fresh = opened(session, moved[0].text, at=moved[0].asked_at)
    for one in moved:
        one.group_id = fresh.id
    group.revision += 1
    recount(session, group)
    recount(session, fresh)
    audit.record(session, subject_of(group.id), "questions split", now=now, by=by, reason=str(fresh.id))
    audit.record(session, subject_of(fresh.id), "questions split off", now=now, by=by, reason=str(group.id))
    return fresh
