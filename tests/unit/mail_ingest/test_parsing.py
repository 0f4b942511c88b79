"""Parsing: every mail of the corpus gives what its `.yml` says, and no bytes make it fail."""

from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
import yaml

from mail_ingest.parsing import Limits, as_contract, parse_mail

CORPUS = Path(__file__).parents[2] / "mail"
MAILS = sorted(CORPUS.glob("*.eml"))


@pytest.mark.parametrize("file", MAILS, ids=lambda file: file.stem)
def test_mail_of_the_corpus_says_what_is_expected_of_it(file: Path) -> None:
    expected = yaml.safe_load(file.with_suffix(".yml").read_text(encoding="utf-8"))

    found = as_contract(file.name, parse_mail(file.read_bytes()))

    assert {name: found[name] for name in expected} == expected


def test_corpus_has_a_result_for_every_mail() -> None:
    assert len(MAILS) >= 150
    assert {file.stem for file in MAILS} == {file.stem for file in CORPUS.glob("*.yml")}


def test_damaged_mails_are_read_without_failure() -> None:
    chance = Random(20261121)
    whole = [file.read_bytes() for file in MAILS]

    for mail in whole:
        for _ in range(3):
            damaged = bytearray(mail)
            for _ in range(chance.randrange(1, 20)):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            cut = chance.randrange(len(damaged))
            parsed = parse_mail(bytes(damaged[:cut] + damaged[chance.randrange(len(damaged)) :]))
            assert "\0" not in parsed.text + parsed.subject + parsed.reply
            (parsed.text + parsed.html + parsed.subject + parsed.reply).encode("utf-8")


@pytest.mark.parametrize("raw", [b"", b"\n", b"\0", b"\xff" * 50, b":", b"From: \n", b"Content-Type: multipart/mixed"])
def test_bytes_that_are_no_mail_give_an_empty_mail_with_defects(raw: bytes) -> None:
    parsed = parse_mail(raw)

    assert parsed.senders == ()
    assert parsed.date is None
    assert "no from" in parsed.defects


def test_bounce_names_the_unreached_address_and_our_mail() -> None:
    bounce = parse_mail((CORPUS / "bounce-rfc3464.eml").read_bytes()).bounce

    assert bounce is not None
    assert bounce.recipients == ("anna.wzorcowa@example.org",)
    assert bounce.original_ids == ("<sent-by-us@zus.pl>",)
    assert bounce.permanent
    assert "550" in bounce.diagnostic


def test_delayed_delivery_is_no_permanent_bounce() -> None:
    raw = (CORPUS / "bounce-rfc3464.eml").read_bytes().replace(b"Action: failed", b"Action: delayed")

    bounce = parse_mail(raw).bounce

    assert bounce is not None
    assert not bounce.permanent


def test_mail_beyond_the_size_limit_is_read_up_to_it() -> None:
    raw = b"Subject: a\nFrom: a@example.org\n\n" + b"tekst\n" * 10_000

    parsed = parse_mail(raw, Limits(max_bytes=1_000))

    assert parsed.subject == "a"
    assert 0 < len(parsed.text) < 1_000
    assert "larger than 1000 bytes: the rest not read" in parsed.defects


def test_parts_beyond_the_limits_are_left_out_and_named() -> None:
    part = b"--b\nContent-Type: application/pdf\n\nx\n"
    many = b"Content-Type: multipart/mixed; boundary=b\n\n" + part * 50
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(50))

    assert len(parse_mail(many, Limits(max_parts=10)).attachments) < 10
    assert "parts nested too deep: not read" in parse_mail(deep).defects


def test_mail_nested_deeper_than_the_standard_parser_bears_keeps_its_headers() -> None:
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3_000))

    parsed = parse_mail(b"Subject: gniazdo\n" + deep)

    assert parsed.subject == "gniazdo"
    assert any(defect.startswith("structure not readable") for defect in parsed.defects)


def test_html_too_deep_to_lay_out_still_gives_its_words() -> None:
    page = b"Content-Type: text/html; charset=utf-8\n\n" + b"<div>" * 5_000 + "słowo".encode()

    assert parse_mail(page).text == "słowo"


def test_thread_is_read_from_the_nearest_mail_on() -> None:
    parsed = parse_mail(b"In-Reply-To: <c@x>\nReferences: <a@x> <b@x> <c@x>\n\n")

    assert parsed.thread_ids == ("<c@x>", "<b@x>", "<a@x>")


def test_date_without_a_zone_is_taken_as_universal_time() -> None:
    assert parse_mail(b"Date: Wed, 3 Jun 2026 10:12:00 -0000\n\n").date == datetime(2026, 6, 3, 10, 12, tzinfo=UTC)


HTML = b"Content-Type: text/html\n\n"


@pytest.mark.parametrize(
    "raw",
    [
        b"Content-Type: text/plain; " + b'a=";"' * 100_000 + b"\n\nx",
        (b"Subject: " + b"=?a?q?x" * 2_800 + b"\n") * 200 + b"\nx",
        b"From: " + b"a" * 10_000 + b"@" + b":" * 9_000 + b"\n\nx",
        HTML + b"<!--" * 200_000,
        HTML + b"<b>" * 300_000,
        HTML + b"<table><tr><td>a</td>" * 40_000,
        HTML + b"<table>" + b"<tr><td>a</td><td>b</td></tr>" * 30_000 + b"</table>",
        HTML + b"<blockquote type=cite>x</blockquote>" * 25_000,
        b"Content-Type: text/plain; format=flowed\n\n" + b"a \n" * 300_000,
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * 160_000,
        b"Content-Type: message/rfc822\n\n" * 400 + b"x",
    ],
    ids=[
        "parameters",
        "words",
        "colons",
        "comments",
        "deep",
        "tables",
        "long table",
        "quotes",
        "flowed",
        "parts",
        "mails",
    ],
)
@pytest.mark.timeout(20)
def test_mails_built_to_take_long_end_in_time(raw: bytes) -> None:
    assert parse_mail(raw).defects
