"""The page of one group of open questions: its ways of asking, what the bot said, what is near now, and the forms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.hours import WARSAW
from helpdesk.knowledge_states import GroupStatus
from helpdesk.learning import groups as grouping
from helpdesk.learning import lists, weights
from helpdesk.learning.wording import has_placeholders, without_placeholders
from helpdesk.queues import Queue
from helpdesk.tables import BotTurn, ChatMessage, OpenQuestion, QuestionGroup, Staff, StaffSession
from knowledge.learning_decisions import LONGEST_EXAMPLE, MOST_EXAMPLES, given
from knowledge.likeness import likest
from web.desk.signed_in import Editing, parts_of
from web.pages import page
from web.parts import Parts

MOST_VARIANTS = 200
MOST_NEAREST = 3
MOST_FOUND = 6
MOST_LIKE = 6

router = APIRouter(prefix="/{group_id}")


@dataclass(frozen=True)
class Near:
    """An article near to a question now; only the first has a measured confidence (0..100)."""

    id: str
    title: str
    percent: int | None


@dataclass(frozen=True)
class Typed:
    """What was typed into a form that was refused; `form` names it, `problem` says why (`QuestionProblem`)."""

    form: str = ""
    problem: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    chosen: Sequence[str] = ()

    def value(self, name: str, otherwise: str = "") -> str:
        """What was typed into a field."""
        return self.values.get(name, otherwise)


def nearest_of(parts: Parts, group: QuestionGroup, most: int = MOST_NEAREST) -> Sequence[Near]:
    """Return the articles that are found for a group's title now, the best first."""
    return found_for(parts, without_placeholders(group.title), most)


def found_for(parts: Parts, text: str, most: int) -> Sequence[Near]:
    """Return the articles that a search finds now, the best first."""
    base, today = parts.knowledge(), parts.clock().astimezone(WARSAW).date()
    result = base.searcher.search(text, today=today, limit=most)
    titles = base.library.articles
    return [
        Near(hit.article, titles[hit.article].title, round(result.confidence * 100) if number == 0 else None)
        for number, hit in enumerate(result.hits)
        if hit.article in titles
    ]


@router.get("")
def show(request: Request, me: Editing, group_id: int, q: Annotated[str, Query(max_length=300)] = "") -> HTMLResponse:
    """Show a group; `q` searches for an article to choose."""
    return show_group(request, me, group_id, q=q)


def show_group(
    request: Request, me: StaffSession, group_id: int, *, q: str = "", typed: Typed | None = None, code: int = 200
) -> HTMLResponse:
    """Return the page of a group; with `typed` what somebody wrote into a form that was refused."""
    parts = parts_of(request)
    with parts.database.reading() as session:
        group = session.get(QuestionGroup, group_id)
        if group is None:
            raise HTTPException(404)
        variants = grouping.questions_of(session, group.id, MOST_VARIANTS)
        return page(
            request,
            "desk/questions/group.html",
            code=code,
            me=me,
            now=parts.clock(),
            group=group,
            typed=typed or Typed(),
            q=q,
            variants=variants,
            examples=examples_of(variants),
            said=_said(session, variants),
            sources=lists.sources_of(session, [group.id]).get(group.id, {}),
            worth=weights.shown,
            is_reopened=grouping.is_reopened(group),
            history=lists.history(session, group),
            people={one.id: one.name for one in session.scalars(select(Staff))},
            given=given(session, group) if group.institution else (),
            **_near(parts, session, group, q),
        )


def _near(parts: Parts, session: Session, group: QuestionGroup, q: str) -> Mapping[str, object]:
    base, today = parts.knowledge(), parts.clock().astimezone(WARSAW).date()
    nearest = nearest_of(parts, group)
    found = found_for(parts, q, MOST_FOUND) if q.strip() else ()
    result = base.searcher.search(without_placeholders(group.title), today=today, limit=1)
    others = lists.open_beside(session, group) if group.status is GroupStatus.OPEN else ()
    like = likest(group.title, [one.title for one in others], base.searcher.vectors, MOST_LIKE)
    return {
        "nearest": nearest,
        "choices": list({one.id: one for one in (*found, *nearest)}.values()),
        "found": found,
        "articles": base.library.articles,
        "institutions": sorted(base.reference.institutions.values(), key=lambda one: one.name),
        "likely_institution": result.institution if result.institution_confidence > result.confidence else None,
        "like": [others[number] for number in like],
        "queues": list(Queue),
        "longest_example": LONGEST_EXAMPLE,
        "most_examples": MOST_EXAMPLES,
    }


def examples_of(variants: Sequence[OpenQuestion]) -> Sequence[str]:
    """Return the distinct words that may become examples, those in which nothing was masked first."""
    texts = dict.fromkeys(" ".join(one.text.split())[:LONGEST_EXAMPLE] for one in variants)
    return sorted(texts, key=has_placeholders)[:MOST_EXAMPLES]


def _said(session: Session, variants: Sequence[OpenQuestion]) -> Mapping[str, str]:
    """Return what the bot said to each question, by origin, as long as the conversation is kept."""
    turns = [int(one.origin.removeprefix("turn:")) for one in variants if one.origin.startswith("turn:")]
    wanted = select(BotTurn.id, ChatMessage.text).join(ChatMessage, ChatMessage.id == BotTurn.reply_id)
    return {f"turn:{turn}": text for turn, text in session.execute(wanted.where(BotTurn.id.in_(turns)))}
