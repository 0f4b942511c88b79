"""Articles small enough to be read in a test."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import MappingProxyType

import pytest

from helpdesk.queues import Profile, Queue
from knowledge.article import Article, Source
from knowledge.library import Library

WriteArticle = Callable[..., Path]

HEAD = """\
---
id: {id}
title: Zasiłek próbny
queue: {queue}
profiles: [ubezpieczony, platnik]
aliases: []
summary: >-
  Zasiłek próbny wynosi 100 zł.
steps:
- Złożyć wniosek
documents: []
forms: [ZAM]
deadlines: []
where: [eZUS]
fees: bezpłatnie
legal_basis: []
individual: []
related: []
sources:
- url: https://www.zus.pl/zasilek
  as_of: '2025-12'
valid_from: 2025-01-01
valid_until: null
changed: 2026-11-21
questions: [q1 {id}, q2 {id}, q3 {id}, q4 {id}, q5 {id}, q6 {id}, q7 {id}, q8 {id}]
---
## Szczegóły

Treść artykułu.
"""


@pytest.fixture
def write_article(tmp_path: Path) -> WriteArticle:
    """Write one article file, with some of its text replaced, and return the folder of all articles."""

    def write(article_id: str = "proba", queue: str = "zasilki", /, **replaced: str) -> Path:
        text = HEAD.format(id=article_id, queue=queue)
        for old, new in replaced.items():
            lines = [new if line.startswith(f"{old}:") else line for line in text.split("\n")]
            text = "\n".join(lines)
        folder = tmp_path / queue
        folder.mkdir(exist_ok=True)
        (folder / f"{article_id}.md").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def make_article(article_id: str, title: str, questions: tuple[str, ...], **changes: object) -> Article:
    """An article in memory; `changes` replace any of its fields."""
    fields: dict[str, object] = {
        "id": article_id,
        "title": title,
        "queue": Queue.BENEFITS,
        "profiles": (Profile.INSURED,),
        "aliases": (),
        "summary": title,
        "steps": ("Złożyć wniosek",),
        "documents": (),
        "forms": (),
        "deadlines": (),
        "where": ("eZUS",),
        "fees": "bezpłatnie",
        "legal_basis": (),
        "individual": (),
        "related": (),
        "sources": (Source("https://www.zus.pl/a", "2025-12"),),
        "valid_from": date(2025, 1, 1),
        "valid_until": None,
        "changed": date(2026, 11, 21),
        "questions": questions,
        "body": title,
    }
    return Article(**(fields | changes))  # type: ignore[arg-type]  # the fields are put together by name


@pytest.fixture(scope="session")
def small_library() -> Library:
    """Five matters that share few words; one article has expired."""
    articles = [
        make_article(
            "zasilek-macierzynski",
            "Zasiłek macierzyński",
            (
                "ile wynosi zasiłek macierzyński",
                "urodziłam dziecko, co mi się należy",
                "ile tygodni trwa urlop po porodzie",
                "jaki wniosek o macierzyński złożyć po urodzeniu",
                "macierzyński przy bliźniętach",
                "od kiedy przysługuje zasiłek po porodzie",
            ),
        ),
        make_article(
            "emerytura",
            "Wiek emerytalny i wniosek o emeryturę",
            (
                "kiedy mogę przejść na emeryturę",
                "ile lat ma mieć kobieta do emerytury",
                "wiek emerytalny mężczyzn",
                "jak złożyć wniosek o emeryturę",
                "kończę 60 lat i chcę przestać pracować",
                "emerytura jakie dokumenty",
            ),
            profiles=(Profile.BENEFICIARY,),
            forms=("EMP",),
        ),
        make_article(
            "raty",
            "Układ ratalny dla zaległych składek",
            (
                "jak rozłożyć zaległe składki na raty",
                "mam dług w ZUS i chcę go spłacać w ratach",
                "układ ratalny wniosek",
                "nie mam z czego zapłacić składek za firmę",
                "ile rat można dostać na zaległości",
                "raty dla przedsiębiorcy z zadłużeniem",
            ),
            profiles=(Profile.PAYER,),
            forms=("RSR",),
        ),
        make_article(
            "haslo",
            "Zapomniane hasło do portalu",
            (
                "zapomniałem hasła do portalu",
                "jak odzyskać hasło",
                "konto jest zablokowane po złym haśle",
                "reset hasła w internecie",
                "nie pamiętam loginu do konta",
                "portal nie przyjmuje mojego hasła",
            ),
        ),
        make_article(
            "stary-dodatek",
            "Dodatek węglowy",
            (
                "ile wynosi dodatek węglowy",
                "komu należy się dodatek na węgiel",
                "gdzie złożyć wniosek o dodatek węglowy",
                "dodatek na opał",
                "czy dostanę pieniądze na węgiel",
                "termin dodatku węglowego",
            ),
            valid_until=date(2026, 3, 31),
        ),
    ]
    return Library(MappingProxyType({article.id: article for article in articles}))
