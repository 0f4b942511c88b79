"""Mails built to do harm: names that deceive, pages that call home or hide words, sizes beyond what a mail is."""

from collections.abc import Iterator

import pytest

from mail_ingest.parsing import parse_mail, safe_html
from mail_ingest.parsing.attachments import safe_name
from mail_ingest.parsing.html import html_text
from mail_ingest.parsing.tnef import SIGNATURE, unwrap


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("faktura\u202egpj.exe", "fakturagpj.exe"),
        ("a\u061cb\u200fc\u2066d.pdf", "abcd.pdf"),
        ("a\x85b\x80c\u2028d\u2029e.pdf", "abcde.pdf"),
        ("a\r\n\0b\x1b.pdf", "ab.pdf"),
        ("/etc/passwd", "passwd"),
        ("C:\\Users\\anna\\skan.pdf", "skan.pdf"),
        ("../../a", "a"),
        ("..\u200b/\u200b..", ""),
        ("wniosek.pdf.exe", "wniosek.pdf.exe"),
        ("zażółć.pdf", "zażółć.pdf"),
    ],
)
def test_file_name_keeps_only_what_is_seen_and_no_folder(given: str, kept: str) -> None:
    assert safe_name(given) == kept


@pytest.mark.parametrize(
    "hiding",
    [
        "hidden",
        'style="display: none"',
        'style="opacity:0"',
        'style="color:#fff;opacity: 0.0 !important"',
        'style="font-size:0px"',
        'style="FONT-SIZE: 0; line-height:0"',
        'style="max-height:0;overflow:hidden"',
        'style="mso-hide:all"',
    ],
)
def test_words_that_a_browser_hides_are_left_out(hiding: str) -> None:
    assert html_text(f"<div {hiding}>Zapowiedź</div><p>Treść</p>") == "Treść"


@pytest.mark.parametrize(
    "page",
    [
        '<div style="font-size:0"><p style="font-size:14px">Treść</p></div>',
        '<div style="font-size:0"><p style="font:14px Arial">Treść</p></div>',
        '<p style="font-size:0.9em">Treść</p>',
        '<p style="opacity:0.5">Treść</p>',
        '<p style="fill-opacity:0">Treść</p>',
    ],
)
def test_words_that_a_browser_shows_are_kept(page: str) -> None:
    assert html_text(page) == "Treść"


@pytest.mark.parametrize(
    "page",
    [
        '<img src="http://example.org/x">',
        '<img src="//example.org/x">',
        '<img src="cid:a" srcset="http://example.org/x 2x">',
        '<table background="http://example.org/x"><tr><td>a</td></tr></table>',
        '<p style="background:url(http://example.org/x)">a</p>',
        "<style>@import url(http://example.org/x)</style>",
        '<link rel="stylesheet" href="http://example.org/x">',
        '<video poster="http://example.org/x" src="http://example.org/x"></video>',
        '<svg><image href="http://example.org/x"/><use href="http://example.org/x"/></svg>',
        '<object data="http://example.org/x"></object><embed src="http://example.org/x">',
        '<iframe src="http://example.org/x"></iframe>',
        '<input type="image" src="http://example.org/x">',
        '<math><mtext><style><img src="http://example.org/x"></style></mtext></math>',
        '<meta http-equiv="refresh" content="0;url=http://example.org/x"><base href="http://example.org/x">',
    ],
)
def test_safe_page_loads_nothing_from_outside(page: str) -> None:
    assert "example.org" not in safe_html(f"{page}<p>Treść</p>")


def test_safe_page_keeps_links_and_pictures_that_lie_in_the_mail() -> None:
    shown = safe_html('<a href="https://example.org/x">a</a><a href="javascript:x()">b</a><img src="cid:logo">')

    assert 'href="https://example.org/x"' in shown
    assert 'src="cid:logo"' in shown
    assert "javascript" not in shown


def _sources() -> Iterator[tuple[str, bytes, str]]:
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(1_000))
    yield "nested parts", nested + b"\nkoniec\n", "structure not readable (RecursionError)"
    yield "headers", b"X-A: b\n" * 100_000 + b"\nkoniec\n", "too many headers: the rest not read"
    part = b"--b\nContent-Type: application/pdf\n\nx\n"
    many = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nkoniec\n" + part * 10_000
    yield "parts", many, "too many parts: the rest not read"
    page = b"Content-Type: text/html\n\nkoniec" + b"<div>" * 10_000_000
    yield "elements", page, "larger than 40000000 bytes: the rest not read"
    line = b"Content-Type: text/plain\n\nkoniec " + b"a" * 5_000_000
    yield "one line", line, "text longer than 1000000 characters: the rest not read"


@pytest.mark.parametrize(("source", "defect"), [pytest.param(s, d, id=name) for name, s, d in _sources()])
@pytest.mark.timeout(60)
def test_mail_beyond_all_measure_keeps_its_subject_and_words_and_says_so(source: bytes, defect: str) -> None:
    parsed = parse_mail(b"Subject: temat\n" + source)

    assert parsed.subject == "temat"
    assert "koniec" in parsed.text
    assert len(parsed.attachments) <= 200
    assert defect in parsed.defects


def test_winmail_that_ends_anywhere_gives_what_was_whole() -> None:
    attribute = (0x0006800F).to_bytes(4, "little")
    file = b"\x02" + (0x00069002).to_bytes(4, "little") + bytes(4) + bytes(2)
    data = SIGNATURE + b"\x01\x00" + file + b"\x02" + attribute + (3).to_bytes(4, "little") + b"abc" + bytes(2)

    found = [unwrap(data[:length]) for length in range(len(data) + 1)]

    assert [result is None for result in found[:5]] == [True, True, True, True, False]
    assert found[-1] is not None
    assert [inside.content for inside in found[-1].files] == [b"abc"]


def test_winmail_that_promises_billions_of_bytes_ends_at_its_own() -> None:
    huge = b"\x02" + (0x00069005).to_bytes(4, "little") + b"\xff\xff\xff\xff" + b"\xff" * 100

    found = unwrap(SIGNATURE + b"\x01\x00" + huge * 3)

    assert found is not None
    assert found.files == []
