"""The audit as a page: who did what, by subject, person, deed and day."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BeforeValidator

from helpdesk import administration, audit_search
from helpdesk.audit_search import PAGE, Wanted
from web.desk.signed_in import Administering, parts_of
from web.labels import names_of
from web.pages import page

router = APIRouter(prefix="/admin/audit")
MOST = 2**31 - 1
Empty = BeforeValidator(lambda chosen: chosen or None)
"""An empty choice of the form means any."""


@dataclass(frozen=True)
class Shown:
    """Which entries the page shows, as its address says."""

    subject: Annotated[str, Query(max_length=60)] = ""
    person: Annotated[int | None, Query(ge=1, le=MOST), Empty] = None
    action: Annotated[str, Query(max_length=40)] = ""
    day: Annotated[date | None, Query(), Empty] = None
    before: Annotated[int | None, Query(ge=1, le=MOST), Empty] = None

    def wanted(self) -> Wanted:
        """Return the filter; characters that no subject holds find nothing."""
        subject, action = self.subject.strip().replace("\0", ""), self.action.replace("\0", "")
        return Wanted(subject, self.person, action, self.day, self.before)

    def onward(self, before: int) -> str:
        """Return the address of the next page."""
        chosen = {"subject": self.subject, "person": self.person, "action": self.action, "day": self.day}
        return "?" + urlencode({name: value for name, value in (chosen | {"before": before}).items() if value})


@router.get("")
def show(request: Request, me: Administering, shown: Annotated[Shown, Depends()]) -> HTMLResponse:
    """Show a page of the audit, the newest entries first."""
    with parts_of(request).database.reading() as session:
        found = audit_search.entries(session, shown.wanted())
        people = administration.everybody(session)
    entries = found[:PAGE]
    return page(
        request,
        "desk/admin/audit.html",
        me=me,
        entries=entries,
        onward=shown.onward(entries[-1].id) if len(found) > PAGE else None,
        shown=shown,
        people=people,
        deeds=names_of("Deed"),
    )
