"""Checksums of the numbers by which a person or a firm is known."""

from collections.abc import Sequence

from stdnum import iban, luhn
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
    """Tell whether this is a valid bank account: 26 digits of a domestic one, with PL or without, or a foreign IBAN."""
    compact = number.upper()
    if compact.isdigit() and len(compact) == _DOMESTIC_ACCOUNT_LENGTH:
        compact = f"PL{compact}"
    return bool(iban.is_valid(compact))


def is_card(digits: str) -> bool:
    """Tell whether sixteen digits are a valid number of a payment card."""
    return bool(luhn.is_valid(digits)) and int(digits) > 0


def is_id_card(number: str) -> bool:
    """Tell whether three letters and six digits are a valid number of a Polish identity card."""
    return _weighs_out(number, _ID_CARD_WEIGHTS)


def is_passport(number: str) -> bool:
    """Tell whether two letters and seven digits are a valid number of a Polish passport."""
    return _weighs_out(number, _PASSPORT_WEIGHTS)


def _weighs_out(number: str, weights: Sequence[int]) -> bool:
    # Letters count from ten, as in base 36.
    return sum(int(char, 36) * weight for char, weight in zip(number, weights, strict=True)) % 10 == 0
