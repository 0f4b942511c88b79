"""Open questions at the desk: the list by weight, and the effects of published changes."""

from dataclasses import dataclass, fields, replace
from datetime import timedelta
from enum import Enum
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BeforeValidator

from helpdesk.knowledge_states import GroupStatus, OpenSource
from helpdesk.learning import effects, lists, weights
from helpdesk.learning.groups import is_reopened
from helpdesk.queues import Queue
from web.desk import question_deeds, question_pages
from web.desk.question_pages import nearest_of
from web.desk.signed_in import Editing, parts_of
from web.labels import names_of
from web.pages import page

PERIODS = (7, 30, 90)
"""Days by which the list can be narrowed."""
ALL = "all"
EFFECTS_OF = timedelta(days=120)
MOST_EFFECTS = 100

router = APIRouter(prefix="/questions")


def _none_if_empty(given: object) -> object:
    return given or None


@dataclass(frozen=True)
class Shown:
    """What of the list is shown, as its address says."""

    status: Annotated[str, Query(max_length=20)] = GroupStatus.OPEN.value
    source: Annotated[OpenSource | None, Query(), BeforeValidator(_none_if_empty)] = None
    queue: Annotated[Queue | None, Query(), BeforeValidator(_none_if_empty)] = None
    channel: Annotated[str, Query(pattern="^(chat|mail)?$")] = ""
    language: Annotated[str, Query(max_length=10)] = ""
    days: Annotated[int, Query(ge=0, le=3650), BeforeValidator(lambda given: given or 0)] = 0
    page: Annotated[int, Query(ge=0, le=10_000)] = 0

    @property
    def wanted_status(self) -> GroupStatus | None:
        """The status, None for all; what is none is taken for open."""
        if self.status == ALL:
            return None
        return GroupStatus(self.status) if self.status in {one.value for one in GroupStatus} else GroupStatus.OPEN

    @property
    def is_narrowed(self) -> bool:
        """Whether more than a status is asked for."""
        return replace(self, page=0, status="") != Shown(status="")

    def query(self, **changes: object) -> str:
        """Return the address's query with some parts changed; it begins at the first page unless told."""
        parts = {one.name: getattr(self, one.name) for one in fields(self)} | {"page": 0} | changes
        plain = {name: value.value if isinstance(value, Enum) else value for name, value in parts.items()}
        return urlencode({name: value for name, value in plain.items() if value})


ShownQuery = Annotated[Shown, Depends()]


@router.get("")
def show(request: Request, me: Editing, shown: ShownQuery) -> HTMLResponse:
    """Show groups of open questions, the heaviest first."""
    parts = parts_of(request)
    now = parts.clock()
    wanted = lists.Wanted(
        status=shown.wanted_status,
        source=shown.source,
        queue=shown.queue,
        channel=shown.channel,
        language=shown.language,
        since=now - timedelta(days=shown.days) if shown.days else None,
    )
    with parts.database.reading() as session:
        found = lists.page_of(session, wanted, shown.page)
        return page(
            request,
            "desk/questions/list.html",
            me=me,
            now=now,
            shown=shown,
            found=found,
            page_size=lists.PAGE,
            nearest={row.group.id: nearest_of(parts, row.group, most=1) for row in found.rows},
            articles=parts.knowledge().library.articles,
            worth=weights.shown,
            half_life=weights.HALF_LIFE.days,
            severities=weights.SEVERITY,
            is_reopened=is_reopened,
            statuses=list(GroupStatus),
            sources=list(OpenSource),
            queues=list(Queue),
            channels=names_of("QuestionChannel"),
            languages=lists.languages(session),
            periods=PERIODS,
        )


@router.get("/effects")
def show_effects(request: Request, me: Editing) -> HTMLResponse:
    """Show what published changes did, a week later."""
    parts = parts_of(request)
    now = parts.clock()
    with parts.database.reading() as session:
        versions = effects.latest(session, since=now - EFFECTS_OF, most=MOST_EFFECTS)
        return page(
            request,
            "desk/questions/effects.html",
            me=me,
            versions=[(version, effects.read(version.effect) if version.effect else None) for version in versions],
            counted_after=effects.WEEK + effects.SETTLING,
            articles=parts.knowledge().library.articles,
            least=effects.LEAST_CASES,
            days=EFFECTS_OF.days,
        )


router.include_router(question_pages.router)
router.include_router(question_deeds.router)
