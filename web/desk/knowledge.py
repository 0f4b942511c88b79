"""The desk of editors: all articles with where they stand, what waits for whom, and the way in and out as files."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from helpdesk.knowledge_states import DraftStatus
from helpdesk.queues import Queue
from helpdesk.tables import StaffSession
from knowledge import editing
from knowledge.editing_list import OF_DRAFTS, REMINDERS, Row, Sign, rows
from polish.folding import fold
from web.desk import knowledge_deeds, knowledge_files, knowledge_forms, knowledge_previews, knowledge_versions
from web.desk.knowledge_article import today_of
from web.desk.signed_in import Editing, parts_of
from web.pages import page

router = APIRouter(prefix="/knowledge")
for _part in (knowledge_files, knowledge_forms, knowledge_deeds, knowledge_previews, knowledge_versions):
    router.include_router(_part.router)


@router.get("")
def index(
    request: Request,
    me: Editing,
    queue: Annotated[str, Query(max_length=40)] = "",
    sign: Annotated[str, Query(max_length=40)] = "",
    q: Annotated[str, Query(max_length=200)] = "",
) -> HTMLResponse:
    """Show the articles, those that fit a choice, and what waits for who is signed in."""
    parts = parts_of(request)
    with parts.database.reading() as session:
        every = rows(
            editing.presents(session),
            parts.knowledge().library.articles,
            editing.open_drafts(session),
            today_of(request),
            parts.lint_limits,
        )
        chosen_queue = next((one for one in Queue if one.value == queue), None)
        chosen_sign = next((one for one in Sign if one.value == sign), None)
        shown = [row for row in every if _fits(row, chosen_queue, chosen_sign, q)]
        counts = Counter(one for row in every for one in row.signs)
        return page(
            request,
            "desk/knowledge/index.html",
            me=me,
            shown={one: [row for row in shown if row.queue is one] for one in (*Queue, None)},
            count=len(shown),
            total=len(every),
            queues=list(Queue),
            queue=chosen_queue,
            sign=chosen_sign,
            all_signs=list(Sign),
            counts=counts,
            q=q,
            to_review=_to_review(every, me),
            returned=_mine(every, me),
            reminders=[(one, counts[one]) for one in REMINDERS if counts[one]],
            drafts=[one for one in OF_DRAFTS if counts[one]],
            now=parts.clock(),
        )


def _fits(row: Row, queue: Queue | None, sign: Sign | None, words: str) -> bool:
    if (queue and row.queue is not queue) or (sign and sign not in row.signs):
        return False
    text = fold(" ".join([row.id, row.title, *(row.article.aliases if row.article else ())]))
    return all(word in text for word in fold(words).split())


def _to_review(every: Sequence[Row], me: StaffSession) -> Sequence[Row]:
    """What others wrote and somebody has to look at, the longest waiting first."""
    found = [
        (row.draft.updated_at, row.id, row)
        for row in every
        if row.draft and row.draft.status is DraftStatus.REVIEW and row.draft.author_id != me.staff_id
    ]
    return [row for _, _, row in sorted(found, key=lambda one: one[:2])]


def _mine(every: Sequence[Row], me: StaffSession) -> Sequence[Row]:
    return [row for row in every if row.draft and row.draft.author_id == me.staff_id]
