"""Passwords of the staff: which new ones are good enough, and one-time ones that administrators hand out."""

import secrets
from enum import Enum

SHORTEST = 12
LONGEST = 200
"""argon2 on megabytes would be an attack's tool."""
LEAST_LETTERS = 5
"""Different characters; fewer are easily guessed, however long the password is."""
ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
"""Of one-time passwords: nothing that is mistaken for something else when read aloud or copied."""
GROUPS, GROUP = 4, 4


class PasswordProblem(str, Enum):
    """Why a new password is not taken."""

    SHORT = "short"
    LONG = "long"
    LOGIN = "login"
    FEW_LETTERS = "few_letters"
    SAME = "same"
    DIFFERENT = "different"


def problem_of(new: str, *, login: str, old: str | None = None, again: str | None = None) -> PasswordProblem | None:
    """Return why a new password is not good enough, or None when it is.

    Args:
        new: the password; a passphrase of several words is as good as any.
        login: whose it will be; a password made of the login is refused.
        old: the one before, which may not be used again; None when it is not known.
        again: what was typed the second time; None when it was not asked for.
    """
    plain = new.strip().casefold()
    if len(new) < SHORTEST:
        return PasswordProblem.SHORT
    if len(new) > LONGEST:
        return PasswordProblem.LONG
    if not plain.replace(login.casefold(), "").strip("0123456789!@#$.-_ "):
        return PasswordProblem.LOGIN
    if len(set(plain)) < LEAST_LETTERS:
        return PasswordProblem.FEW_LETTERS
    if old is not None and new == old:
        return PasswordProblem.SAME
    if again is not None and again != new:
        return PasswordProblem.DIFFERENT
    return None


def one_time_password() -> str:
    """Return a fresh password to be handed over and changed at the first sign-in (80 bits, in groups of four)."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))
    return "-".join(groups)
