"""The work for a mail and for its reply grows with its length alone, counted in calls and not in seconds."""

import base64
import sys
from collections.abc import Callable
from types import FrameType

import pytest

from mail_ingest.parsing import parse_mail, reply_text


def calls_of(act: Callable[[], object]) -> int:
    """Return how many functions were called: work that is the same on every machine."""
    count = 0

    def called(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        act()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize(
    "line",
    [
        "> cytowane słowa",
        "On 3 Jun 2026 10:12 A <a@example.org>",
        "On 3 Jun 2026 10:12 A <a@example.org> wrote:",
        "napisał:",
        "From: a@example.org",
        "x@y;",
        "--",
        "___\nx",
        "Wysłane z iPhone'a",
        "Niniejsza wiadomość",
        "-Jan",
        "> a\nb",
        "10.06.2026 14:05\nDo",
        "-----Original Message-----",
        "",
        ">>> a@example.org 10:12 >>>",
        "> From: a@example.org\n> To: b\n> Subject: c\nd",
    ],
)
def test_work_for_a_reply_grows_with_the_length_alone(line: str) -> None:
    small, large = (f"Tak.\n\n{(line + chr(10)) * count}koniec" for count in (500, 1_000))
    reply_text(small)

    grown = calls_of(lambda: reply_text(large)) / calls_of(lambda: reply_text(small))

    assert grown < 2.5


@pytest.mark.parametrize(
    "piece",
    [
        b"X-A: b\n",
        b"To: a@example.org, =?utf-8?Q?b?= <c@example.org>\n",
        b"Subject: =?utf-8?Q?=C4\n",
    ],
)
def test_work_for_headers_grows_with_their_number_alone(piece: bytes) -> None:
    small, large = (piece * count + b"\nTekst." for count in (200, 400))
    parse_mail(small)

    grown = calls_of(lambda: parse_mail(large)) / calls_of(lambda: parse_mail(small))

    assert grown < 2.5


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"Content-Type: text/html\n\n", b"<div id=signature>a</div>"),
        (b"Content-Type: text/html\n\n", b"<a href='http://example.org/'>a</a>"),
        (b"Content-Type: text/html\n\n", b"<p>a<br>b</p>"),
        (b"Content-Type: multipart/mixed; boundary=b\n\n", b"--b\nContent-Type: text/plain\n\nx\n"),
        (b"Content-Type: text/plain; format=flowed\n\n", b"a \n"),
    ],
)
def test_work_for_a_body_grows_with_its_length_alone(head: bytes, piece: bytes) -> None:
    small, large = (head + piece * count for count in (50, 100))
    parse_mail(small)

    grown = calls_of(lambda: parse_mail(large)) / calls_of(lambda: parse_mail(small))

    assert grown < 2.5


def with_file(content: bytes) -> bytes:
    head = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nTekst\n--b\nContent-Type: application/pdf\n"
    return head + b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(content) + b"--b--\n"


def test_work_for_a_mail_does_not_grow_with_the_lines_of_its_file() -> None:
    small, large = (with_file(b"okienko" * count) for count in (20_000, 80_000))
    parse_mail(small)

    grown = calls_of(lambda: parse_mail(large)) / calls_of(lambda: parse_mail(small))

    assert grown < 1.1


def test_answer_above_a_quotation_of_767_kilobytes_is_found() -> None:
    quoted = "słowa cytowanego listu, raz za razem te same, bez końca i bez celu"
    marked = f"Tak.\n\nW dniu 3.06.2026 o 10:12, Jan pisze:\n{f'> {quoted}{chr(10)}' * 11_000}"
    unmarked = f"Tak.\n\nOd: a@example.org\nWysłano: 3.06.2026 10:12\nTemat: x\n\n{f'{quoted}{chr(10)}' * 11_000}"

    assert len(marked.encode()) > 767_000
    assert reply_text(marked) == reply_text(unmarked) == "Tak."
