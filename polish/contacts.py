"""Where telephone numbers and mail addresses stand in a reading of a text."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from polish import resources
from polish.cues import cued, is_cued, is_strictly_cued
from polish.money import is_money
from polish.searching import candidates, compact

Span = tuple[int, int]

_SPACE = r"[ .\-]{0,3}"
_AREA = r"\(?0?-?\d\d\)?[ /.\-]{0,3}"
_PHONE = re.compile(
    rf"(?<![\w/+])(?<!\w-)(?:48[ -])?(?:{_AREA}\d{{3}}{_SPACE}\d\d{_SPACE}\d\d"
    rf"|\d{{3}}{_SPACE}\d{{3}}{_SPACE}\d{{3}}|\d{{3}}{_SPACE}\d\d{_SPACE}\d\d{_SPACE}\d\d)(?![\w/])"
)
# With a cue the groups may be any, and may stand on two lines.
_CUED_PHONE = re.compile(r"(?<![\w/+])(?:48[ -])?0?\d(?:[ .\-/\n()]{0,3}\d){8}(?![\w/])")
_LOCAL_PHONE = re.compile(rf"(?<![\w/+])(?:\d{{3}}{_SPACE}\d\d{_SPACE}\d\d|\d\d{_SPACE}\d\d{_SPACE}\d{{3}})(?![\w/,])")
_PREFIXED_PHONE = re.compile(r"(?<!\w)(?:\(\+\d{1,3}\)|\+ ?\d)(?:[ .\-/()]{0,3}\d){7,14}(?!\w)")
_ZEROS_PHONE = re.compile(r"(?<!\w)00[ -]?[1-9](?:[ .\-()]{0,2}\d){8,12}(?!\w)")
_SUBSCRIBER = 9

_EMAIL = re.compile(r"(?<![\w.+%\-])[\w.+%\-]+@[^\W_][\w\-]*(?:\.[\w\-]+)*")


def find_emails(text: str) -> Iterator[Span]:
    """Yield the places of mail addresses that are not the office's own, also of those written in words."""
    data = resources.load("masking")
    for pattern in (*_spoken(), _EMAIL):
        for match in pattern.finditer(text):
            public = match.group() in data["public_addresses"]
            if not public and _domain(match.group(), data) not in data["public_domains"]:
                yield match.span()


def _domain(address: str, data: Mapping[str, Any]) -> str:
    words = r"|".join(map(re.escape, data["email_at"]))
    domain = re.split(rf"@|(?<![a-z])(?:{words})(?![a-z])", address)[-1]
    dots = "|".join(map(re.escape, data["email_dot"]))
    spoken = re.sub(rf"[ (\[{{]*(?<![a-z])(?:{dots})(?![a-z])[ )\]}}]*", ".", domain)
    return re.sub(r"[ \])}>\[({]", "", spoken.replace(",", "."))


@lru_cache(maxsize=1)
def _spoken() -> tuple[re.Pattern[str], ...]:
    data = resources.load("masking")
    at, dot, tld, joint = (
        "|".join(map(re.escape, data[key])) for key in ("email_at", "email_dot", "top_domains", "email_joints")
    )
    named_dot = rf" ?[(\[{{]? ?(?<![a-z])(?:{dot})(?![a-z]) ?[)\]}}]? ?"
    local = rf"(?<![\w@.+\-])[\w.+\-]+(?: (?:{dot}|{joint}) [\w.+\-]+)*"
    domain = rf"[a-z0-9-]+(?:(?:\.|{named_dot})[a-z0-9-]+)*(?:{named_dot}| ?[.,] ?)(?:{tld})(?![\w-])"
    return (
        # anna (at) wp.pl, anna małpa wp kropka pl, anna @ wp.pl
        re.compile(rf"{local} ?(?:[(\[{{<] ?(?:@|{at}|at) ?[)\]}}>]|@|(?<= )(?:{at})(?= )) ?{domain}"),
        # anna.nowak at wp.pl: a bare "at" is also an English word, so what stands before must look like an address
        re.compile(rf"(?<![\w@.+\-])(?=[a-z+\-]*[\d._])[\w.+\-]*\w at {domain}"),
    )


def find_prefixed_phones(text: str) -> Iterator[Span]:
    """Yield the places of telephone numbers, of any country, written with "+" or "00" and the country's code."""
    for pattern in (_PREFIXED_PHONE, _ZEROS_PHONE):
        for match in pattern.finditer(text):
            if not _is_public(match.group()):
                yield match.span()


def find_phones(text: str) -> Iterator[Span]:
    """Yield the places of Polish telephone numbers that are neither sums of money nor anybody's hotline."""
    for match in candidates(_PHONE, text):
        if _is_public(match.group()) or is_money(text, match.start(), match.end()):
            continue
        if _is_likely(text, match) or is_cued("phone", text, *match.span()):
            yield match.span()
    for match in cued("phone", _CUED_PHONE, text):
        if not _is_public(match.group()):
            yield match.span()
    for match in candidates(_LOCAL_PHONE, text):
        if is_strictly_cued("phone", text, match.start()) and not _is_public(match.group()):
            yield match.span()


def _is_likely(text: str, match: re.Match[str]) -> bool:
    digits = _subscriber(match.group())
    # Round millions are figures, and what follows "faktura" or "KRS" is a number of that.
    round_number = digits.endswith("000000")
    return may_be_phone(digits) and not round_number and not is_strictly_cued("other", text, match.start())


def find_public_phones(text: str) -> Iterator[Span]:
    """Yield the places of the office's own numbers and of hotlines; their digits are nobody's PIN."""
    yield from (match.span() for match in candidates(_PHONE, text) if _is_public(match.group()))


def may_be_phone(digits: str) -> bool:
    """Tell whether nine digits begin as the numbers of a Polish network or area do."""
    return len(digits) == _SUBSCRIBER and digits[:2] in _prefixes("phone_prefixes")


def _is_public(number: str) -> bool:
    """Tell whether a number is the office's own, or a hotline (they belong to institutions)."""
    digits = _subscriber(number)
    return digits in _prefixes("public_phones") or (
        len(digits) == _SUBSCRIBER and digits[:3] in _prefixes("hotline_prefixes")
    )


def _subscriber(number: str) -> str:
    return compact(number)[-_SUBSCRIBER:]


@lru_cache(maxsize=4)
def _prefixes(key: str) -> frozenset[str]:
    return frozenset(resources.load("masking")[key])
