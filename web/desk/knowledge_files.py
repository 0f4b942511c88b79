"""Articles out of the desk and into it as files, laid out like the folder of the release."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, File, Form, HTTPException, Request, Response, UploadFile
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from helpdesk.queues import Queue
from helpdesk.tables import StaffSession
from knowledge import editing
from knowledge.differences import differences
from knowledge.editing_checks import check
from knowledge.errors import DraftOpen, LibraryError
from knowledge.loose import read_loosely
from web.desk.knowledge_article import edited, today_of
from web.desk.knowledge_form import LONGEST_TEXT, is_id
from web.desk.knowledge_words import finding_words
from web.desk.signed_in import Editing, EditingForm, parts_of
from web.headers import HEADERS
from web.labels import name_of
from web.pages import page

router = APIRouter()
MOST_FILES = 300
MARKDOWN = "text/markdown; charset=utf-8"


@dataclass(frozen=True)
class Loaded:
    """What became of one file: `opened`, `same`, or why it was refused; and what is still to be mended in it."""

    name: str
    article: str
    outcome: str
    problems: Sequence[str] = ()

    @property
    def is_refused(self) -> bool:
        """Whether nothing was kept of it."""
        return self.outcome not in {"opened", "same"}


@router.get("/download")
def download_all(request: Request, _me: Editing) -> Response:
    """Give all published articles as one archive."""
    with parts_of(request).database.reading() as session:
        presents = editing.presents(session)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in sorted(presents.values(), key=lambda present: present.file):
            if one.text is not None:
                archive.writestr(one.file, one.text)
    return _download(packed.getvalue(), f"artykuly-{today_of(request)}.zip", "application/zip")


@router.get("/articles/{article}/download")
def download(request: Request, _me: Editing, article: str) -> Response:
    """Give the file of an article as customers get it, or of its draft while there is nothing else."""
    with parts_of(request).database.reading() as session:
        found = edited(request, session, article)
    text = (found.present.text if found.present else None) or found.text
    if text is None:
        raise HTTPException(404)
    return _download(text.encode(), f"{article}.md", MARKDOWN)


@router.get("/import")
def ask(request: Request, me: Editing) -> HTMLResponse:
    """Show the form for files."""
    return page(request, "desk/knowledge/import.html", me=me, loaded=None, note="")


@router.post("/import")
def load(
    request: Request,
    me: EditingForm,
    files: Annotated[list[UploadFile] | None, File()] = None,
    note: Annotated[str, Form(max_length=1000)] = "",
) -> HTMLResponse:
    """Make drafts of files; each file stands for itself, and what is wrong in one keeps no other back."""
    given = [one for one in files or () if one.filename][:MOST_FILES]
    with parts_of(request).database.session() as session:
        loaded = [_load(request, session, me, file, note.strip()) for file in given]
        session.commit()
    refused = not loaded or any(one.is_refused for one in loaded)
    return page(request, "desk/knowledge/import.html", code=422 if refused else 200, me=me, loaded=loaded, note=note)


def _load(request: Request, session: Session, me: StaffSession, file: UploadFile, note: str) -> Loaded:
    name = (file.filename or "").replace("\\", "/").rpartition("/")[2][:120]
    content = file.file.read(LONGEST_TEXT + 1)
    try:
        text = content.decode("utf-8").replace("\r\n", "\n")
        loose = read_loosely(text, name)
    except UnicodeDecodeError:
        return Loaded(name, "", "refused", [finding_words("is not UTF-8 text")])
    except LibraryError as error:
        return Loaded(name, "", "refused", [finding_words(problem.reason) for problem in error.problems])
    article, queue = loose.text("id"), loose.text("queue")
    if len(content) > LONGEST_TEXT or not is_id(article) or queue not in {one.value for one in Queue}:
        return Loaded(name, "", "refused", [name_of("EditingProblem", "file")])
    return _keep(request, session, me, Loaded(name, article, "opened"), f"{queue}/{article}.md", text, note)


def _keep(
    request: Request, session: Session, me: StaffSession, loaded: Loaded, place: str, text: str, note: str
) -> Loaded:
    parts = parts_of(request)
    present = editing.present(session, loaded.article)
    if present is not None and present.file == place and not differences(present.text, text):
        return Loaded(loaded.name, loaded.article, "same")
    base = editing.present_version(session, loaded.article, now=parts.clock())
    try:
        editing.open_draft(
            session,
            loaded.article,
            file=place,
            text=text,
            base_version=base.number if base else 0,
            note=note,
            by=me.staff,
            now=parts.clock(),
        )
    except DraftOpen:
        return Loaded(loaded.name, loaded.article, "taken", [name_of("EditingProblem", "open")])
    findings = check(text, place, parts.knowledge(), today_of(request), parts.lint_limits)
    return Loaded(loaded.name, loaded.article, "opened", [finding_words(one.reason) for one in findings.errors])


def _download(content: bytes, name: str, media_type: str) -> Response:
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)
