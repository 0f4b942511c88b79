"""What editors do with a group of open questions: one form each, refused on an older state of the group."""

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request, Response
from sqlalchemy.orm import Session

from helpdesk.errors import IllegalMove, NotFound, ReasonMissing, Stale
from helpdesk.hours import WARSAW
from helpdesk.learning import groups as grouping
from helpdesk.queues import Profile, Queue
from helpdesk.tables import StaffSession
from knowledge import editing
from knowledge import learning_decisions as deciding
from knowledge.errors import DraftOpen, KnowledgeError
from knowledge.learning_decisions import Deciding, NewArticle
from knowledge.writing import write_fields
from polish.cleaning import clean
from web.desk.knowledge_form import id_of, is_id
from web.desk.question_pages import Typed, show_group
from web.desk.signed_in import EditingForm, back_to, parts_of

router = APIRouter(prefix="/{group_id}")

Revision = Annotated[int, Form(ge=0, le=2**31 - 1)]
Texts = Annotated[list[str] | None, Form(max_length=100)]
Numbers = Annotated[list[int] | None, Form(max_length=1000)]
Words = Annotated[str, Form(max_length=1000)]


class Refused(Exception):  # as the other problems of the house are named
    """A form that cannot be done, by the name of what is wrong in `QuestionProblem`."""


def _do(request: Request, me: StaffSession, group_id: int, typed: Typed, deed: Callable[[Session], str]) -> Response:
    """Do a deed and go where it says; a refused form comes back with what was typed."""
    parts = parts_of(request)
    with parts.database.session() as session:
        try:
            where = deed(session)
            session.commit()
        except NotFound:
            raise HTTPException(404) from None
        except Stale:
            problem, code = "stale", 409
        except Refused as refused:
            problem, code = str(refused), 422
        except ReasonMissing:
            problem, code = "reason", 422
        except DraftOpen:
            problem, code = "taken", 409
        except IllegalMove:
            problem, code = "illegal", 409
        except KnowledgeError:
            problem, code = "unreadable", 409
        else:
            return back_to(where)
    shown = Typed(typed.form, problem, typed.values, typed.chosen)
    return show_group(request, me, group_id, q=typed.value("q"), typed=shown, code=code)


def _deciding(request: Request, me: StaffSession, group_id: int, revision: int) -> Deciding:
    return Deciding(group_id, revision, me.staff, parts_of(request).clock())


def _picked(examples: Sequence[str] | None, chosen: Sequence[int] | None, own: str = "") -> tuple[str, ...]:
    """The examples that were ticked, as they were corrected, and one that was written anew."""
    texts = [clean(one) for one in examples or ()]
    picked = [texts[number] for number in chosen or () if 0 <= number < len(texts)]
    try:
        return deciding.examples_from([*picked, clean(own)])
    except IllegalMove:
        raise Refused("examples") from None


@router.post("/example")
def add_example(
    request: Request,
    me: EditingForm,
    group_id: int,
    revision: Revision,
    article: Annotated[str, Form(max_length=120)] = "",
    example: Texts = None,
    chosen: Numbers = None,
    own: Words = "",
    q: Words = "",
) -> Response:
    """Add questions to an article as examples; the draft that got them waits for its review."""
    known = parts_of(request).knowledge().library.articles.get(article)
    typed = Typed("example", values={"article": article, "own": own, "q": q}, chosen=example or ())

    def deed(session: Session) -> str:
        if known is None:
            raise Refused("article")
        texts = _picked(example, chosen, own)
        deciding.add_to_article(session, known, texts, _deciding(request, me, group_id, revision))
        return f"/desk/questions/{group_id}"

    return _do(request, me, group_id, typed, deed)


@router.post("/draft")
def begin_draft(
    request: Request,
    me: EditingForm,
    group_id: int,
    revision: Revision,
    title: Annotated[str, Form(max_length=200)] = "",
    queue: Annotated[Queue, Form()] = Queue.GENERAL,
    example: Texts = None,
    chosen: Numbers = None,
) -> Response:
    """Begin an article with the questions as its examples, and go on writing it."""
    name = clean(title)
    article = id_of(name)
    typed = Typed("draft", values={"title": title, "queue": queue.value}, chosen=example or ())

    def deed(session: Session) -> str:
        if not is_id(article):
            raise Refused("title")
        if editing.present(session, article) or editing.versions(session, article):
            raise Refused("taken")
        made = _new_article(request, article, name, queue, _picked(example, chosen))
        deciding.begin_article(session, made, _deciding(request, me, group_id, revision))
        return f"/desk/knowledge/articles/{article}/edit"

    return _do(request, me, group_id, typed, deed)


def _new_article(request: Request, article: str, title: str, queue: Queue, examples: Sequence[str]) -> NewArticle:
    today = parts_of(request).clock().astimezone(WARSAW).date()
    empty: dict[str, object] = dict.fromkeys(
        ("aliases", "steps", "documents", "forms", "deadlines", "where", "legal_basis", "individual", "related"), ()
    )
    values = {
        "id": article, "title": title, "queue": queue, "profiles": (Profile.GENERAL,), "summary": "", "fees": "",
        "sources": (), "valid_from": today, "valid_until": None, "changed": today, "questions": tuple(examples),
        **empty,
    }  # fmt: skip
    return NewArticle(article, f"{queue.value}/{article}.md", write_fields(values, ""), "")


@router.post("/out-of-scope")
def put_out_of_scope(
    request: Request,
    me: EditingForm,
    group_id: int,
    revision: Revision,
    reason: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Decide that nobody has to answer these questions, and say why."""

    def deed(session: Session) -> str:
        deciding.put_out_of_scope(session, clean(reason), _deciding(request, me, group_id, revision))
        return f"/desk/questions/{group_id}"

    return _do(request, me, group_id, Typed("out-of-scope", values={"reason": reason}), deed)


@router.post("/elsewhere")
def send_elsewhere(
    request: Request,
    me: EditingForm,
    group_id: int,
    revision: Revision,
    institution: Annotated[str, Form(max_length=80)] = "",
    example: Texts = None,
    chosen: Numbers = None,
) -> Response:
    """Give the questions to another institution's entry; customers are sent there within seconds."""
    known = institution in parts_of(request).knowledge().reference.institutions
    typed = Typed("elsewhere", values={"institution": institution}, chosen=example or ())

    def deed(session: Session) -> str:
        if not known:
            raise Refused("institution")
        texts = _picked(example, chosen)
        deciding.send_elsewhere(session, institution, texts, _deciding(request, me, group_id, revision))
        return f"/desk/questions/{group_id}"

    return _do(request, me, group_id, typed, deed)


@router.post("/take-back")
def take_back(request: Request, me: EditingForm, group_id: int, revision: Revision) -> Response:
    """Open a decided group again."""

    def deed(session: Session) -> str:
        deciding.take_back(session, _deciding(request, me, group_id, revision))
        return f"/desk/questions/{group_id}"

    return _do(request, me, group_id, Typed("take-back"), deed)


@router.post("/merge")
def merge(request: Request, me: EditingForm, group_id: int, revision: Revision, other: Numbers = None) -> Response:
    """Put other open groups into this one: they ask the same."""

    def deed(session: Session) -> str:
        if not other:
            raise Refused("none_chosen")
        group = grouping.locked(session, group_id, revision)
        grouping.merge(session, group, other, by=me.staff, now=parts_of(request).clock())
        return f"/desk/questions/{group_id}"

    return _do(request, me, group_id, Typed("merge"), deed)


@router.post("/split")
def split(request: Request, me: EditingForm, group_id: int, revision: Revision, question: Numbers = None) -> Response:
    """Put some questions of this group into one of their own: they ask something else."""

    def deed(session: Session) -> str:
        group = grouping.locked(session, group_id, revision)
        try:
            fresh = grouping.split(session, group, question or (), by=me.staff, now=parts_of(request).clock())
        except IllegalMove:
            raise Refused("split") from None
        return f"/desk/questions/{fresh.id}"

    return _do(request, me, group_id, Typed("split"), deed)
