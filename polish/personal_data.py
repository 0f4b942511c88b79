"""Where the numbers by which a person or a firm is known stand in a reading of a text (see `polish.reading`)."""

import re
from collections.abc import Callable, Iterator

from polish import checksums, resources
from polish.contacts import find_emails, find_phones, find_prefixed_phones, find_public_phones, may_be_phone
from polish.cues import cue_before, cued, is_cued
from polish.money import is_money
from polish.searching import candidates, compact, groups

Span = tuple[int, int]
Finder = Callable[[str], Iterator[Span]]

# Blanks, dashes, dots and one line break stand between the groups of a number.
_GAP = r"[ \t.\-_]{0,3}"
_LINES = r"[ \t.\-_\n/]{0,3}"
_ACCOUNT = re.compile(rf"(?<!\w)(?:PL{_GAP})?\d(?:{_LINES}\d){{25}}(?!\w)", re.IGNORECASE)
_CUED_ACCOUNT = re.compile(rf"(?<!\w)(?:PL{_GAP})?\d(?:{_LINES}\d){{19,27}}(?!\w)", re.IGNORECASE)
_FOREIGN_ACCOUNT = re.compile(
    r"(?<!\w)[A-Z]{2}\d{2}(?:[ \-]?[A-Z0-9]{4}){2,7}(?:[ \-]?[A-Z0-9]{1,3})?(?!\w)", re.IGNORECASE
)
_ACCOUNT_GROUPS = {(26,), (2, 4, 4, 4, 4, 4, 4), (2, 8, 16), (2, 24)}
_CARD = re.compile(rf"(?<!\w)[3-6]\d{{3}}{_GAP}\d{{4}}{_GAP}\d{{4}}{_GAP}\d{{4}}(?!\w)")
_PESEL = re.compile(rf"(?<!\d)\d(?:{_LINES}\d){{10}}(?!\d)")
_PESEL_GROUPS = {
    (11,),
    (6, 5),
    (2, 2, 2, 5),
    (6, 3, 2),
    (2, 2, 2, 2, 2, 1),
    (3, 3, 3, 2),
    (4, 4, 3),
    (1,) * 11,
}
# Somebody's PESEL with a digit too few or too many is still nearly all of it.
_CUED_PESEL = re.compile(rf"(?<!\w)\d(?:{_LINES}\d){{8,11}}(?!\w)")
_NIP = re.compile(
    rf"(?<!\w)(?:PL{_GAP})?(?:\d{{10}}|\d{{3}}{_LINES}\d{{3}}{_LINES}\d\d{_LINES}\d\d"
    rf"|\d{{3}}{_LINES}\d\d{_LINES}\d\d{_LINES}\d{{3}}|\d{{3}}{_GAP}\d{{7}}|\d{{4}}{_GAP}\d{{3}}{_GAP}\d{{3}})(?!\w)",
    re.IGNORECASE,
)
_CUED_NIP = re.compile(rf"(?<!\w)(?:PL{_GAP})?\d(?:{_LINES}\d){{8,10}}(?!\w)", re.IGNORECASE)
_REGON = re.compile(rf"(?<!\w)(?:\d{{14}}|\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{3}}(?:{_GAP}\d{{5}})?)(?!\w)")
_CUED_REGON = re.compile(rf"(?<!\w)\d(?:{_GAP}\d){{6,13}}(?!\w)")
_ID_CARD = re.compile(r"(?<!\w)[A-Z]{3}[ \-]{0,2}\d{3} ?\d{3}(?!\w)", re.IGNORECASE)
_PASSPORT = re.compile(r"(?<!\w)[A-Z]{2}[ \-]{0,2}\d{7}(?!\w)", re.IGNORECASE)
_CUED_DOCUMENT = re.compile(r"(?<![\w\-])(?:(?!nr|no|to|na|od|do)[A-Z]{1,3}[ \-]?)?\d{5,9}(?!\w)", re.IGNORECASE)
# The office's own numbers of tickets, visits and callbacks.
_OWN_NUMBER = re.compile(r"(?:OK|EW|OD)-\d{6}", re.IGNORECASE)


def find_accounts(text: str) -> Iterator[Span]:
    """Yield the places of bank accounts, domestic and foreign."""
    for match in candidates(_ACCOUNT, text):
        number = compact(match.group())
        usual = groups(match.group()) in _ACCOUNT_GROUPS
        # A mistyped account is still somebody's account: in its usual groups nothing else has 26 digits.
        if usual or checksums.is_account(number) or is_cued("iban", text, *match.span()):
            yield match.span()
    for match in candidates(_FOREIGN_ACCOUNT, text):
        if checksums.is_account(compact(match.group())):
            yield match.span()
    for match in cued("iban", _CUED_ACCOUNT, text):
        yield match.span()


def find_cards(text: str) -> Iterator[Span]:
    """Yield the places of numbers of payment cards."""
    for match in candidates(_CARD, text):
        if checksums.is_card(compact(match.group())):
            yield match.span()


def find_pesels(text: str) -> Iterator[Span]:
    """Yield the places of PESEL numbers: valid ones, and mistyped ones that a date or a cue gives away."""
    for match in candidates(_PESEL, text):
        digits = compact(match.group())
        dated = match.group() == digits and checksums.has_birth_date(digits)
        usual = groups(match.group()) in _PESEL_GROUPS and checksums.is_pesel(digits)
        if (dated or usual) and not is_money(text, *match.span()):
            yield match.span()
    for match in cued("pesel", _CUED_PESEL, text):
        yield match.span()


def find_nips(text: str) -> Iterator[Span]:
    """Yield the places of tax numbers."""
    for match in candidates(_NIP, text):
        digits = compact(match.group()).upper().removeprefix("PL")
        other = cue_before(text, match.start()) == "other" or is_money(text, *match.span())
        if checksums.is_nip(digits) and not digits.startswith("00") and not other:
            yield match.span()
    for match in cued("nip", _CUED_NIP, text):
        yield match.span()


def find_regons(text: str) -> Iterator[Span]:
    """Yield the places of REGON numbers; nine digits without a cue are left to the telephone numbers."""
    for match in candidates(_REGON, text):
        digits = compact(match.group())
        other = cue_before(text, match.start()) == "other" or is_money(text, *match.span())
        if checksums.is_regon(digits) and not may_be_phone(digits) and not other and not digits.startswith("0000"):
            yield match.span()
    for match in cued("regon", _CUED_REGON, text):
        if not is_money(text, *match.span()):
            yield match.span()


def find_id_cards(text: str) -> Iterator[Span]:
    """Yield the places of identity card numbers: valid ones, and any after a cue."""
    for match in candidates(_ID_CARD, text):
        if checksums.is_id_card(compact(match.group())) or is_cued("id_card", text, *match.span()):
            yield match.span()
    yield from _documents("id_card", text)


def find_passports(text: str) -> Iterator[Span]:
    """Yield the places of passport numbers: valid Polish ones, and those of any country after a cue."""
    for match in candidates(_PASSPORT, text):
        if checksums.is_passport(compact(match.group())) or is_cued("passport", text, *match.span()):
            yield match.span()
    yield from _documents("passport", text)


def _documents(kind: str, text: str) -> Iterator[Span]:
    for match in cued(kind, _CUED_DOCUMENT, text):
        if not _OWN_NUMBER.fullmatch(match.group()) and not is_money(text, *match.span()):
            yield match.span()


def find_public(text: str) -> Iterator[Span]:
    """Yield the places of the office's own numbers and of hotlines: no part of them is anybody's data."""
    yield from find_public_phones(text)
    for number in resources.load("masking")["public_numbers"]:
        pattern = rf"(?<!\w){'[ .-]?'.join(number)}(?!\w)"
        yield from (match.span() for match in re.finditer(pattern, text))


# What comes first keeps its place: the longer and more certain numbers before the shorter ones.
FINDERS: tuple[tuple[str, Finder], ...] = (
    ("email", find_emails),
    ("iban", find_accounts),
    ("card", find_cards),
    ("phone", find_prefixed_phones),
    ("pesel", find_pesels),
    ("nip", find_nips),
    ("regon", find_regons),
    ("id_card", find_id_cards),
    ("passport", find_passports),
    ("phone", find_phones),
)
