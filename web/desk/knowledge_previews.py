"""Looking at a draft before others do: as the page of the knowledge, and as the chat would answer with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from helpdesk.tables import StaffSession
from knowledge.base import KnowledgeBase
from knowledge.decision import Kind
from knowledge.render import answer_text, body_html
from polish.cleaning import clean
from understanding.acts import Act
from understanding.answers import Answers
from understanding.topics import Topics
from web.desk.knowledge_article import Edited, base_with, edited, today_of
from web.desk.signed_in import Editing, back_to, parts_of
from web.knowledge.showing import show
from web.knowledge.topics import PIN_HELP
from web.labels import name_of
from web.pages import page

router = APIRouter(prefix="/articles/{article}")
MOST_EXAMPLES = 6


@dataclass(frozen=True)
class Told:
    """What the chat answers: the kind, the likeliest article, the words of the knowledge, and topics to choose from."""

    kind: str
    article: str | None
    confidence: float
    text: str | None
    choices: Sequence[str]

    @property
    def is_choice(self) -> bool:
        """Whether the customer chooses a topic."""
        return self.kind == Kind.CHOICE.value


@router.get("/preview")
def preview(request: Request, _me: Editing, article: str) -> Response:
    """Show the draft as the page of the knowledge that it would be."""
    with parts_of(request).database.reading() as session:
        found = edited(request, session, article)
    base = base_with(request, found)
    known = base.library.articles.get(article) if base else None
    if base is None or known is None:
        return back_to(f"/desk/knowledge/articles/{article}/answers")
    filled = base.reference.amounts.filled(known, today_of(request))
    related = [base.library.articles[one] for one in known.related if one in base.library.articles]
    return show(
        request,
        "article.html",
        "",
        article=filled,
        changed=filled.changed,
        body=body_html(filled),
        related=[(f"/wiedza/{one.id}", one.title) for one in related],
        notices=[name_of("EditingNote", "preview" if found.draft else "published")],
        remark=None,
        forms=[(symbol, base.forms.by_symbol(symbol)) for symbol in filled.forms],
        pin_help=base.library.articles.get(PIN_HELP),
        events=[],
    )


@router.get("/answers")
def answers(request: Request, me: Editing, article: str, q: Annotated[str, Query(max_length=500)] = "") -> HTMLResponse:
    """Show what a question gets now and would get with the draft, and the draft as an answer."""
    with parts_of(request).database.reading() as session:
        found = edited(request, session, article)
    return _answers(request, me, found, " ".join(clean(q).split()))


def _answers(request: Request, me: StaffSession, found: Edited, question: str) -> HTMLResponse:
    base, after = parts_of(request).knowledge(), base_with(request, found)
    known = after.library.articles.get(found.id) if after else None
    filled = after.reference.amounts.filled(known, today_of(request)) if after and known else None
    return page(
        request,
        "desk/knowledge/answers.html",
        me=me,
        found=found,
        q=question,
        readable=after is not None,
        shown=answer_text(filled) if filled else "",
        examples=filled.questions[:MOST_EXAMPLES] if filled else (),
        before=_told(request, base, question) if question else None,
        after=_told(request, after, question) if question and after else None,
    )


def _told(request: Request, base: KnowledgeBase, question: str) -> Told:
    parts = parts_of(request)
    topics = Topics(lambda: base, parts.thresholds, lambda: today_of(request))
    decision = topics.decide(Act.ASK_GENERAL, question)
    said = Answers(topics).say(decision)
    article = topics.article(decision.article)
    choices = [found.title for one in decision.choices if (found := topics.article(one))]
    return Told(
        decision.kind.value,
        article.title if article else None,
        decision.verdict.confidence,
        said.text,
        choices if decision.kind.value == Kind.CHOICE.value else (),
    )
