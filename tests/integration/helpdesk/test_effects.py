"""The effect of a published change is counted a week later, from facts that outlive conversations."""

from datetime import datetime, timedelta

import pytest

from helpdesk import conversations, deletion
from helpdesk.database import Database
from helpdesk.knowledge_states import OpenSource
from helpdesk.learning import effects
from helpdesk.learning.effects import Counts, Effect, EffectOutcome, compared
from helpdesk.staff import add_staff
from helpdesk.tables import ArticleVersion, BotTurn, OpenQuestion, QuestionGroup
from tests.conftest import NOON

ARTICLE = "zasilek-chorobowy"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = NOON + effects.WEEK + effects.SETTLING


def turn(at: datetime, **given: object) -> BotTurn:
    values = {"channel": "chat", "kind": "answer", "article": ARTICLE, "created_at": at, "handed_over": False}
    return BotTurn(**values | given)


def version(number: int, at: datetime, author_id: int | None = 1) -> ArticleVersion:
    return ArticleVersion(
        article_id=ARTICLE, number=number, file="zasilki/x.md", text="x", published_at=at, author_id=author_id
    )


def history(database: Database) -> None:
    """The week before: 4 answers, 1 helpful, 1 unhelpful, 1 handed over. After: 3 answers, 2 helpful."""
    group = QuestionGroup(title="x", article=ARTICLE, first_at=NOON, last_at=NOON)
    with database.session() as session:
        add_staff(session, login="piotr", name="Piotr", password="x", queues=[], now=NOON)
        session.add_all(
            [
                version(1, NOON),
                turn(NOON - effects.WEEK - HOUR, helpful=False),  # too early
                turn(NOON - effects.WEEK, helpful=True),
                turn(NOON - DAY, helpful=False),
                turn(NOON - DAY, handed_over=True),
                turn(NOON - HOUR, kind="choice"),
                turn(NOON - HOUR, kind="unknown"),  # no answer
                turn(NOON - HOUR, article="inny"),
                turn(NOON, helpful=True),
                turn(NOON + DAY, helpful=True),
                turn(NOON + DAY),
                turn(NOON + effects.WEEK, helpful=False),  # too late
                group,
            ]
        )
        session.flush()
        for number, at in enumerate((NOON - DAY, NOON - HOUR, NOON + DAY)):
            session.add(
                OpenQuestion(
                    group_id=group.id,
                    source=OpenSource.UNKNOWN,
                    origin=f"turn:{number}",
                    text="x",
                    channel="chat",
                    asked_at=at,
                )
            )
        session.commit()


def count_due(database: Database, now: datetime) -> int:
    with database.session() as session:
        counted = effects.count_due(session, now=now)
        session.commit()
        return counted


def kept(database: Database) -> Effect | None:
    with database.reading() as session:
        effect = session.get_one(ArticleVersion, 1).effect
        return effects.read(effect) if effect else None


def test_two_weeks_are_counted_as_by_hand(database: Database) -> None:
    history(database)

    assert count_due(database, LATER) == 1

    before = Counts(answered=4, helpful=1, unhelpful=1, handed_over=1, failed=2, open_questions=2)
    assert kept(database) == Effect(before, Counts(answered=3, helpful=2, open_questions=1))


def test_version_is_counted_once_and_not_before_its_week_is_over(database: Database) -> None:
    history(database)

    assert count_due(database, LATER - HOUR) == 0
    assert kept(database) is None
    assert count_due(database, LATER) == 1
    assert count_due(database, LATER + DAY) == 0


def test_wish_for_a_person_in_the_next_words_counts_against_the_answer(database: Database) -> None:
    with database.session() as session:
        chat = conversations.start(session, "1", now=NOON)
        session.add(turn(NOON + HOUR, conversation_id=chat.id))
        session.add(turn(NOON + HOUR, conversation_id=chat.id, kind="handover", article=None, handed_over=True))
        session.flush()
        found = effects.counts(session, ARTICLE, NOON, NOON + DAY)

    assert (found.answered, found.handed_over, found.failed) == (1, 1, 1)


def test_retention_touches_no_effect(database: Database) -> None:
    history(database)
    count_due(database, LATER)
    before = kept(database)
    with database.session() as session:
        deletion.erase_orphans(session)
        session.commit()

    assert kept(database) == before


def test_other_versions_in_the_two_weeks_are_told(database: Database) -> None:
    history(database)
    with database.session() as session:
        session.add_all([version(2, NOON + DAY), version(3, NOON + 9 * DAY), version(4, NOON + DAY, author_id=None)])
        session.commit()
    count_due(database, LATER)

    effect = kept(database)
    assert effect is not None
    assert effect.others == 1


@pytest.mark.parametrize(
    ("before", "after", "outcome"),
    [
        (Counts(answered=19), Counts(answered=500), EffectOutcome.TOO_FEW),
        (Counts(answered=100, failed=40), Counts(answered=100, failed=10), EffectOutcome.BETTER),
        (Counts(answered=100, failed=10), Counts(answered=100, failed=40), EffectOutcome.WORSE),
        (Counts(answered=100, failed=12), Counts(answered=100, failed=10), EffectOutcome.CHANCE),
        (Counts(answered=30), Counts(answered=30), EffectOutcome.CHANCE),
    ],
)
def test_only_a_difference_beyond_chance_is_called_one(before: Counts, after: Counts, outcome: EffectOutcome) -> None:
    assert Effect(before, after).outcome is outcome


def test_compared_shares_need_no_failure_at_all() -> None:
    assert compared((0, 50), (0, 50)) is EffectOutcome.CHANCE


def test_what_a_release_brought_has_no_effect(database: Database) -> None:
    with database.session() as session:
        session.add(version(1, NOON, author_id=None))
        session.commit()

    assert count_due(database, LATER) == 0
