"""One mail, from raw bytes to what it says; never raises, whatever the bytes."""

import re
from email.message import Message
from email.parser import BytesParser
from email.policy import Compat32

from mail_ingest.parsing.addresses import read_addresses
from mail_ingest.parsing.automation import is_automatic
from mail_ingest.parsing.body import Content, read_body
from mail_ingest.parsing.bounce import is_report, read_bounce
from mail_ingest.parsing.headers import LONGEST, message_ids, own_message_id, raw_values, read_date, read_headers
from mail_ingest.parsing.html import html_text
from mail_ingest.parsing.model import Headers, Limits, ParsedMail, first
from mail_ingest.parsing.reply import is_forwarded, reply_in
from polish.cleaning import clean
from polish.detection import detect

LANGUAGE_SAMPLE = 2_000
"""Characters from which the language of a mail is told."""
LONGEST_CONTENT_HEADER = 4_000
_MBOX_LINE = re.compile(rb"\A(?:[\r\n]+|From [^\r\n]*\r?\n|>From [^\r\n]*\r?\n)+")
_SURROGATES = re.compile("[\ud800-\udfff]")


class _Bounded(Compat32):
    """The forgiving policy of the standard parser, with headers of bounded length.

    The standard parser's time for the parameters of a Content-Type grows with the square of their length.
    """

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Return a header's name and its value, cut to what is read of it."""
        name, value = super().header_source_parse(sourcelines)
        longest = LONGEST_CONTENT_HEADER if name.lower().startswith("content-") else LONGEST
        return name, value[:longest]


def parse_mail(raw: bytes, limits: Limits | None = None) -> ParsedMail:
    """Return what a mail says.

    Args:
        raw: the mail as it travelled; any bytes will do.
        limits: how much of it is looked at.

    Returns:
        The mail; what could not be read is left out and named in `defects`.
    """
    limits = limits or Limits()
    defects: dict[str, None] = {}
    if len(raw) > limits.max_bytes:
        defects[f"larger than {limits.max_bytes} bytes: the rest not read"] = None
    message, problem = _message(raw[: limits.max_bytes])
    defects.update(dict.fromkeys(filter(None, (problem,))))
    headers, header_problems = read_headers(message)
    defects.update(dict.fromkeys(header_problems))
    content, text, body_problems = _body(message, limits)
    defects.update(dict.fromkeys(body_problems))
    defects.update(dict.fromkeys(_missing(headers)))
    return _assemble(message, headers, content, text, tuple(defects))


def _message(raw: bytes) -> tuple[Message, str | None]:
    source = _MBOX_LINE.sub(b"", raw.removeprefix(b"\xef\xbb\xbf"))
    if b"\n" not in source:
        source = source.replace(b"\r", b"\n")
    try:
        return BytesParser(policy=_Bounded()).parsebytes(source), None
    except Exception as problem:  # the outermost guard of parsing: bytes that the standard parser cannot bear
        return _headers_only(source), f"structure not readable ({type(problem).__name__})"


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


def _body(message: Message, limits: Limits) -> tuple[Content, str, tuple[str, ...]]:
    try:
        content, problems = read_body(message, limits)
        text = content.readable or _only_attached_mail(content, limits)
    except Exception as problem:  # the guard of the body: the ticket is opened with what the headers say
        return Content(""), "", (f"body not readable ({type(problem).__name__})",)
    return content, text, problems if text.strip() else (*problems, "no text")


def _only_attached_mail(content: Content, limits: Limits) -> str:
    """Return the text of the mail that was forwarded as a file without a word, or an empty string."""
    mails = [file for file in content.files if file.content_type == "message/rfc822"]
    if len(content.files) != 1 or not mails:
        return ""
    message, _ = _message(mails[0].content)
    return read_body(message, limits)[0].readable


def _missing(headers: Headers) -> tuple[str, ...]:
    defects = [f"no {name}" for name in ("from", "date", "message-id", "subject") if not first(headers, name).strip()]
    if first(headers, "date").strip() and read_date(first(headers, "date")) is None:
        defects.append("date not readable")
    defects.extend(f"several {name} headers" for name in ("from", "subject", "date") if len(headers.get(name, ())) > 1)
    return tuple(defects)


def _assemble(message: Message, headers: Headers, content: Content, text: str, defects: tuple[str, ...]) -> ParsedMail:
    subject, text = whole(first(headers, "subject")), whole(text)
    bounce = read_bounce(message, headers, subject, text)
    own_text = "" if content.text is None and content.html else text
    reply = reply_in(own_text, content.html, forwarded=is_forwarded(subject))
    page = whole(content.html)
    return ParsedMail(
        message_id=own_message_id(raw_values(message, "message-id")),
        in_reply_to=next(iter(message_ids(headers.get("in-reply-to", ()))), None),
        references=message_ids(headers.get("references", ())),
        date=read_date(first(headers, "date")),
        senders=read_addresses(raw_values(message, "from")),
        to=read_addresses(raw_values(message, "to")),
        cc=read_addresses(raw_values(message, "cc")),
        reply_to=read_addresses(raw_values(message, "reply-to")),
        subject=subject,
        text=text,
        html=page,
        reply=whole(reply),
        lang=detect(clean((reply or html_text(page) or subject)[:LANGUAGE_SAMPLE])).lang,
        auto_submitted=bounce is not None or is_report(message) or is_automatic(headers, subject),
        bounce=bounce,
        attachments=content.files,
        defects=defects,
        headers=headers,
    )


def whole(text: str) -> str:
    """Return a text without what no database takes: NUL and halves of characters."""
    return _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text).replace("\0", "")
