from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from helpdesk.errors import IllegalMove
from helpdesk.lifecycle import (
    CONVERSATION_MOVES,
    TICKET_MOVES,
    Level,
    Mode,
    TicketStatus,
    check_conversation_move,
    check_ticket_move,
)
from helpdesk.policy import current_level
from helpdesk.secrets import LONGEST_LOCK, hash_secret, lock_after, matches

NOW = datetime(2026, 11, 20, 11, tzinfo=UTC)


@pytest.mark.parametrize(("before", "after"), list(product(Mode, Mode)))
def test_conversation_moves_only_where_its_life_cycle_leads(before: Mode, after: Mode) -> None:
    if after in CONVERSATION_MOVES[before]:
        check_conversation_move(before, after)
        return
    with pytest.raises(IllegalMove):
        check_conversation_move(before, after)


def test_bot_cannot_hand_a_conversation_to_a_person_without_the_queue() -> None:
    with pytest.raises(IllegalMove):
        check_conversation_move(Mode.BOT, Mode.HUMAN)


@pytest.mark.parametrize("status", list(TicketStatus))
def test_every_ticket_status_has_a_way_on(status: TicketStatus) -> None:
    assert TICKET_MOVES[status]


def test_closed_ticket_can_only_be_reopened() -> None:
    check_ticket_move(TicketStatus.CLOSED, TicketStatus.OPEN)
    with pytest.raises(IllegalMove):
        check_ticket_move(TicketStatus.CLOSED, TicketStatus.PENDING)


def test_confirmed_identity_falls_back_when_its_time_is_over() -> None:
    end = NOW + timedelta(minutes=15)

    assert current_level(Level.VERIFIED, end, NOW) is Level.VERIFIED
    assert current_level(Level.VERIFIED, end, end) is Level.ANONYMOUS
    assert current_level(Level.VERIFIED, None, NOW) is Level.ANONYMOUS


def test_lock_begins_with_the_fifth_failure_and_grows_to_its_bound() -> None:
    locks = [lock_after(failures) for failures in range(4, 40)]

    assert locks[0] is None
    assert locks[1] == timedelta(seconds=30)
    assert locks[2] == timedelta(seconds=60)
    assert locks[-1] == LONGEST_LOCK


def test_secret_matches_only_its_own_hash_and_nobody_matches_nothing() -> None:
    stored = hash_secret("4821")

    assert matches(stored, "4821")
    assert not matches(stored, "4822")
    assert not matches(None, "4821")
    assert "4821" not in stored
