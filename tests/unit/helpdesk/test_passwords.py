"""New passwords of the staff: which are taken, and what one-time ones look like."""

import pytest

from helpdesk.passwords import PasswordProblem, one_time_password, problem_of


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("krótkie", PasswordProblem.SHORT),
        ("elevenchars", PasswordProblem.SHORT),
        ("x" * 201, PasswordProblem.LONG),
        ("ewa.kowalska", PasswordProblem.LOGIN),
        ("Ewa.Kowalska2026!", PasswordProblem.LOGIN),
        ("ewa.kowalska-ewa.kowalska", PasswordProblem.LOGIN),
        ("abababababababab", PasswordProblem.FEW_LETTERS),
        ("zielony rower jedzie", None),
        ("koń trzy okna żaba", None),
        ("twelve-chars", None),
    ],
)
def test_new_password_is_judged(password: str, problem: PasswordProblem | None) -> None:
    assert problem_of(password, login="ewa.kowalska") is problem


def test_new_password_differs_from_the_old_one_and_is_typed_twice_alike() -> None:
    good = "zielony rower jedzie"

    assert problem_of(good, login="ewa", old=good) is PasswordProblem.SAME
    assert problem_of(good, login="ewa", old="another", again="zielony rower jedze") is PasswordProblem.DIFFERENT
    assert problem_of(good, login="ewa", old="another", again=good) is None


def test_one_time_passwords_are_good_enough_and_never_the_same() -> None:
    made = {one_time_password() for _ in range(50)}

    assert len(made) == 50
    assert {problem_of(password, login="ewa") for password in made} == {None}
