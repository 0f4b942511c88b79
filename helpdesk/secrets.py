"""Passwords, PINs and tokens: how they are made, kept and compared."""

import hashlib
import secrets
from datetime import datetime, timedelta
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

FREE_FAILURES = 5
"""Failures that cost nothing but the attempt; the fifth locks."""
FIRST_LOCK = timedelta(seconds=30)
LONGEST_LOCK = timedelta(hours=1)

_hasher = PasswordHasher()


def hash_secret(secret: str) -> str:
    """Return the argon2id hash of a password or PIN."""
    return _hasher.hash(secret)


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _hasher.hash(secrets.token_hex())


def matches(stored: str | None, secret: str) -> bool:
    """Return whether the secret belongs to the stored hash; takes as long when there is none.

    Args:
        stored: an argon2id hash, or None for somebody unknown.
        secret: what was typed.
    """
    try:
        return _hasher.verify(stored or _nobodys_hash(), secret) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def lock_after(failures: int) -> timedelta | None:
    """Return how long to lock after so many failures in a row: growing from the fifth, None before."""
    if failures < FREE_FAILURES:
        return None
    # The exponent is bounded too, so that a long attack cannot make the sum overflow.
    doublings = min(failures - FREE_FAILURES, 12)
    return min(FIRST_LOCK * (1 << doublings), LONGEST_LOCK)


def is_locked(locked_until: datetime | None, now: datetime) -> bool:
    """Return whether a lock still holds."""
    return locked_until is not None and now < locked_until


def new_token() -> str:
    """Return a fresh unguessable token (256 bits, safe in URLs)."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return what is stored of a token: enough to find it, useless to a thief."""
    return hashlib.sha256(token.encode()).hexdigest()
