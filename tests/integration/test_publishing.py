"""Publishing while everything runs: what one process publishes, another serves a moment later."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from helpdesk.database import Database
from helpdesk.tables import PublishedArticle
from knowledge.base import KnowledgeBase
from knowledge.errors import LibraryError
from knowledge.live import LOOK_EVERY, LiveKnowledge
from knowledge.publishing import publish, withdraw
from knowledge.released import released
from knowledge.versions import versions
from okienko import editorial
from okienko.errors import CommandError
from okienko.places import ARTICLES

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
FILE = "zasilki/proba-zielonych.md"
TEXT = """\
---
id: proba-zielonych
title: Próba zielonych parasoli
queue: zasilki
profiles: [ubezpieczony]
aliases: []
summary: Zielony parasol wydaje się co wtorek.
steps: [Przyjść we wtorek]
documents: []
forms: []
deadlines: []
where: [eZUS]
fees: bezpłatnie
legal_basis: []
individual: []
related: []
sources:
- url: https://www.zus.pl/parasole
  as_of: '2026-10'
valid_from: 2026-01-01
valid_until: null
changed: 2026-11-21
questions: [zielony parasol, kiedy wydają parasole, parasol we wtorek, czy parasol jest zielony, parasol na deszcz,
  gdzie odebrać parasol, ile parasoli na osobę, parasol dla emeryta]
---
Parasole są zielone.
"""


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def live(base: KnowledgeBase, database: Database, clock: Clock) -> LiveKnowledge:
    return LiveKnowledge(base, database, lambda: TODAY, monotonic=clock)


def first(live: LiveKnowledge, question: str) -> str:
    return live().searcher.search(question, today=TODAY).hits[0].article


def publish_text(database: Database, text: str = TEXT) -> None:
    with database.session() as session:
        publish(session, text, file=FILE, now=NOW)
        session.commit()


def test_published_article_is_served_by_a_process_that_runs_already(
    live: LiveKnowledge, database: Database, clock: Clock
) -> None:
    assert first(live, "gdzie odebrać zielony parasol") != "proba-zielonych"

    publish_text(database)
    clock.seconds += LOOK_EVERY

    assert first(live, "gdzie odebrać zielony parasol") == "proba-zielonych"
    assert live().shown("proba-zielonych", TODAY) is not None


def test_changed_article_is_shown_as_it_is_now(live: LiveKnowledge, database: Database, clock: Clock) -> None:
    publish_text(database)
    assert live().library.articles["proba-zielonych"].title == "Próba zielonych parasoli"

    publish_text(database, TEXT.replace("title: Próba", "title: Wydawanie"))
    clock.seconds += LOOK_EVERY

    assert live().library.articles["proba-zielonych"].title == "Wydawanie zielonych parasoli"


def test_withdrawn_article_is_neither_found_nor_shown(
    live: LiveKnowledge, database: Database, clock: Clock, base: KnowledgeBase
) -> None:
    article = base.library.articles["renta-wdowia"]
    assert first(live, "renta wdowia") == "renta-wdowia"

    with database.session() as session:
        withdraw(session, article, now=NOW)
        session.commit()
    clock.seconds += LOOK_EVERY

    assert first(live, "renta wdowia") != "renta-wdowia"
    assert live().shown("renta-wdowia", TODAY) is None


def test_text_that_is_no_article_is_refused_and_nothing_changes(database: Database, live: LiveKnowledge) -> None:
    with database.session() as session, pytest.raises(LibraryError, match="title"):
        publish(session, TEXT.replace("title:", "tytul:"), file=FILE, now=NOW)

    assert "proba-zielonych" not in live().library.articles


def test_reference_to_an_unknown_amount_leaves_the_old_knowledge_in_use(
    live: LiveKnowledge, database: Database, clock: Clock
) -> None:
    live()
    publish_text(database, TEXT.replace("co wtorek", "za {{kwota-ktorej-nie-ma}}"))
    clock.seconds += LOOK_EVERY

    assert "proba-zielonych" not in live().library.articles
    assert first(live, "renta wdowia") == "renta-wdowia"


def test_unusable_publication_does_not_keep_later_ones_back(
    live: LiveKnowledge, database: Database, clock: Clock, base: KnowledgeBase
) -> None:
    live()
    publish_text(database, TEXT.replace("co wtorek", "za {{kwota-ktorej-nie-ma}}"))
    with database.session() as session:
        broken = PublishedArticle(id="stary", file="zasilki/stary.md", text="---\n", revision=7, published_at=NOW)
        session.add(broken)
        withdraw(session, base.library.articles["renta-wdowia"], now=NOW)
        session.commit()
    clock.seconds += LOOK_EVERY

    assert first(live, "renta wdowia") != "renta-wdowia"
    assert {"stary", "proba-zielonych"}.isdisjoint(live().library.articles)


def test_database_that_is_away_leaves_the_old_knowledge_in_use(base: KnowledgeBase, tmp_path: Path) -> None:
    live = LiveKnowledge(base, Database(f"sqlite:///{tmp_path}/nie/ma.db"), lambda: TODAY)

    assert first(live, "renta wdowia") == "renta-wdowia"


def test_exported_articles_can_be_imported_again_without_any_change(database: Database, tmp_path: Path) -> None:
    publish_text(database)

    count = editorial.export_articles(database, tmp_path / "out")

    assert count == len(list(ARTICLES.rglob("*.md"))) + 1
    assert (tmp_path / "out" / FILE).read_text(encoding="utf-8") == TEXT
    assert editorial.import_articles(database, tmp_path / "out") == []


def test_import_publishes_what_is_new_or_changed(database: Database, tmp_path: Path) -> None:
    (tmp_path / "zasilki").mkdir()
    (tmp_path / FILE).write_text(TEXT, encoding="utf-8")

    assert editorial.import_articles(database, tmp_path) == ["proba-zielonych"]
    assert editorial.import_articles(database, tmp_path) == []


def test_import_and_withdrawal_become_versions(database: Database, tmp_path: Path) -> None:
    own = released()["renta-wdowia"]
    (tmp_path / own.file).parent.mkdir()
    (tmp_path / own.file).write_text(own.text.replace("title: ", "title: Nowa "), encoding="utf-8")

    editorial.import_articles(database, tmp_path)
    editorial.withdraw_article(database, "renta-wdowia")

    with database.reading() as session:
        kept = versions(session, "renta-wdowia")
    assert [one.number for one in kept] == [3, 2, 1]
    assert kept[0].text is None
    assert kept[2].text == own.text


def test_article_that_changed_its_queue_is_exported_once(database: Database, tmp_path: Path) -> None:
    own = released()["renta-wdowia"]
    moved = own.text.replace(f"queue: {own.file.partition('/')[0]}", "queue: ogolne")
    (tmp_path / "in" / "ogolne").mkdir(parents=True)
    (tmp_path / "in" / "ogolne" / "renta-wdowia.md").write_text(moved, encoding="utf-8")
    editorial.import_articles(database, tmp_path / "in")

    count = editorial.export_articles(database, tmp_path / "out")

    assert count == len(released())
    assert [path.parent.name for path in (tmp_path / "out").rglob("renta-wdowia.md")] == ["ogolne"]


def test_export_does_not_write_over_anything(database: Database, tmp_path: Path) -> None:
    (tmp_path / "notatki.txt").write_text("x")

    with pytest.raises(CommandError, match="not empty"):
        editorial.export_articles(database, tmp_path)


def test_withdrawing_what_is_not_there_is_refused(database: Database) -> None:
    with pytest.raises(CommandError, match="no published article"):
        editorial.withdraw_article(database, "nie-ma")
