"""Signs that a program sent a mail: RFC 3834, vendors' headers, subjects of out-of-office replies."""

from mail_ingest.datafiles import read, words
from mail_ingest.parsing.model import Headers, first


def is_automatic(headers: Headers, subject: str) -> bool:
    """Whether a program says that it wrote this mail; such a mail is never answered."""
    declared = first(headers, "auto-submitted").split(";")[0].strip().lower()
    if declared and declared != "no":
        return True
    if first(headers, "return-path").replace(" ", "") == "<>":
        return True
    return _vendor_says_so(headers) or _subject_says_so(subject)


def _vendor_says_so(headers: Headers) -> bool:
    for name, values in read("automatic")["headers"].items():
        present = [value.strip().lower() for value in headers.get(name, ())]
        if any(not values or any(mark in value for mark in values) for value in present):
            return True
    return False


def _subject_says_so(subject: str) -> bool:
    start = subject.strip().lower()
    return any(start.startswith(mark) for mark in words("automatic", "subjects"))
