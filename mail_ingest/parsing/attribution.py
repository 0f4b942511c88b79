"""The lines above a quotation that say who wrote it and when: "On ... wrote:" in the languages of mail programs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from mail_ingest.datafiles import words

MOST_LINES = 6
"""Lines over which programs wrap "On ... wrote:"."""
LONGEST = 450
SHORT = 4
"""Words of a line such as "Jan Kowalski wrote:" that names neither a date nor an address."""
MOST_WORDS = 25
WRAPPED = 60
"""Characters of a line that is long enough to have been wrapped."""
_TIME = re.compile(r"\b\d{1,2}[:.h]\d{2}(?!\d)|\b\d{1,2} ?[ap]\.?m\b|\d{1,2} ?[時时点點시]")
_DATE = re.compile(r"\b(?:19|20)\d\d(?!\d)|\b\d{1,2}[./-] ?\d{1,2}[./-] ?\d{2}\b")
_ADDRESS_LAST = re.compile(r"@[^\s@]{1,200}(?:[ ][>)\]]|)[>)\]]{0,4}$")
_SENTENCE_END = re.compile(r"[^\d\W]{3}[.!?]$")
_ENDS = (":", "：", ":-", "---")


@dataclass(frozen=True)
class Attribution:
    """An attribution's lines, as numbers from `start` up to but not including `end`."""

    start: int
    end: int
    certain: bool
    """Whether it stands above a quotation even where the quoted lines are not marked."""


def attribution_ending(plain: Sequence[str], number: int, *, above_quotation: bool) -> Attribution | None:
    """Return the attribution whose last line is line `number`, or None.

    Args:
        plain: the mail's lines, in lower case and without decoration.
        number: the line that may end an attribution.
        above_quotation: whether marked lines follow below it.
    """
    if _is_run_together(plain[number]):
        return Attribution(number, number + 1, certain=True)
    if not _may_end(plain[number], above_quotation=above_quotation):
        return None
    best: Attribution | None = None
    facts: _Facts | None = None
    joined = ""
    for start in range(number, max(-1, number - MOST_LINES), -1):
        line = plain[start]
        if not line or (start < number and _ends_a_thought(line)):
            break
        joined = f"{line} {joined}".strip()
        if len(joined) > LONGEST:
            break
        wider = _Facts.of(joined)
        if facts is not None and not _belongs(line, facts):
            continue
        certain = _judge(wider, above_quotation=above_quotation)
        if certain is not None:
            best, facts = Attribution(start, number + 1, certain), wider
    return best


@dataclass(frozen=True)
class _Facts:
    """What some words hold of what an attribution is made of."""

    text: str
    begins: bool
    written: bool
    address: bool
    timed: bool
    dated: bool
    closed: bool
    speaking: bool

    @classmethod
    def of(cls, text: str) -> "_Facts":
        return cls(
            text=text,
            begins=begins_so(text),
            written=_verbs().search(text) is not None or any(sign in text for sign in _signs()),
            address="@" in text,
            timed=_TIME.search(text) is not None,
            dated=_TIME.search(text) is not None or _DATE.search(text) is not None,
            closed=text.endswith(_ENDS),
            speaking=any(word in f" {text} " for word in words("reply_markers", "speaking")),
        )


def _may_end(line: str, *, above_quotation: bool) -> bool:
    if not line or line.endswith(_ENDS):
        return bool(line)
    return above_quotation and (_ADDRESS_LAST.search(line) is not None or _Facts.of(line).written)


def _is_run_together(line: str) -> bool:
    """Whether the quoted text goes on behind the colon, as Yahoo's programs for phones write it."""
    verb = _verbs().search(line, 0, LONGEST) if "@" in line and begins_so(line) else None
    if verb is None or line[verb.end() : verb.end() + 2].rstrip() != ":":
        return False
    facts = _Facts.of(line[: verb.end() + 1])
    return facts.address and facts.timed and _DATE.search(facts.text) is not None


def _ends_a_thought(line: str) -> bool:
    return line.endswith(_ENDS) or _SENTENCE_END.search(line) is not None


def _belongs(line: str, below: _Facts) -> bool:
    """Whether a line above what already is an attribution is its beginning."""
    if not below.address and "@" in line and line.endswith((">", ")", "]")):
        return True
    complete = below.begins and _DATE.search(below.text) is not None
    named = any(map(str.isdigit, line)) or "@" in line
    return begins_so(line) and named and (not complete or len(line) >= WRAPPED)


def _judge(facts: _Facts, *, above_quotation: bool) -> bool | None:
    """Return whether these words certainly are an attribution (True), may be one (False), or are none."""
    certain = _is_certain(facts)
    if certain:
        return True
    return False if above_quotation and _is_likely(facts) else None


def _is_certain(facts: _Facts) -> bool:
    if not facts.closed or len(facts.text.split()) > MOST_WORDS * 2:
        return False
    if facts.written and (facts.text.startswith("---") and facts.text.endswith("---")):
        return True
    if facts.written and facts.begins:
        return facts.address or facts.timed
    if facts.written and facts.address:
        return len(facts.text.partition("@")[0].split()) <= 2 * SHORT
    if facts.written and facts.timed:
        return not facts.speaking and len(facts.text.split()) <= MOST_WORDS
    return facts.begins and facts.timed and _ADDRESS_LAST.search(facts.text.rstrip(":： -")) is not None


def _is_likely(facts: _Facts) -> bool:
    length = len(facts.text.split())
    if length > MOST_WORDS * 2:
        return False
    if facts.closed and facts.text.startswith(words("reply_markers", "quoting_beginnings")):
        return True
    if facts.closed and facts.written:
        short = length <= (2 * SHORT if facts.begins else SHORT)
        return (facts.begins and facts.dated) or ((facts.address or facts.dated or short) and not facts.speaking)
    if facts.closed:
        return facts.address and facts.dated
    at_the_end = _ADDRESS_LAST.search(facts.text) is not None or facts.written
    return facts.begins and facts.dated and at_the_end and length <= MOST_WORDS


def begins_so(text: str) -> bool:
    """Whether a line begins as attributions do: with a date, a weekday, or a word such as "On"."""
    bare = text.lstrip("-—–*\"'([ ")
    return bare[:1].isdigit() or text.startswith(_beginnings()) or bare.startswith(_beginnings())


@cache
def _beginnings() -> tuple[str, ...]:
    return words("reply_markers", "attribution_beginnings")


@cache
def _signs() -> tuple[str, ...]:
    return words("reply_markers", "attribution_signs")


@cache
def _verbs() -> re.Pattern[str]:
    choices = "|".join(
        re.escape(verb) for verb in sorted(words("reply_markers", "attribution_verbs"), key=len, reverse=True)
    )
    return re.compile(rf"(?<!\w)(?:{choices})(?!\w)")
