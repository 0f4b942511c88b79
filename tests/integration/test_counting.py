"""The count after a fault sees what was lost, doubled, out of order and left without an answer."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from benchmarks.counting import Kept
from helpdesk import conversations
from helpdesk.conversations import Utterance
from helpdesk.database import Database
from tests.conftest import NOON

ANSWER = [Utterance("answer", "Odpowiedź", {"act": "ask_general"})]


def told(session: Session, texts: Sequence[str], answers: Sequence[int]) -> None:
    """Store texts of a customer, each answered so many times."""
    chat, now = conversations.start(session, "token", now=NOON), NOON
    for text, times in zip(texts, answers, strict=True):
        conversations.hear(session, chat, text, client_id=None, now=now)
        for _ in range(times):
            now += timedelta(seconds=1)
            conversations.reply_as_bot(session, chat, ANSWER, now=now)


@pytest.mark.parametrize(
    ("stored", "answers", "found"),
    [
        (["a b", "c d"], [1, 1], Kept(said=2)),
        (["a b"], [1], Kept(said=2, lost=1, disordered=1)),
        (["a b", "a b", "c d"], [1, 1, 1], Kept(said=2, doubled=1, disordered=1)),
        (["a b", "c d"], [2, 1], Kept(said=2, doubled=1)),
        (["c d", "a b"], [1, 1], Kept(said=2, disordered=1)),
        (["a b", "c d"], [0, 1], Kept(said=2, unanswered=1)),
        (["a b", "c d"], [1, 0], Kept(said=2, unanswered=1)),
    ],
)
def test_each_fault_is_counted(database: Database, stored: list[str], answers: list[int], found: Kept) -> None:
    with database.session() as session:
        told(session, stored, answers)
        kept = Kept()
        kept.add(session, "token", ["a b", "c d"])

    assert kept == found
    assert kept.is_whole == (found == Kept(said=2))
