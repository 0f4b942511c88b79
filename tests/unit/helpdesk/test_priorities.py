"""How soon a ticket is looked at."""

import pytest

from helpdesk.lifecycle import Priority, TicketClass
from helpdesk.priorities import higher, priority_of


@pytest.mark.parametrize(
    "text",
    [
        "KOMORNIK zabrał rentę",
        "dostalem wezwanie do zaplaty",
        "Termin\nmija w piątek",
        "Muszę złożyć do jutra",
        "Egzekucja z konta",
    ],
)
def test_deadlines_and_enforcement_press_with_or_without_polish_letters(text: str) -> None:
    assert priority_of(text) is Priority.HIGH


@pytest.mark.parametrize("text", ["Ile wynosi zasiłek?", "Jaki jest termin wypłaty?", "Nazywam się Pilnik", ""])
def test_plain_questions_do_not_press(text: str) -> None:
    assert priority_of(text) is Priority.NORMAL


def test_danger_comes_before_everything_and_complaints_before_questions() -> None:
    assert priority_of("Ile?", danger=True) is Priority.URGENT
    assert priority_of("Ile?", TicketClass.COMPLAINT) is Priority.HIGH
    assert higher(Priority.NORMAL, Priority.HIGH) is higher(Priority.HIGH, Priority.NORMAL) is Priority.HIGH
