"""The pages of forms and terms."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from helpdesk.queues import Profile
from knowledge.article import Source
from web.knowledge.glossary_entries import entries
from web.knowledge.shelf import shelf_of
from web.knowledge.showing import missing, show

DOWNLOAD_HELP = "formularze-i-ulotki"
"""The topic that says where blank forms are."""

router = APIRouter(include_in_schema=False)


@router.get("/wiedza/formularze", response_class=HTMLResponse)
def forms(request: Request) -> HTMLResponse:
    """Show all forms, each with the first group of customers that it is for."""
    listed = shelf_of(request).forms()
    groups = {profile: [form for form in listed if form.profiles[:1] == (profile,)] for profile in Profile}
    shown = {profile: group for profile, group in groups.items() if group}
    return show(request, "forms.html", "/wiedza/formularze", groups=shown)


@router.get("/wiedza/formularz/{slug}", response_class=HTMLResponse)
def form(request: Request, slug: str) -> HTMLResponse:
    """Show one form: what it is for, where it goes, and the topics that need it."""
    shelf = shelf_of(request)
    found = shelf.base.forms.by_slug(slug)
    if found is None:
        return missing(request)
    return show(
        request,
        "form.html",
        f"/wiedza/formularz/{slug}",
        form=found,
        source=Source(found.source, found.as_of),
        topics=shelf.chosen(found.articles),
        download=shelf.article(DOWNLOAD_HELP),
    )


@router.get("/wiedza/slownik", response_class=HTMLResponse)
def glossary(request: Request) -> HTMLResponse:
    """Show all terms."""
    return show(request, "glossary.html", "/wiedza/slownik", groups=entries(shelf_of(request)))
