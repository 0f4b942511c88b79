"""Checksums of the numbers by which a person or a firm is known."""

from collections.abc import Sequence

from stdnum import iban
from stdnum.exceptions import ValidationError
from stdnum.pl import nip, pesel, regon

_ID_CARD_WEIGHTS = (7, 3, 1, 9, 7, 3, 1, 7, 3)
_PASSPORT_WEIGHTS = (7, 3, 9, 1, 7, 3, 1, 7, 3)
_DOMESTIC_ACCOUNT_LENGTH = 26


def is_pesel(digits: str) -> bool:
    """Tell whether the digits are a valid PESEL."""
    return bool(pesel.is_valid(digits))


def has_birth_date(digits: str) -> bool:
    """Tell whether eleven digits begin with a birth date as PESEL writes it, whatever the check digit."""
    try:
        pesel.get_birth_date(digits)
    except ValidationError:
        return False
    return True


def is_nip(digits: str) -> bool:
    """Tell whether the digits are a valid NIP."""
    return bool(nip.is_valid(digits))


def is_regon(digits: str) -> bool:
    """Tell whether the digits are a valid REGON of nine or fourteen digits."""
    return bool(regon.is_valid(digits))


def is_account(number: str) -> bool:
    """Tell whether this is a bank account: any 26 digits, with PL or without, or a valid foreign IBAN."""
    compact = number.upper().removeprefix("PL")
    # A mistyped domestic account is still somebody's account: nothing else has 26 digits.
    if compact.isdigit():
        return len(compact) == _DOMESTIC_ACCOUNT_LENGTH
    return bool(iban.is_valid(compact))


def is_id_card(number: str) -> bool:
    """Tell whether three letters and six digits are a valid number of a Polish identity card."""
    return _weighs_out(number, _ID_CARD_WEIGHTS)


def is_passport(number: str) -> bool:
    """Tell whether two letters and seven digits are a valid number of a Polish passport."""
    return _weighs_out(number, _PASSPORT_WEIGHTS)


def _weighs_out(number: str, weights: Sequence[int]) -> bool:
    # Letters count from ten, as in base 36.
    return sum(int(char, 36) * weight for char, weight in zip(number, weights, strict=True)) % 10 == 0
