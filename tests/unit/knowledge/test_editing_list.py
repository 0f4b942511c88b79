"""Where an article stands for its editors, and what it needs."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from helpdesk.knowledge_states import DraftStatus
from helpdesk.tables import ArticleDraft
from knowledge.article import Article, Source
from knowledge.editing_list import Sign, rows, signs_of
from knowledge.library import parse
from knowledge.linting.review import Limits
from knowledge.released import released
from knowledge.versions import Present

TODAY = date(2026, 11, 21)
OWN = released()["renta-wdowia"]
PRESENT = Present(OWN.file, OWN.text)
ARTICLE = replace(
    parse(OWN.text, OWN.file),
    valid_from=date(2026, 1, 1),
    valid_until=None,
    changed=date(2026, 11, 1),
    sources=(Source("https://www.zus.pl/a", "2026-10"),),
)


def signs(article: Article = ARTICLE, draft: ArticleDraft | None = None) -> tuple[Sign, ...]:
    return signs_of(PRESENT, article, draft, TODAY, Limits())


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, (Sign.PUBLISHED,)),
        ({"valid_until": date(2026, 11, 21)}, (Sign.PUBLISHED, Sign.EXPIRES)),
        ({"valid_until": date(2026, 11, 20)}, (Sign.EXPIRED,)),
        ({"valid_until": date(2027, 1, 20)}, (Sign.PUBLISHED, Sign.EXPIRES)),
        ({"valid_until": date(2027, 1, 21)}, (Sign.PUBLISHED,)),
        ({"valid_from": date(2026, 11, 22)}, (Sign.NOT_YET,)),
        ({"changed": date(2025, 11, 21)}, (Sign.PUBLISHED,)),
        ({"changed": date(2025, 11, 20)}, (Sign.PUBLISHED, Sign.REVIEW_DUE)),
        ({"sources": (Source("https://www.zus.pl/a", "2024-10"),)}, (Sign.PUBLISHED, Sign.OLD_SOURCES)),
        ({"sources": (Source("https://www.zus.pl/a", "2024-11"),)}, (Sign.PUBLISHED,)),
    ],
)
def test_dates_of_an_article_tell_what_it_needs(changes: dict[str, object], expected: tuple[Sign, ...]) -> None:
    assert signs(replace(ARTICLE, **changes)) == expected


@pytest.mark.parametrize(
    ("status", "publish_at", "expected"),
    [
        (DraftStatus.DRAFT, None, Sign.DRAFT),
        (DraftStatus.REVIEW, None, Sign.REVIEW),
        (DraftStatus.APPROVED, None, Sign.APPROVED),
        (DraftStatus.APPROVED, datetime(2026, 12, 1, tzinfo=UTC), Sign.SCHEDULED),
    ],
)
def test_draft_stands_beside_what_is_published(
    status: DraftStatus, publish_at: datetime | None, expected: Sign
) -> None:
    draft = ArticleDraft(article_id=ARTICLE.id, file=OWN.file, text=OWN.text, status=status, publish_at=publish_at)

    assert signs(draft=draft) == (Sign.PUBLISHED, expected)


def test_list_holds_new_and_withdrawn_articles_too() -> None:
    draft = ArticleDraft(
        article_id="nowy", file="zasilki/nowy.md", text="---\ntitle: Nowy\n---\n", status=DraftStatus.DRAFT
    )
    presents = {ARTICLE.id: PRESENT, "dawny": Present("ogolne/dawny.md", None)}

    found = {row.id: row for row in rows(presents, {ARTICLE.id: ARTICLE}, [draft], TODAY, Limits())}

    assert (found["nowy"].title, found["nowy"].signs) == ("Nowy", (Sign.DRAFT,))
    assert found["dawny"].signs == (Sign.WITHDRAWN,)
    assert found[ARTICLE.id].signs == (Sign.PUBLISHED,)
