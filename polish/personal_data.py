"""Where personal data of each kind stands in a text."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from polish import checksums, resources
from polish.folding import fold
from polish.secrets_in_text import find_pins

Span = tuple[int, int]
Finder = Callable[[str], Iterator[Span]]

_EMAIL = re.compile(r"[\w.+%-]+@(?:[\w-]+\.)+[^\W\d_]{2,}")
# Blanks (also the no-break and thin ones) and dashes stand between the groups of a number.
_GAP = r"[ \t\u00a0\u2009\u202f\u2010-\u2015.-]?"
_ACCOUNT = re.compile(rf"(?<![\w])(?:PL{_GAP})?\d(?:{_GAP}\d){{25}}(?![\w])", re.IGNORECASE)
_FOREIGN_ACCOUNT = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)")
_PESEL = re.compile(rf"(?<!\d)\d(?:{_GAP}\d){{10}}(?!\d)")
_NIP = re.compile(
    rf"(?<!\w)(?:PL{_GAP})?(?:\d{{10}}|\d{{3}}{_GAP}\d{{3}}{_GAP}\d\d{_GAP}\d\d|\d{{3}}{_GAP}\d\d{_GAP}\d\d{_GAP}\d{{3}})(?!\d)",
    re.IGNORECASE,
)
_REGON = re.compile(rf"(?<!\w)(?:\d{{14}}|\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{3}})(?!\d)")
_ID_CARD = re.compile(r"(?<!\w)[A-Z]{3}[ -]?\d{6}(?!\w)", re.IGNORECASE)
_PASSPORT = re.compile(r"(?<!\w)[A-Z]{2}[ -]?\d{7}(?!\w)", re.IGNORECASE)
_PHONE = re.compile(
    rf"(?<![\w/+])(?:0048{_GAP}|48[ -])?"
    rf"(?:\(?0?\d\d\)?{_GAP}\d{{3}}{_GAP}\d\d{_GAP}\d\d|\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{3}})(?![\w/])"
)
_PREFIXED_PHONE = re.compile(rf"(?<!\w)\+\d(?:{_GAP}\(?\d\)?){{8,13}}(?!\w)")
_CUE_REACH = 40
_WORD = re.compile(r"[a-z]+")


def find_emails(text: str) -> Iterator[Span]:
    """Yield the places of e-mail addresses that are not the office's own."""
    public = set(resources.load("masking")["public_domains"])
    for match in _EMAIL.finditer(text):
        if match.group().rpartition("@")[2].lower() not in public:
            yield match.span()


def find_accounts(text: str) -> Iterator[Span]:
    """Yield the places of bank accounts, domestic and foreign."""
    for pattern in (_ACCOUNT, _FOREIGN_ACCOUNT):
        for match in _candidates(pattern, text):
            if checksums.is_account(_compact(match.group())):
                yield match.span()


def find_pesels(text: str) -> Iterator[Span]:
    """Yield the places of PESEL numbers: valid ones, and mistyped ones that a date or a cue gives away."""
    for match in _candidates(_PESEL, text):
        digits = _compact(match.group())
        dated = match.group() == digits and checksums.has_birth_date(digits)
        if dated or checksums.is_pesel(digits) or _cued("pesel", text, match):
            yield match.span()


def find_nips(text: str) -> Iterator[Span]:
    """Yield the places of tax numbers."""
    for match in _candidates(_NIP, text):
        digits = _compact(match.group()).upper().removeprefix("PL")
        if checksums.is_nip(digits) or _cued("nip", text, match):
            yield match.span()


def find_regons(text: str) -> Iterator[Span]:
    """Yield the places of REGON numbers; nine digits without a cue are left to the telephone numbers."""
    for match in _candidates(_REGON, text):
        digits = _compact(match.group())
        if _cued("regon", text, match) or (checksums.is_regon(digits) and not _may_be_phone(digits)):
            yield match.span()


def find_id_cards(text: str) -> Iterator[Span]:
    """Yield the places of identity card numbers: valid ones, and any after a cue."""
    for match in _candidates(_ID_CARD, text):
        if checksums.is_id_card(_compact(match.group())) or _cued("id_card", text, match):
            yield match.span()


def find_passports(text: str) -> Iterator[Span]:
    """Yield the places of passport numbers: valid ones, and any after a cue."""
    for match in _candidates(_PASSPORT, text):
        if checksums.is_passport(_compact(match.group())) or _cued("passport", text, match):
            yield match.span()


def find_prefixed_phones(text: str) -> Iterator[Span]:
    """Yield the places of telephone numbers, of any country, written with "+" and the country's code."""
    public = set(resources.load("masking")["public_phones"])
    for match in _PREFIXED_PHONE.finditer(text):
        if _compact(match.group())[-9:] not in public:
            yield match.span()


def find_phones(text: str) -> Iterator[Span]:
    """Yield the places of Polish telephone numbers that are neither sums of money nor the office's own."""
    public = set(resources.load("masking")["public_phones"])
    for match in _candidates(_PHONE, text):
        subscriber = _compact(match.group())[-9:]
        if subscriber in public or _is_money(text, match.end()):
            continue
        if _may_be_phone(subscriber) or _cued("phone", text, match):
            yield match.span()


# What comes first keeps its place: the longer and more certain numbers before the shorter ones.
FINDERS: tuple[tuple[str, Finder], ...] = (
    ("email", find_emails),
    ("iban", find_accounts),
    ("phone", find_prefixed_phones),
    ("pesel", find_pesels),
    ("nip", find_nips),
    ("regon", find_regons),
    ("id_card", find_id_cards),
    ("passport", find_passports),
    ("phone", find_phones),
    ("pin", find_pins),
)


def _candidates(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    # Overlapping matches too: a false start must not hide the number that follows it.
    match = pattern.search(text)
    while match:
        yield match
        match = pattern.search(text, match.start() + 1)


def _compact(number: str) -> str:
    return "".join(char for char in number if char.isalnum())


def _may_be_phone(digits: str) -> bool:
    return len(digits) == 9 and digits[:2] in _phone_prefixes()


@lru_cache(maxsize=1)
def _phone_prefixes() -> frozenset[str]:
    return frozenset(resources.load("masking")["phone_prefixes"])


def _is_money(text: str, end: int) -> bool:
    after = text[end : end + 20]
    if re.match(r",\d", after):
        return True
    word = re.match(r"\s*([^\W\d_]+)", after)
    return word is not None and fold(word.group(1)) in resources.load("masking")["currencies"]


def _cued(kind: str, text: str, match: re.Match[str]) -> bool:
    """Tell whether the nearest words before a number announce this kind of number."""
    before = fold(text[max(0, match.start() - _CUE_REACH) : match.start()])
    # Another number in between has used the cue up.
    nearest = re.split(r"\d|[;\n]|\]", before)[-1]
    cues = resources.load("masking")["cues"]
    for word in reversed(_WORD.findall(nearest)):
        for other, beginnings in cues.items():
            if any(word.startswith(beginning) for beginning in beginnings):
                return bool(other == kind)
    return False
