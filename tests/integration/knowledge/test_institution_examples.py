"""Questions sent to another institution's entry are known to every process within seconds, and taken back as fast."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from helpdesk.database import Database
from helpdesk.errors import IllegalMove, ReasonMissing, Stale
from helpdesk.knowledge_states import GroupStatus
from helpdesk.learning import groups as grouping
from helpdesk.lifecycle import Role
from helpdesk.staff import add_staff
from helpdesk.tables import AuditEntry, InstitutionExample, QuestionGroup, Staff
from knowledge.base import KnowledgeBase
from knowledge.learning_decisions import (
    Deciding,
    NewArticle,
    add_to_article,
    begin_article,
    put_out_of_scope,
    send_elsewhere,
    take_back,
)
from knowledge.live import LOOK_EVERY, LiveKnowledge
from knowledge.publishing import latest_revision
from tests.conftest import NOON

TODAY = date(2026, 11, 20)
QUESTION = "wywóz gabarytów ze śmietnika pod blokiem"
PLACE = "urzad-gminy"


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class Deciders:
    """An editor with a group, and a process that serves."""

    def __init__(self, database: Database, base: KnowledgeBase) -> None:
        self.database, self.clock, self.base = database, Clock(), base
        self.restart()
        with database.session() as session:
            self.piotr: Staff = add_staff(
                session, login="piotr", name="Piotr", password="x", queues=[], now=NOON, role=Role.EDITOR
            )
            self.group = grouping.opened(session, QUESTION, at=NOON).id
            session.commit()

    def do(self, deed: object, *given: object, revision: int | None = None) -> None:
        with self.database.session() as session:
            group = session.get_one(QuestionGroup, self.group)
            now = NOON + timedelta(hours=1)
            deciding = Deciding(group.id, group.revision if revision is None else revision, self.piotr, now)
            deed(session, *given, deciding)
            session.commit()

    def restart(self) -> None:
        self.live = LiveKnowledge(self.base, self.database, lambda: TODAY, monotonic=self.clock)

    def known(self) -> QuestionGroup:
        with self.database.reading() as session:
            return session.get_one(QuestionGroup, self.group)

    def confidence(self) -> tuple[str | None, float]:
        self.clock.seconds += LOOK_EVERY
        result = self.live().searcher.search(QUESTION, today=TODAY)
        return result.institution, result.institution_confidence


@pytest.fixture
def deciders(database: Database, base: KnowledgeBase) -> Deciders:
    return Deciders(database, base)


def test_example_is_known_at_the_next_look_and_forgotten_when_taken_back(deciders: Deciders) -> None:
    place, before = deciders.confidence()

    deciders.do(send_elsewhere, PLACE, [QUESTION])
    taught, after = deciders.confidence()
    deciders.do(take_back)
    _, again = deciders.confidence()
    deciders.restart()
    _, restarted = deciders.confidence()

    assert (place, taught) == (PLACE, PLACE)
    assert after > before + 0.05
    assert after > 0.95
    assert again < after
    assert restarted == pytest.approx(before, abs=0.001)
    assert deciders.known().status is GroupStatus.OPEN


def test_example_given_again_after_being_taken_back_is_known_again(deciders: Deciders) -> None:
    deciders.do(send_elsewhere, PLACE, [QUESTION])
    deciders.do(take_back)
    deciders.do(send_elsewhere, PLACE, [QUESTION])

    assert deciders.confidence()[1] > 0.95
    with deciders.database.reading() as session:
        (example,) = session.scalars(select(InstitutionExample))
        assert (example.active, example.revision, latest_revision(session)) == (True, 3, 3)


def test_process_that_starts_later_knows_the_examples_too(deciders: Deciders) -> None:
    deciders.do(send_elsewhere, PLACE, [QUESTION, "kto odbiera stare meble"])
    deciders.restart()

    assert deciders.confidence()[1] > 0.95


def test_decision_on_an_older_state_is_refused_and_changes_nothing(deciders: Deciders) -> None:
    deciders.do(put_out_of_scope, "To nie sprawa ZUS.")

    with pytest.raises(Stale):
        deciders.do(send_elsewhere, PLACE, [QUESTION], revision=0)

    assert deciders.known().status is GroupStatus.OUT_OF_SCOPE
    with deciders.database.reading() as session:
        assert session.scalars(select(InstitutionExample)).all() == []


def test_decided_group_is_not_decided_again_and_an_open_one_has_nothing_to_take_back(deciders: Deciders) -> None:
    with pytest.raises(IllegalMove):
        deciders.do(take_back)
    deciders.do(put_out_of_scope, "To nie sprawa ZUS.")

    with pytest.raises(IllegalMove):
        deciders.do(put_out_of_scope, "To nie sprawa ZUS.")


def test_reason_must_say_something_and_examples_must_be_there(deciders: Deciders) -> None:
    with pytest.raises(ReasonMissing):
        deciders.do(put_out_of_scope, "  nie ")
    with pytest.raises(IllegalMove):
        deciders.do(send_elsewhere, PLACE, ["", "  "])
    with pytest.raises(IllegalMove):
        deciders.do(send_elsewhere, PLACE, ["x" * 301])


def test_examples_go_into_the_articles_draft(deciders: Deciders) -> None:
    article = deciders.base.library.articles["renta-wdowia"]

    deciders.do(add_to_article, article, ["renta po mężu rybaku", "  renta po  mężu żeglarzu "])

    group = deciders.known()
    assert (group.status, group.article) == (GroupStatus.EXAMPLE, "renta-wdowia")
    with deciders.database.reading() as session:
        text = session.get_one(QuestionGroup, group.id).draft.text
    assert "renta po mężu rybaku" in text
    assert "renta po mężu żeglarzu" in text


def test_every_decision_is_audited_with_its_person(deciders: Deciders) -> None:
    deciders.do(send_elsewhere, PLACE, [QUESTION])
    deciders.do(take_back)
    deciders.do(begin_article, NewArticle("psy", "ogolne/psy.md", "---\nid: psy\n---\n", ""))

    with deciders.database.reading() as session:
        told = session.scalars(select(AuditEntry).where(AuditEntry.subject == f"question group:{deciders.group}"))
        assert [(one.action, one.staff_id, one.reason) for one in told] == [
            ("questions elsewhere", deciders.piotr.id, PLACE),
            ("questions decision taken back", deciders.piotr.id, ""),
            ("questions draft", deciders.piotr.id, "psy"),
        ]
