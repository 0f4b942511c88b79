"""The second factor: time-based codes (RFC 6238) of an app, and recovery codes for when the app is lost.

A code is good in its step of 30 seconds, the one before and the one after, and never twice. Secrets are sealed in the
database, of recovery codes only hashes are kept.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from hmac import compare_digest

import pyotp
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from helpdesk.passwords import ALPHABET
from helpdesk.secrets import token_hash
from helpdesk.tables import RecoveryCode, Staff

ISSUER = "Okienko"
STEP = 30
DIGITS = 6
LEEWAY = 1
"""Steps by which the clocks may differ, to either side."""
RECOVERY_CODES = 10
GROUPS, GROUP = 4, 4


def prepare(staff: Staff) -> None:
    """Make a new secret, which counts from the first right code on; one that counts already is left as it is."""
    if staff.totp_confirmed_at is None:
        staff.totp_secret, staff.totp_last_step = pyotp.random_base32(), 0


def is_prepared(staff: Staff) -> bool:
    """Return whether a secret waits for its first code."""
    return staff.totp_secret is not None and staff.totp_confirmed_at is None


def address_of(staff: Staff) -> str:
    """Return what the app reads from the picture: an `otpauth:` address with the secret."""
    return pyotp.TOTP(staff.totp_secret or "").provisioning_uri(name=staff.login, issuer_name=ISSUER)


def right_step(secret: str, typed: str, *, now: datetime, last_step: int) -> int | None:
    """Return the time step that a code belongs to, or None when it is wrong, too old, or was taken before.

    Args:
        secret: the shared secret in base32.
        typed: what was typed; blanks do not count.
        now: the instant.
        last_step: the step of the last code that was taken; only later ones are good.
    """
    code, current = "".join(typed.split()), int(now.timestamp()) // STEP
    if not (code.isascii() and code.isdigit() and len(code) == DIGITS):
        return None
    known = pyotp.TOTP(secret)
    for step in range(current - LEEWAY, current + LEEWAY + 1):
        if step > last_step and compare_digest(known.generate_otp(step), code):
            return step
    return None


def confirm(session: Session, staff: Staff, typed: str, *, now: datetime) -> Sequence[str] | None:
    """Begin to ask for codes when the first one is right; returns the recovery codes, shown once. None: it is wrong."""
    if not is_prepared(staff):
        return None
    step = right_step(staff.totp_secret or "", typed, now=now, last_step=staff.totp_last_step)
    if step is None:
        return None
    staff.totp_confirmed_at, staff.totp_last_step = now, step
    return new_recovery_codes(session, staff)


def take(session: Session, staff: Staff, typed: str, *, now: datetime) -> str | None:
    """Use up a code of the app or a recovery code; returns which it was (`app`, `recovery`), None when it is wrong.

    The caller has locked the row of the staff, so that nothing is used twice.
    """
    if staff.totp_secret is None or staff.totp_confirmed_at is None:
        return None
    step = right_step(staff.totp_secret, typed, now=now, last_step=staff.totp_last_step)
    if step is not None:
        staff.totp_last_step = step
        return "app"
    plain = "".join(typed.split()).replace("-", "").casefold()
    code = session.scalar(
        select(RecoveryCode).where(
            RecoveryCode.staff_id == staff.id,
            RecoveryCode.code_hash == token_hash(plain),
            RecoveryCode.used_at.is_(None),
        )
    )
    if code is None:
        return None
    code.used_at = now
    return "recovery"


def new_recovery_codes(session: Session, staff: Staff) -> Sequence[str]:
    """Make fresh recovery codes and return them; those before are void (flushed, not committed)."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(staff_id=staff.id, code_hash=token_hash(code.replace("-", ""))) for code in codes)
    session.flush()
    return codes


def recovery_codes_left(session: Session, staff_id: int) -> int:
    """Return how many recovery codes somebody has not used."""
    unused = select(func.count()).where(RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None))
    return session.scalar(unused) or 0


def forget(session: Session, staff: Staff) -> None:
    """Ask for no codes any more; the secret and the recovery codes are gone (flushed, not committed)."""
    staff.totp_secret, staff.totp_confirmed_at = None, None
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))
    session.flush()


def _recovery_code() -> str:
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))
    return "-".join(groups)
