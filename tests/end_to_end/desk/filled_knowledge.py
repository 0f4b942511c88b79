"""Articles on their way: one in review, one scheduled, one unfinished, one published twice, one withdrawn."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.knowledge_states import RunKind, RunStatus
from helpdesk.tables import ArticleDraft, EvaluationRun, Staff
from knowledge import editing, gate
from knowledge.released import released
from knowledge.versions import Edition, publish_edition
from tests.conftest import NOON


def fill_knowledge(session: Session) -> None:
    """Give the desk of editors something on every page; the roles must be there."""
    zofia, piotr = (session.scalars(select(Staff).where(Staff.login == login)).one() for login in ("zofia", "piotr"))
    own = released()["renta-wdowia"]
    for number, title in enumerate(("Nowa renta wdowia", "Renta wdowia i emerytura")):
        edition = Edition(
            own.file, own.text.replace("title: Renta wdowia", f"title: {title}"), "Tytuł", zofia.id, piotr.id
        )
        publish_edition(session, "renta-wdowia", edition, now=NOON - timedelta(days=3 - number))
    publish_edition(
        session,
        "limit-30-krotnosci",
        Edition(released()["limit-30-krotnosci"].file, None, "Uchylono", piotr.id, zofia.id),
        now=NOON,
    )
    # What the crawl meets first: a draft by somebody else in review.
    _draft(session, "renta-wdowia", piotr, "emeryta", "seniora")
    in_review = _draft(session, "zasilek-macierzynski", zofia, "zasiłek", "świadczenie")
    editing.submit(session, in_review, by=zofia, now=NOON)
    _judged(session, in_review, zofia)
    planned = _draft(session, "zasilek-pogrzebowy", piotr, "zasiłek", "zapomoga")
    editing.submit(session, planned, by=piotr, now=NOON)
    editing.approve(session, planned, comment="Dobrze.", by=zofia, now=NOON, publish_at=NOON + timedelta(days=1))
    editing.open_draft(
        session,
        "zolte-parasole",
        file="ogolne/zolte-parasole.md",
        text="---\nid: zolte-parasole\ntitle: Żółte parasole <b>&amp;\nqueue: ogolne\n---\n",
        base_version=0,
        note="",
        by=piotr,
        now=NOON,
    )
    session.add(
        EvaluationRun(
            kind=RunKind.RELEASE,
            status=RunStatus.DONE,
            confusions=[{"right": "renta-wdowia", "given": "renta-rodzinna", "count": 2}],
            created_at=NOON,
            ended_at=NOON,
        )
    )


def _draft(session: Session, article: str, by: Staff, old: str, new: str) -> ArticleDraft:
    present = editing.present(session, article)
    assert present is not None
    assert present.text is not None
    version = editing.present_version(session, article, now=NOON)
    assert version is not None
    return editing.open_draft(
        session,
        article,
        file=present.file,
        text=present.text.replace(old, new),
        base_version=version.number,
        note="Prostsze słowa",
        by=by,
        now=NOON,
    )


def _judged(session: Session, draft: ArticleDraft, by: Staff) -> None:
    run = gate.request(session, draft, by=by, now=NOON)
    run.status, run.began_at, run.ended_at = RunStatus.DONE, NOON, NOON
    run.figures, run.before = {"first": 0.93, "wrong": 0.02}, {"first": 0.92, "wrong": 0.02}
    run.better = [
        {
            "text": "ile trwa macierzyński",
            "right": ["zasilek-macierzynski"],
            "institution": None,
            "before": {"kind": "choice", "article": "zasilek-macierzynski", "institution": None},
            "after": {"kind": "answer", "article": "zasilek-macierzynski", "institution": None},
        }
    ]
