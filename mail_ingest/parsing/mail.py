"""One mail, from raw bytes to what it says; never raises, whatever the bytes."""

from email.message import Message

from mail_ingest.parsing.absence import is_absence
from mail_ingest.parsing.addresses import read_addresses
from mail_ingest.parsing.automation import is_automatic
from mail_ingest.parsing.body import Content, read_body, too_long
from mail_ingest.parsing.bounce import is_report, read_bounce
from mail_ingest.parsing.charset import whole
from mail_ingest.parsing.headers import message_ids, own_message_id, raw_values, read_date, read_headers
from mail_ingest.parsing.html import bare_of_marks, html_text
from mail_ingest.parsing.model import TOO_LARGE, Headers, Limits, ParsedMail, first
from mail_ingest.parsing.reply import is_forwarded, reply_in
from mail_ingest.parsing.source import read_source, read_whole
from polish.cleaning import clean
from polish.detection import detect

LANGUAGE_SAMPLE = 2_000
"""Characters from which the language of a mail is told."""


def parse_mail(raw: bytes, limits: Limits | None = None) -> ParsedMail:
    """Return what a mail says.

    Args:
        raw: the mail as it travelled; any bytes will do.
        limits: how much of it is looked at.

    Returns:
        The mail; what could not be read is left out and named in `defects`.
    """
    limits = limits or Limits()
    try:
        return _parse(raw, limits)
    except Exception as problem:  # the outermost guard: the mail is stored, and a person can look at its source
        return unreadable(f"not readable ({type(problem).__name__})")


def _parse(raw: bytes, limits: Limits) -> ParsedMail:
    message, problems = read_whole(raw, limits)
    defects = dict.fromkeys(problems)
    headers, header_problems = read_headers(message)
    defects.update(dict.fromkeys(header_problems))
    content, text, body_problems = _body(message, limits)
    defects.update(dict.fromkeys(body_problems))
    defects.update(dict.fromkeys(_missing(headers)))
    if sum(file.size for file in content.files) > limits.max_attached:
        defects[f"{TOO_LARGE} {limits.max_attached} bytes"] = None
    return _assemble(message, headers, content, text, tuple(defects))


def unreadable(defect: str) -> ParsedMail:
    """Return the empty mail that stands for one that could not be read, with the reason."""
    return _assemble(Message(), {}, Content(""), "", (defect,))


def _body(message: Message, limits: Limits) -> tuple[Content, str, tuple[str, ...]]:
    try:
        content, problems = read_body(message, limits)
        text = (content.readable.strip() and content.readable) or content.note or _only_attached_mail(content, limits)
    except Exception as problem:  # the guard of the body: the ticket is opened with what the headers say
        return Content(""), "", (f"body not readable ({type(problem).__name__})",)
    if len(text) > limits.max_text:
        text, problems = text[: limits.max_text], (*problems, too_long(limits))
    return content, text, problems if text.strip() else (*problems, "no text")


def _only_attached_mail(content: Content, limits: Limits) -> str:
    """Return the text of the mail that was forwarded as a file without a word, or an empty string."""
    mails = [file for file in content.files if file.content_type == "message/rfc822"]
    if len(content.files) != 1 or not mails:
        return ""
    message, _ = read_source(mails[0].content)
    return read_body(message, limits)[0].readable


def _missing(headers: Headers) -> tuple[str, ...]:
    defects = [f"no {name}" for name in ("from", "date", "message-id", "subject") if not first(headers, name).strip()]
    if first(headers, "date").strip() and read_date(first(headers, "date")) is None:
        defects.append("date not readable")
    defects.extend(f"several {name} headers" for name in ("from", "subject", "date") if len(headers.get(name, ())) > 1)
    return tuple(defects)


def _assemble(message: Message, headers: Headers, content: Content, text: str, defects: tuple[str, ...]) -> ParsedMail:
    subject, text = whole(first(headers, "subject")), bare_of_marks(whole(text))
    bounce = read_bounce(message, headers, subject, text)
    own_text = "" if content.text is None and content.html else text
    reply = reply_in(own_text, content.html, forwarded=is_forwarded(subject))
    page = whole(content.html)
    answers = "in-reply-to" in headers or "references" in headers
    by_program = is_report(message) or is_automatic(headers, subject) or is_absence(subject, reply, answers=answers)
    return ParsedMail(
        message_id=whole(own_message_id(raw_values(message, "message-id")) or "") or None,
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
        auto_submitted=bounce is not None or by_program,
        bounce=bounce,
        attachments=content.files,
        defects=tuple(map(whole, defects)),
        headers=headers,
    )
