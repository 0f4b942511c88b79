"""Drafts of articles: written by one, reviewed by another, published, restored; on both databases."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.database import Database
from helpdesk.errors import IllegalMove, ReasonMissing, Stale
from helpdesk.knowledge_states import DraftStatus, RunStatus
from helpdesk.lifecycle import Role
from helpdesk.staff import add_staff
from helpdesk.tables import ArticleDraft, ArticleVersion, AuditEntry, EvaluationRun, Staff
from knowledge import editing, gate
from knowledge.errors import DraftOpen, LibraryError, NotYetAllowed, OwnReview, StaleBase
from knowledge.library import parse
from knowledge.publishing import changes, publish
from knowledge.released import released
from knowledge.versions import present, present_version, versions
from tests.conftest import NOON

ARTICLE = "renta-wdowia"
OWN = released()[ARTICLE]
CHANGED = OWN.text.replace("title: ", "title: Nowa ")
LATER = NOON + timedelta(days=1)


@dataclass
class Desk:
    """Two editors and a supervisor over one unit of work."""

    session: Session
    nina: Staff
    olaf: Staff
    sara: Staff

    def draft(self, text: str | None = CHANGED, article: str = ARTICLE, file: str = OWN.file) -> ArticleDraft:
        return editing.open_draft(
            self.session, article, file=file, text=text, base_version=0, note="Nowy tytuł", by=self.nina, now=NOON
        )

    def approved(self, text: str | None = CHANGED, publish_at: datetime | None = None) -> ArticleDraft:
        draft = self.draft(text)
        editing.submit(self.session, draft, by=self.nina, now=NOON)
        editing.approve(self.session, draft, comment="", publish_at=publish_at, by=self.olaf, now=NOON)
        self.judged(draft)
        return draft

    def judged(self, draft: ArticleDraft, **broken: float) -> EvaluationRun:
        """Let the evaluation of a draft be done; `broken` are figures below their floor."""
        run = gate.request(self.session, draft, by=self.nina, now=NOON)
        run.status, run.figures, run.before = RunStatus.DONE, {"right": 0.9, **broken}, {"right": 0.9}
        self.session.flush()
        return run

    def published(self, text: str | None = CHANGED) -> ArticleVersion:
        draft = self.approved(text)
        return editing.publish_draft(self.session, draft, by=self.olaf, now=NOON)

    @property
    def deeds(self) -> list[str]:
        return list(self.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


@pytest.fixture
def desk(database: Database) -> Iterator[Desk]:
    with database.session() as session:
        people = [
            add_staff(session, login=login, name=login.title(), password="invented-password", queues=[], now=NOON)
            for login in ("nina", "olaf", "sara")
        ]
        for person, role in zip(people, (Role.EDITOR, Role.EDITOR, Role.SUPERVISOR), strict=True):
            person.role = role
        session.flush()
        yield Desk(session, *people)


def test_first_draft_keeps_the_release_as_version_one(desk: Desk) -> None:
    draft = desk.draft()

    kept = versions(desk.session, ARTICLE)
    assert [(one.number, one.text, one.author_id) for one in kept] == [(1, OWN.text, None)]
    assert draft.base_version == 1


def test_article_has_one_draft_at_a_time(desk: Desk) -> None:
    first = desk.draft()

    with pytest.raises(DraftOpen):
        desk.draft()

    assert editing.draft_of(desk.session, ARTICLE) is first


def test_discarded_draft_makes_room_for_another(desk: Desk) -> None:
    editing.discard(desk.session, desk.draft(), by=desk.nina, now=NOON)

    assert editing.draft_of(desk.session, ARTICLE) is None
    assert desk.draft().status is DraftStatus.DRAFT


def test_reviewed_draft_reaches_customers_and_becomes_a_version(desk: Desk) -> None:
    kept = desk.published()

    assert (kept.number, kept.text, kept.note) == (2, CHANGED, "Nowy tytuł")
    assert (kept.author_id, kept.reviewer_id) == (desk.nina.id, desk.olaf.id)
    assert changes(desk.session).articles == (parse(CHANGED, OWN.file),)
    assert desk.deeds[-1] == "article published"


@pytest.mark.parametrize("deed", [editing.approve, editing.return_to_author])
def test_who_wrote_last_does_not_review(desk: Desk, deed: Callable[..., None]) -> None:
    draft = desk.draft()
    editing.submit(desk.session, draft, by=desk.nina, now=NOON)

    with pytest.raises(OwnReview):
        deed(desk.session, draft, comment="dobrze", by=desk.nina, now=NOON)

    assert draft.status is DraftStatus.REVIEW


def test_who_corrects_in_review_becomes_the_author_and_cannot_approve(desk: Desk) -> None:
    draft = desk.draft()
    editing.submit(desk.session, draft, by=desk.nina, now=NOON)

    editing.change_draft(desk.session, draft, CHANGED + "Ok.\n", file=OWN.file, note="", by=desk.olaf, now=NOON)

    assert draft.status is DraftStatus.DRAFT
    editing.submit(desk.session, draft, by=desk.olaf, now=NOON)
    with pytest.raises(OwnReview):
        editing.approve(desk.session, draft, comment="", by=desk.olaf, now=NOON)
    editing.approve(desk.session, draft, comment="", by=desk.nina, now=NOON)


def test_unreviewed_draft_is_not_published(desk: Desk) -> None:
    draft = desk.draft()

    with pytest.raises(IllegalMove):
        editing.publish_draft(desk.session, draft, by=desk.olaf, now=NOON)

    assert changes(desk.session).articles == ()


def test_draft_comes_back_with_a_word_why(desk: Desk) -> None:
    draft = desk.draft()
    editing.submit(desk.session, draft, by=desk.nina, now=NOON)
    with pytest.raises(ReasonMissing):
        editing.return_to_author(desk.session, draft, comment=" ", by=desk.olaf, now=NOON)

    editing.return_to_author(desk.session, draft, comment="Brak daty.", by=desk.olaf, now=NOON)

    assert (draft.status, draft.comment, draft.reviewer_id) == (DraftStatus.DRAFT, "Brak daty.", desk.olaf.id)


def test_text_that_is_no_article_is_kept_but_not_submitted(desk: Desk) -> None:
    draft = desk.draft(CHANGED.replace("queue: ", "kolejka: "))

    with pytest.raises(LibraryError):
        editing.submit(desk.session, draft, by=desk.nina, now=NOON)

    assert draft.status is DraftStatus.DRAFT


def test_changing_an_approved_draft_takes_the_approval_away(desk: Desk) -> None:
    draft = desk.approved(publish_at=LATER)

    editing.change_draft(desk.session, draft, CHANGED, file=OWN.file, note="", by=desk.nina, now=NOON)

    assert (draft.status, draft.publish_at, draft.reviewer_id) == (DraftStatus.DRAFT, None, None)


def test_draft_over_an_older_version_is_refused_until_it_is_brought_together(desk: Desk) -> None:
    draft = desk.draft()
    publish(desk.session, OWN.text + "Dopisek z importu.\n", file=OWN.file, now=NOON)
    editing.submit(desk.session, draft, by=desk.nina, now=NOON)
    assert editing.is_stale(desk.session, draft)
    with pytest.raises(StaleBase):
        editing.approve(desk.session, draft, comment="", by=desk.olaf, now=NOON)

    editing.rebase(desk.session, draft, by=desk.nina, now=NOON)
    editing.submit(desk.session, draft, by=desk.nina, now=NOON)
    editing.approve(desk.session, draft, comment="", by=desk.olaf, now=NOON)
    desk.judged(draft)
    kept = editing.publish_draft(desk.session, draft, by=desk.olaf, now=NOON)

    assert kept.number == 3
    assert versions(desk.session, ARTICLE)[1].text == OWN.text + "Dopisek z importu.\n"


def test_form_filled_in_on_an_older_state_is_refused(desk: Desk) -> None:
    draft = desk.draft()
    seen = editing.mark_of(draft)
    editing.change_draft(desk.session, draft, CHANGED, file=OWN.file, note="", by=desk.olaf, now=NOON)

    with pytest.raises(Stale):
        editing.locked(desk.session, draft.id, seen)

    assert editing.locked(desk.session, draft.id, editing.mark_of(draft)) is draft


def test_review_and_schedule_leave_the_revision_that_was_evaluated(desk: Desk) -> None:
    draft = desk.draft()
    judged = draft.revision

    editing.submit(desk.session, draft, by=desk.nina, now=NOON)
    editing.approve(desk.session, draft, comment="", by=desk.olaf, now=NOON)
    editing.schedule(desk.session, draft, LATER, by=desk.olaf, now=NOON)

    assert draft.revision == judged


def test_approved_draft_is_published_at_its_time_and_not_before(desk: Desk) -> None:
    draft = desk.approved(publish_at=LATER)

    assert editing.publish_due(desk.session, LATER - timedelta(seconds=1)) == []
    (kept,) = editing.publish_due(desk.session, LATER)

    assert draft.status is DraftStatus.PUBLISHED
    assert (kept.number, kept.published_at) == (2, LATER)
    assert editing.publish_due(desk.session, LATER) == []


def test_draft_that_cannot_be_published_at_its_time_keeps_no_other_back(desk: Desk) -> None:
    stale = desk.approved(publish_at=LATER)
    publish(desk.session, OWN.text + "Dopisek.\n", file=OWN.file, now=NOON)
    other = released()["limit-30-krotnosci"]
    name = parse(other.text, other.file).id
    good = desk.draft(other.text + "Dopisek.\n", name, other.file)
    editing.submit(desk.session, good, by=desk.nina, now=NOON)
    editing.approve(desk.session, good, comment="", publish_at=LATER, by=desk.olaf, now=NOON)
    desk.judged(good)

    kept = editing.publish_due(desk.session, LATER)

    assert [one.article_id for one in kept] == [name]
    assert (stale.status, stale.publish_at) == (DraftStatus.APPROVED, None)
    assert "article not published at its time" in desk.deeds


def test_withdrawal_needs_a_review_and_takes_the_article_out_of_use(desk: Desk) -> None:
    kept = desk.published(None)

    assert kept.text is None
    assert changes(desk.session).withdrawn == {ARTICLE}
    assert desk.deeds[-1] == "article withdrawn"


def test_restored_version_is_a_draft_with_the_old_text(desk: Desk) -> None:
    desk.published()
    first = versions(desk.session, ARTICLE)[-1]

    draft = editing.restore(desk.session, first, note="Powrót", by=desk.nina, now=NOON)

    assert (draft.text, draft.base_version, draft.status) == (OWN.text, 2, DraftStatus.DRAFT)


def test_supervisor_restores_at_once_with_a_reason(desk: Desk) -> None:
    desk.published()
    first = versions(desk.session, ARTICLE)[-1]
    with pytest.raises(ReasonMissing):
        editing.restore_now(desk.session, first, note="", reason="bo tak", by=desk.sara, now=NOON)

    kept = editing.restore_now(desk.session, first, note="", reason="Błędna kwota w wersji 2.", by=desk.sara, now=NOON)

    assert (kept.number, kept.text, kept.reviewer_id) == (3, OWN.text, desk.sara.id)
    shown = present(desk.session, ARTICLE)
    assert shown is not None
    assert shown.text == OWN.text


def test_example_opens_a_draft_and_the_next_one_joins_it(desk: Desk) -> None:
    article = parse(OWN.text, OWN.file)

    first = editing.add_example(desk.session, article, "ile  z renty po mężu", by=desk.nina, now=NOON)
    second = editing.add_example(desk.session, article, "dwa świadczenia naraz", by=desk.olaf, now=NOON)
    again = editing.add_example(desk.session, article, "dwa świadczenia naraz", by=desk.nina, now=NOON)

    assert first is second is again
    assert second.text is not None
    assert parse(second.text, second.file).questions == (
        *article.questions,
        "ile z renty po mężu",
        "dwa świadczenia naraz",
    )
    assert second.author_id == desk.olaf.id


def test_example_of_a_draft_in_review_asks_for_another_look(desk: Desk) -> None:
    draft = desk.draft()
    editing.submit(desk.session, draft, by=desk.nina, now=NOON)

    editing.add_example(desk.session, parse(OWN.text, OWN.file), "nowe pytanie", by=desk.olaf, now=NOON)

    assert draft.status is DraftStatus.DRAFT


def test_supervisor_takes_a_figure_upon_them_but_not_the_author(desk: Desk) -> None:
    draft = desk.approved()
    with pytest.raises(OwnReview):
        editing.override(desk.session, draft, "To moja własna decyzja.", by=desk.nina, now=NOON)

    editing.override(desk.session, draft, "Pytania kontrolne są nieaktualne.", by=desk.sara, now=NOON)

    assert draft.override_by_id == desk.sara.id


def test_new_article_begins_without_a_version(desk: Desk) -> None:
    text = OWN.text.replace(f"id: {ARTICLE}", "id: zupelnie-nowy")
    file = OWN.file.replace(ARTICLE, "zupelnie-nowy")

    draft = desk.draft(text, "zupelnie-nowy", file)

    assert draft.base_version == 0
    assert present_version(desk.session, "zupelnie-nowy", now=NOON) is None
    editing.submit(desk.session, draft, by=desk.nina, now=NOON)
    editing.approve(desk.session, draft, comment="", by=desk.olaf, now=NOON)
    desk.judged(draft)
    assert editing.publish_draft(desk.session, draft, by=desk.olaf, now=NOON).number == 1


def test_draft_without_an_evaluation_waits_for_one(desk: Desk) -> None:
    draft = desk.draft()
    editing.submit(desk.session, draft, by=desk.nina, now=NOON)
    editing.approve(desk.session, draft, comment="", by=desk.olaf, now=NOON)

    with pytest.raises(NotYetAllowed) as refused:
        editing.publish_draft(desk.session, draft, by=desk.olaf, now=NOON)

    assert refused.value.needs_run


def test_figure_below_its_floor_holds_a_draft_back_until_a_supervisor_says_why(desk: Desk) -> None:
    draft = desk.approved()
    desk.judged(draft, wrong=0.9).before = {"right": 0.9, "wrong": 0.01}
    with pytest.raises(NotYetAllowed) as refused:
        editing.publish_draft(desk.session, draft, by=desk.olaf, now=NOON)
    assert refused.value.broken == ("wrong",)

    editing.override(desk.session, draft, "Pytania kontrolne są nieaktualne.", by=desk.sara, now=NOON)

    assert editing.publish_draft(desk.session, draft, by=desk.olaf, now=NOON).number == 2
