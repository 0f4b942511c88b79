"""The source of a mail as a tree of parts, by the standard parser within bounds."""

import re
from email.message import Message
from email.parser import BytesParser
from email.policy import Compat32

from mail_ingest.parsing.bounds import bounded
from mail_ingest.parsing.headers import LONGEST
from mail_ingest.parsing.hollow import put_back, take_out
from mail_ingest.parsing.model import Limits
from mail_ingest.parsing.transfer import raw_bytes

LONGEST_CONTENT_HEADER = 4_000
MOST_PARTS = 2_000
"""Parts that the standard parser makes, bodies of attached mails included."""
LONGEST_GUESS = 200_000
_MBOX_LINE = re.compile(rb"(?:[\r\n]+|From [^\r\n]*\r?\n|>From [^\r\n]*\r?\n)+")
_LIKELY_BOUNDARY = re.compile(
    rb"^--(\S[^\r\n]{0,100})\r?\nContent-(?:Type|Transfer|Disp)", re.IGNORECASE | re.MULTILINE
)
_BLANK_BEFORE_COLON = re.compile(rb"^([A-Za-z][A-Za-z-]{1,30})[ \t]{1,5}:(?=[ \t])", re.MULTILINE)
_HEAD_END = re.compile(rb"\r?\n\r?\n")


class _TooManyPartsError(Exception):
    """The mail has more parts than are read."""


class _Bounded(Compat32):
    """The forgiving policy of the standard parser, with headers of bounded length.

    The standard parser's time for the parameters of a Content-Type grows with the square of their length.
    """

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Return a header's name and its value, cut to what is read of it."""
        name, value = super().header_source_parse(sourcelines)
        longest = LONGEST_CONTENT_HEADER if name.lower().startswith("content-") else LONGEST
        return name, value[:longest]


def read_whole(raw: bytes, limits: Limits) -> tuple[Message, tuple[str, ...]]:
    """Return the tree of a mail's parts, read within the limits, and what was left out or wrong; never raises."""
    hollow = take_out(_plain(raw[: limits.max_bytes]))
    defects = [f"larger than {limits.max_bytes} bytes: the rest not read"] if len(raw) > limits.max_bytes else []
    source, cuts = bounded(hollow.source)
    message, problem = _read(source)
    put_back(message, hollow)
    return message, (*defects, *cuts, *filter(None, (problem,)))


def read_source(raw: bytes) -> tuple[Message, str | None]:
    """Return the tree of parts of a mail inside another, and what was wrong with it (None: nothing); never raises."""
    hollow = take_out(_plain(raw))
    message, problem = _read(hollow.source)
    put_back(message, hollow)
    return message, problem


def _plain(raw: bytes) -> bytes:
    """Return a source without what mailboxes put before it, and with ends of lines that the standard parser knows."""
    source = raw.removeprefix(b"\xef\xbb\xbf")
    before = _MBOX_LINE.match(source)
    source = source[before.end() :] if before else source
    return source if b"\n" in source else source.replace(b"\r", b"\n")


def _read(source: bytes) -> tuple[Message, str | None]:
    source = _with_proper_names(source)
    problem: str | None = None
    while True:
        try:
            return _parse(source), problem
        except _TooManyPartsError:
            # Half of the rest has fewer parts; each try ends at the same number of them.
            source, problem = source[: len(source) // 2], "too many parts: the rest not read"
        except Exception as error:  # the outermost guard of parsing: bytes that the standard parser cannot bear
            return _headers_only(source), f"structure not readable ({type(error).__name__})"


def _with_proper_names(source: bytes) -> bytes:
    """Take blanks out between a header's name and its colon, where the standard parser ends the headers."""
    end = _HEAD_END.search(source)
    head = source[: end.start()] if end else source[:LONGEST_GUESS]
    return _BLANK_BEFORE_COLON.sub(rb"\1:", head) + source[len(head) :]


def with_likely_boundary(part: Message) -> Message | None:
    """Return a multipart whose declared boundary never occurs, read with the one that does; None without one."""
    payload = raw_bytes(part)
    found = _LIKELY_BOUNDARY.search(payload[:LONGEST_GUESS])
    if found is None or b'"' in found[1] or b"\\" in found[1]:
        return None
    kind = part.get_content_subtype() if part.get_content_maintype() == "multipart" else "mixed"
    head = f"Content-Type: multipart/{kind}; boundary=".encode("ascii", "replace") + b'"' + found[1].rstrip() + b'"\n\n'
    again, _ = read_source(head + payload)
    return again if again.is_multipart() else None


def _parse(source: bytes) -> Message:
    made = 0
    bounded = _Bounded()

    def make(policy: Compat32 = bounded) -> Message:
        nonlocal made
        made += 1
        if made > MOST_PARTS:
            raise _TooManyPartsError
        return Message(policy=policy)

    return BytesParser(make, policy=bounded).parsebytes(source)


def _headers_only(source: bytes) -> Message:
    """Read the headers with the standard parser, and take all that follows as plain text."""
    head, _, body = source.replace(b"\r\n", b"\n").partition(b"\n\n")
    try:
        message = BytesParser(policy=_Bounded()).parsebytes(head[:100_000], headersonly=True)
    except Exception:  # as above; without headers the words are still worth keeping
        message = Message()
    del message["content-type"], message["content-transfer-encoding"]
    message.set_payload(body.decode("ascii", "surrogateescape"))
    return message
