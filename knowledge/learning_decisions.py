"""What editors decide about a group of open questions: each decision is audited, refused on an older state of the
group, and can be taken back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import audit
from helpdesk.errors import IllegalMove, ReasonMissing
from helpdesk.knowledge_states import GroupStatus
from helpdesk.learning.groups import locked, subject_of
from helpdesk.tables import ArticleDraft, InstitutionExample, QuestionGroup, Staff
from knowledge import editing
from knowledge.article import Article
from knowledge.publishing import next_revision

LONGEST_EXAMPLE = 300
"""Characters of an example; who asks more shortly is found better."""
MOST_EXAMPLES = 20
LEAST_REASON = 5


@dataclass(frozen=True)
class Deciding:
    """Who decides about which group.

    Attributes:
        group_id: the group.
        revision: the state of the group that the form showed.
        by: who decides.
        now: the instant, aware UTC.
    """

    group_id: int
    revision: int
    by: Staff
    now: datetime


@dataclass(frozen=True)
class NewArticle:
    """An article that is begun for a group: its id, its place `<queue>/<id>.md`, its first text, and a note."""

    id: str
    file: str
    text: str
    note: str


def examples_from(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the distinct examples of a form, each on one line, without blank ones.

    Raises:
        IllegalMove: none is left, one is too long, or there are too many.
    """
    found = tuple(dict.fromkeys(filter(None, (" ".join(text.split()) for text in texts))))
    if not 0 < len(found) <= MOST_EXAMPLES or any(len(text) > LONGEST_EXAMPLE for text in found):
        raise IllegalMove(f"{len(found)} examples")
    return found


def add_to_article(session: Session, article: Article, texts: Sequence[str], deciding: Deciding) -> ArticleDraft:
    """Add questions to an article as examples: to its open draft, or to a new one. Returns the draft.

    Raises:
        NotFound, Stale, IllegalMove: as for every decision.
        LibraryError: the open draft cannot be read.
    """
    examples, group = examples_from(texts), _open(session, deciding)
    drafts = [editing.add_example(session, article, text, by=deciding.by, now=deciding.now) for text in examples]
    group.article, group.draft_id = article.id, drafts[-1].id
    _decide(session, group, GroupStatus.EXAMPLE, deciding, article.id)
    return drafts[-1]


def begin_article(session: Session, new: NewArticle, deciding: Deciding) -> ArticleDraft:
    """Begin an article for a group. Returns its draft.

    Raises:
        NotFound, Stale, IllegalMove: as for every decision.
        DraftOpen: there is a draft of an article with this id.
    """
    group = _open(session, deciding)
    draft = editing.open_draft(
        session,
        new.id,
        file=new.file,
        text=new.text,
        base_version=0,
        note=new.note,
        by=deciding.by,
        now=deciding.now,
    )
    group.article, group.draft_id = new.id, draft.id
    _decide(session, group, GroupStatus.DRAFT, deciding, new.id)
    return draft


def put_out_of_scope(session: Session, reason: str, deciding: Deciding) -> None:
    """Decide that nobody has to answer a group.

    Raises:
        NotFound, Stale, IllegalMove: as for every decision.
        ReasonMissing: the reason says nothing.
    """
    words = " ".join(reason.split())
    if len(words) < LEAST_REASON:
        raise ReasonMissing("out of scope")
    group = _open(session, deciding)
    group.reason = words[:500]
    _decide(session, group, GroupStatus.OUT_OF_SCOPE, deciding, words[:200])


def send_elsewhere(session: Session, institution: str, texts: Sequence[str], deciding: Deciding) -> None:
    """Give questions to another institution's entry as examples: customers are sent there within seconds.

    Raises:
        NotFound, Stale, IllegalMove: as for every decision.
    """
    examples, group = examples_from(texts), _open(session, deciding)
    for text in examples:
        _teach(session, institution, text, deciding)
    group.institution = institution
    _decide(session, group, GroupStatus.ELSEWHERE, deciding, institution)


def take_back(session: Session, deciding: Deciding) -> None:
    """Open a decided group again. Examples of another institution are taken from its entry; a draft stays a draft.

    Raises:
        NotFound, Stale: as for every decision.
        IllegalMove: the group is open.
    """
    group = locked(session, deciding.group_id, deciding.revision)
    if group.status is GroupStatus.OPEN:
        raise IllegalMove("an open group has no decision")
    if group.status is GroupStatus.ELSEWHERE and group.institution:
        for example in given(session, group):
            example.active, example.revision = False, next_revision(session)
            session.flush()
    group.status, group.revision = GroupStatus.OPEN, group.revision + 1
    group.draft_id = group.institution = group.decided_at = group.decided_by_id = None
    group.reason = ""
    session.flush()
    _record(session, group, "questions decision taken back", deciding)


def given(session: Session, group: QuestionGroup) -> Sequence[InstitutionExample]:
    """Return the examples that the decision about a group gave to another institution."""
    theirs = select(InstitutionExample).where(
        InstitutionExample.group_id == group.id,
        InstitutionExample.institution == group.institution,
        InstitutionExample.active,
    )
    return session.scalars(theirs.order_by(InstitutionExample.id)).all()


def _open(session: Session, deciding: Deciding) -> QuestionGroup:
    group = locked(session, deciding.group_id, deciding.revision)
    if group.status is not GroupStatus.OPEN:
        raise IllegalMove(f"{group.status.value} is decided")
    return group


def _decide(session: Session, group: QuestionGroup, status: GroupStatus, deciding: Deciding, about: str) -> None:
    group.status, group.revision = status, group.revision + 1
    group.decided_by_id, group.decided_at = deciding.by.id, deciding.now
    session.flush()
    _record(session, group, f"questions {status.value}", deciding, about)


def _teach(session: Session, institution: str, text: str, deciding: Deciding) -> None:
    """Give an example to an institution; one that it has already, or had, is its again."""
    known = session.scalar(
        select(InstitutionExample).where(InstitutionExample.institution == institution, InstitutionExample.text == text)
    )
    if known is not None and known.active:
        return
    revision = next_revision(session)
    if known is None:
        known = InstitutionExample(institution=institution, text=text, staff_id=deciding.by.id, created_at=deciding.now)
        session.add(known)
    known.active, known.group_id, known.revision = True, deciding.group_id, revision
    session.flush()


def _record(session: Session, group: QuestionGroup, action: str, deciding: Deciding, about: str = "") -> None:
    audit.record(session, subject_of(group.id), action, now=deciding.now, by=deciding.by, reason=about)
