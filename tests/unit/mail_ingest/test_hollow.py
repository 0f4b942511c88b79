"""Long files are taken out of a mail before it is parsed: nothing of the mail may change by it."""

import base64
from random import Random

import pytest

from mail_ingest.parsing import ParsedMail, parse_mail
from mail_ingest.parsing import source as sources
from mail_ingest.parsing.hollow import Hollow, take_out

CONTENT = Random(5).randbytes(30_000)
ENCODED = base64.encodebytes(CONTENT)
HEAD = b"From: a@example.org\nSubject: Skan\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nTekst\n--b\n"
FILE = b"Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\n"
INNER = (
    b"Content-Type: message/rfc822\n\nSubject: W\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n"
)
MISLABELLED = b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nSubject: W\n\n"

MAILS = {
    "file": HEAD + FILE + ENCODED + b"--b--\n",
    "file without an end": HEAD + FILE + ENCODED,
    "file with windows lines": (HEAD + FILE + ENCODED + b"--b--\n").replace(b"\n", b"\r\n"),
    "two files": HEAD + FILE + ENCODED + b"--b\n" + FILE + ENCODED[::-1].strip() + b"\n--b--\n",
    "words below the file": HEAD + FILE + ENCODED + b"\nStopka dodana przez serwer.\n--b--\n",
    "file in a mail in the mail": HEAD + INNER + ENCODED + b"--b--\n",
    "mail that is called base64": HEAD + MISLABELLED + b"A: b\n" * 8_000 + b"--b--\n",
    "header in the words": HEAD + b"\n" + FILE + ENCODED + b"--b--\n",
    "whole mail": b"Subject: x\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + ENCODED,
}


def unhollowed(raw: bytes, monkeypatch: pytest.MonkeyPatch) -> ParsedMail:
    with monkeypatch.context() as patch:
        patch.setattr(sources, "take_out", lambda source: Hollow(source, {}, take_out(b"").mark))
        return parse_mail(raw)


@pytest.mark.parametrize("raw", MAILS.values(), ids=MAILS)
def test_mail_is_read_as_if_nothing_had_been_taken_out(raw: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    assert parse_mail(raw) == unhollowed(raw, monkeypatch)


def test_long_file_is_taken_out_and_put_back_whole() -> None:
    assert len(take_out(MAILS["file"]).source) < 500
    assert parse_mail(MAILS["file"]).attachments[0].content == CONTENT


def test_words_like_a_mark_stay_the_writers() -> None:
    raw = MAILS["file"].replace(b"Tekst", b"taken out 0 - 0. i taken out 1 - 0.")

    assert parse_mail(raw).text == "taken out 0 - 0. i taken out 1 - 0."
