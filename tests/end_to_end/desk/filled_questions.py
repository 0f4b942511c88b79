"""Open questions of every kind at the filled desk, decided ones too, and published changes with their effects."""

from dataclasses import asdict
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.knowledge_states import GroupStatus, OpenSource
from helpdesk.learning import groups as grouping
from helpdesk.learning.effects import Counts, Effect
from helpdesk.queues import Queue
from helpdesk.tables import ArticleVersion, OpenQuestion, QuestionGroup, Staff
from tests.conftest import NOON

ARTICLE = "zasilek-macierzynski"
ATTACK = "<img src=x onerror=document.body.dataset.attacked=1>"
ASKED = (
    ("Czy do oddziału można wejść z psem przewodnikiem?", "wejscie z psem przewodnikiem", "pies w zusie można?"),
    (f"Kiedy dostanę macierzyński na drugie dziecko {ATTACK}", "macierzynski drugie dziecko kiedy"),
    ("Ile kosztuje duplikat legitymacji emeryta",),
    ("Czy moja legitymacja emeryta jest ważna w pociągu do Pragi, kiedy jadę do wnuków i nie mam innej zniżki",),
    ("коли буде виплата допомоги на дитину",),
)


def fill_questions(session: Session) -> None:
    """Add groups of open questions and versions with their effects."""
    zofia = session.scalars(select(Staff).where(Staff.login == "zofia")).one()
    for number, texts in enumerate(ASKED):
        _group(session, number, texts)
    for status in (GroupStatus.OUT_OF_SCOPE, GroupStatus.ELSEWHERE):
        group = _group(session, len(ASKED) + list(GroupStatus).index(status), (f"Pytanie {status.value}",))
        group.status, group.decided_by_id, group.decided_at = status, zofia.id, NOON
        group.reason, group.institution = "To nie sprawa ZUS.", "nfz" if status is GroupStatus.ELSEWHERE else None
    reopened = _group(session, 20, ("Czy pies asystujący może wejść do placówki?",))
    reopened.decided_at, reopened.decided_by_id = NOON - timedelta(days=3), zofia.id
    before = Counts(answered=120, helpful=10, unhelpful=20, handed_over=16, failed=34, open_questions=9)
    after = Counts(answered=131, helpful=19, unhelpful=6, handed_over=5, failed=11, open_questions=1)
    for number, effect in enumerate(
        (Effect(before, after), Effect(after, before, others=1), Effect(Counts(3), Counts(4)))
    ):
        version = _version(zofia, 2 + number, days=30 - number)
        version.effect = asdict(effect)
        session.add(version)
    session.add(_version(zofia, 5, days=2))
    session.flush()


def _version(author: Staff, number: int, days: int) -> ArticleVersion:
    return ArticleVersion(
        article_id="zasilek-opiekunczy",
        number=number,
        file="zasilki/zasilek-opiekunczy.md",
        text="x",
        note="Dodano przykłady pytań.",
        author_id=author.id,
        published_at=NOON - timedelta(days=days),
    )


def _group(session: Session, number: int, texts: tuple[str, ...]) -> QuestionGroup:
    group = grouping.opened(session, texts[0], at=NOON)
    for place, text in enumerate(texts):
        source = list(OpenSource)[(number + place) % len(OpenSource)]
        session.add(
            OpenQuestion(
                group_id=group.id,
                source=source,
                origin=f"filled:{number}:{place}",
                text=text,
                article=ARTICLE if source is not OpenSource.UNKNOWN else None,
                right_article="zasilek-chorobowy" if source is OpenSource.CORRECTED else None,
                queue=Queue.BENEFITS,
                language="uk" if "коли" in text else "pl",
                channel="mail" if place else "chat",
                asked_at=NOON - timedelta(days=number, hours=place),
            )
        )
    grouping.recount(session, group)
    return group
