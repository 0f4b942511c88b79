"""Telephone numbers as customers write them: which the office calls or sends text messages to."""

import unicodedata

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

COUNTRY = "PL"
"""The country of numbers written without one."""
OFFICE = "+48225601600"
"""The office's own line: calling it back would be calling oneself."""
LONGEST = 40
"""Longest text that is looked at."""
CALLED = frozenset(
    {
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.VOIP,
        PhoneNumberType.PERSONAL_NUMBER,
    }
)
"""Numbers of people. Premium (700), shared-cost (801) and free (800) ones belong to services."""
TEXTED = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})


def normal_phone(text: str) -> str | None:
    """Return the number that a text consists of in E.164, such as `+48501234567`.

    Polish mobile and landline numbers and foreign ones, with or without spaces, hyphens, `0048` or `+48`.

    Returns:
        None for what is no telephone number, and for numbers that the office does not call: premium and other
        services', short ones, its own.
    """
    number = _read(text)
    if number is None or phonenumbers.number_type(number) not in CALLED:
        return None
    written = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return None if written == OFFICE else written


def takes_sms(phone: str) -> bool:
    """Return whether a number in E.164 is one that text messages reach."""
    number = _read(phone)
    return number is not None and phonenumbers.number_type(number) in TEXTED


def _read(text: str) -> phonenumbers.PhoneNumber | None:
    if len(text) > LONGEST:
        return None
    try:
        number = phonenumbers.parse(unicodedata.normalize("NFKC", text), COUNTRY)
    except NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None
