"""Bounces of servers that write no standard report: known by sender and subject, read by their lines."""

import re
from collections.abc import Collection, Iterable
from itertools import takewhile

from mail_ingest.datafiles import words
from mail_ingest.parsing.addresses import is_valid, read_addresses
from mail_ingest.parsing.model import Headers

SEARCHED = 200_000
"""Characters of a report in which the server's words are looked for."""
MOST_LINES = 200
"""Lines above the returned mail in which addresses are looked for."""
MOST_NAMED = 20
_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
_CODE = re.compile(r"\b[45]\d\d[ -]")
_FIRST = re.compile(r"[\s>]{0,12}<?([^\s<>\"(),;:]{1,64}@[^\s<>\"(),;:]{1,255})>?(?=$|[\s:;,(])")
"""An address with which a line begins; the server's words may follow."""
_ID = re.compile(r"<[^<>\s]{1,200}>")


def looks_like_bounce(headers: Headers, subject: str) -> bool:
    """Whether a mail server sent the mail, and its subject speaks of a delivery that failed or is late."""
    if "x-failed-recipients" in headers:
        return True
    sender = next(iter(read_addresses(headers.get("from", ()))), None)
    local = sender.address.partition("@")[0].lower() if sender else ""
    folded = subject.lower()
    told = (*words("automatic", "bounce_subjects"), *words("automatic", "delay_subjects"))
    return local in words("automatic", "bounce_senders") and any(mark in folded for mark in told)


def is_passing(subject: str, text: str) -> bool:
    """Whether the server goes on trying, or gave up for a reason that may pass."""
    if any(mark in subject.lower() for mark in words("automatic", "delay_subjects")):
        return True
    said = " ".join(" ".join(_own_lines(text)).lower().split())
    if any(mark in said for mark in words("automatic", "delay_words")):
        return True
    status = _STATUS.search(text[:SEARCHED])
    return status is not None and status[1] == "4"


def named_addresses(text: str, own: Collection[str]) -> tuple[str, ...]:
    """Return the addresses, in lower case, with which lines above the returned mail begin.

    Args:
        text: the report's words.
        own: addresses that the report went to, in lower case; they are left out.
    """
    found: dict[str, None] = {}
    for line in _own_lines(text):
        first = _FIRST.match(line)
        address = first[1].lower().rstrip(".") if first else ""
        if is_valid(address) and address not in own:
            found[address] = None
    return tuple(found)[:MOST_NAMED]


def diagnostic_line(text: str) -> str:
    """Return the line in which the other server says why, or an empty string."""
    lines = text[:SEARCHED].splitlines()
    told = (line for pattern in (_STATUS, _CODE) for line in lines if pattern.search(_ID.sub("", line[:1_000])))
    return next(told, "").strip()[:500]


def _own_lines(text: str) -> Iterable[str]:
    """Return the lines above the returned mail."""
    beginnings = words("automatic", "returned_beginnings")
    lines = text[:SEARCHED].splitlines()[:MOST_LINES]
    return takewhile(lambda line: not line.strip("-=_* \t>").lower().startswith(beginnings), lines)
