"""To whom a waiting chat is offered."""

from dataclasses import replace
from datetime import timedelta

from helpdesk.offer_rules import Asked, Candidate, WaitingChat, choose
from helpdesk.queues import Queue
from tests.conftest import NOON

PATIENCE = timedelta(seconds=30)
CHAT = WaitingChat(1, Queue.BENEFITS, NOON)
EWA, MAREK, ZOFIA = (
    Candidate(number, frozenset(Queue), load=0, most=2, idle_since=NOON - timedelta(minutes=10 - number))
    for number in (1, 2, 3)
)


def chosen(
    *desk: Candidate, chat: WaitingChat = CHAT, asked: dict[int, Asked] | None = None, after: float = 0
) -> int | None:
    found = choose(chat, desk, asked or {}, patience=PATIENCE, now=NOON + timedelta(seconds=after))
    return found.staff_id if found else None


def test_who_is_idle_longest_comes_first() -> None:
    assert chosen(MAREK, EWA, ZOFIA) == 1


def test_who_leads_a_chat_comes_after_who_leads_none() -> None:
    assert chosen(replace(EWA, load=1), MAREK) == 2
    assert chosen(replace(EWA, load=1)) == 1


def test_nobody_gets_more_than_fits_or_what_they_do_not_work_on() -> None:
    assert chosen(replace(EWA, load=2), replace(MAREK, queues=frozenset({Queue.PAYERS}))) is None


def test_who_let_it_pass_or_declined_comes_after_everybody_else() -> None:
    asked = {1: Asked(NOON, declined=False), 2: Asked(NOON, declined=True)}

    assert chosen(EWA, MAREK, ZOFIA, asked=asked) == 3
    assert chosen(EWA, MAREK, asked=asked) == 1


def test_who_declined_is_left_alone_for_the_time_of_an_offer() -> None:
    asked = {1: Asked(NOON, declined=True)}

    assert chosen(EWA, asked=asked, after=29) is None
    assert chosen(EWA, asked=asked, after=30) == 1


def test_of_those_asked_before_the_one_asked_longest_ago_is_asked_again() -> None:
    asked = {1: Asked(NOON + timedelta(seconds=30), declined=False), 2: Asked(NOON, declined=False)}

    assert chosen(EWA, MAREK, asked=asked, after=60) == 2


def test_person_it_was_passed_on_to_comes_first_whatever_their_queues() -> None:
    passed = replace(CHAT, wanted_staff_id=3)

    assert chosen(EWA, replace(ZOFIA, queues=frozenset(), load=1), chat=passed) == 3


def test_busy_person_it_was_passed_on_to_is_waited_for_no_longer_than_an_offer_stands() -> None:
    passed = replace(CHAT, wanted_staff_id=3)

    assert chosen(EWA, replace(ZOFIA, load=2), chat=passed, after=29) is None
    assert chosen(EWA, replace(ZOFIA, load=2), chat=passed, after=30) == 1


def test_after_the_wanted_person_let_it_pass_it_goes_to_the_queue() -> None:
    passed = replace(CHAT, wanted_staff_id=3)

    assert chosen(EWA, ZOFIA, chat=passed, asked={3: Asked(NOON, declined=False)}) == 1
