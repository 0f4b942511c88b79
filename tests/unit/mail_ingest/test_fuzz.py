"""Made mails: whatever bytes come, the parser and the reply finder end, and what they give can be stored and shown."""

import json
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mail_ingest.parsing import ParsedMail, as_contract, parse_mail, reply_text, safe_html

CORPUS = Path(__file__).parents[2] / "mail"
WHOLE = [file.read_bytes()[:5_000] for file in sorted(CORPUS.glob("*.eml"))]
NO_WIDTH = dict.fromkeys(map(ord, "\u200b\ufeff\u2060\r"))
UNBEARABLE = ("not readable", "body not readable")
made = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

SETS = [
    b"utf-8",
    b"utf-7",
    b"utf-16",
    b"iso-2022-jp",
    b"hz",
    b"gb2312",
    b"big5",
    b"euc-kr",
    b"cp1250",
    b"idna",
    b"none",
]
KINDS = [
    b"text/plain",
    b"text/html",
    b"text/calendar",
    b"text/plain; format=flowed; delsp=yes",
    b"multipart/mixed; boundary=b",
    b"multipart/alternative; boundary=b",
    b"multipart/signed; boundary=b",
    b"multipart/encrypted; boundary=b",
    b"multipart/report; report-type=delivery-status; boundary=b",
    b"message/rfc822",
    b"message/partial; id=a; number=1; total=2",
    b"message/delivery-status",
    b"application/ms-tnef; name=winmail.dat",
    b"application/pkcs7-mime; smime-type=signed-data",
    b"application/pdf; name*0*=utf-8''%C5; name*1*=%82.pdf",
    b"nonsense",
]
BODIES = [
    b"\x78\x9f\x3e\x22\x01\x00\x02\x02\x90\x06\x00\xff\xff\xff\xff",
    bytes.fromhex("3080 06092a864886f70d010702 a080 3080 06092a864886f70d010701 a080 2480 0403414243 0000"),
    b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:a\nDTSTART:2026\nEND:VEVENT\nEND:VCALENDAR\n",
    b"begin 644 ../a\n#0V%T\n`\nend\n",
    b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: a\n\n- -- \n-----BEGIN PGP SIGNATURE-----\n",
    b"<table><tr><td rowspan=9>a<blockquote type=cite>b<div style='display:none'>c<!--",
    b"Final-Recipient: rfc822; a@example.org\nAction: failed\nStatus: 5.1.1\n",
    "Zażółć gęślą jaźń\n".encode("cp1250"),
    "\u202e\ue010\ue011\u2028ą\n".encode(),
    b"On 1 Jan 2026 at 10:00, A <a@example.org> wrote:\n> b\n",
]

pieces = st.one_of(
    st.sampled_from(BODIES), st.binary(max_size=60), st.text(max_size=40).map(lambda t: t.encode("utf-8"))
)
words_encoded = st.builds(
    lambda name, kind, data: b"=?" + name + b"?" + kind + b"?" + data + b"?=",
    st.sampled_from(SETS),
    st.sampled_from([b"b", b"Q", b"x"]),
    pieces,
)
values = st.lists(st.one_of(pieces, words_encoded), max_size=3).map(b" ".join)
headers = st.builds(
    lambda name, value: name + b": " + value + b"\n",
    st.sampled_from([b"From", b"To", b"Reply-To", b"Subject", b"Date", b"Message-ID", b"In-Reply-To", b"References"]),
    values,
)
filenames = st.builds(lambda value: b'Content-Disposition: attachment; filename="' + value + b'"\n', values)


def part(body: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    """Return made parts of a mail around made bodies."""
    return st.builds(
        lambda kind, name, encoding, file, within: (
            b"Content-Type: " + kind + b"; charset=" + name + b"\nContent-Transfer-Encoding: " + encoding + b"\n"
            + file + b"\n" + within
        ),
        st.sampled_from(KINDS),
        st.sampled_from(SETS),
        st.sampled_from([b"7bit", b"base64", b"quoted-printable", b"x-uuencode", b"nonsense"]),
        st.one_of(st.just(b""), filenames),
        body,
    )  # fmt: skip


parts = st.recursive(
    part(st.lists(pieces, max_size=3).map(b"\n".join)),
    lambda inner: part(st.lists(inner, max_size=3).map(lambda found: b"--b\n" + b"\n--b\n".join(found) + b"\n--b--\n")),
    max_leaves=5,
)
structured = st.builds(lambda heads, body: b"".join(heads) + body, st.lists(headers, max_size=5), parts)


@st.composite
def damaged(draw: Callable[..., object]) -> bytes:
    """Return a mail of the corpus with a piece set in, and joined with another."""
    first, second = draw(st.sampled_from(WHOLE)), draw(st.sampled_from(WHOLE))
    assert isinstance(first, bytes)
    assert isinstance(second, bytes)
    place, start = draw(st.integers(0, len(first))), draw(st.integers(0, len(second)))
    piece = draw(st.one_of(pieces, parts))
    assert isinstance(place, int)
    assert isinstance(start, int)
    assert isinstance(piece, bytes)
    return first[:place] + piece + second[start:]


@made
@given(structured)
def test_mails_of_damaged_pieces_are_read_as_promised(raw: bytes) -> None:
    assert_as_promised(parse_mail(raw))


@made
@given(damaged())
def test_damaged_mails_of_the_corpus_are_read_as_promised(raw: bytes) -> None:
    assert_as_promised(parse_mail(raw))


@made
@given(st.binary(max_size=400))
def test_any_bytes_are_read_as_promised(raw: bytes) -> None:
    assert_as_promised(parse_mail(raw))


lines = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "> a",
            ">>> a >>>",
            "--",
            "-- ",
            "________________________________",
            "On 1 Jan 2026 at 10:00, A <a@example.org> wrote:",
            "W dniu 1.01.2026 o 10:00, A pisze:",
            "Od: a@example.org",
            "Wysłano: 1 stycznia 2026",
            "Do: b@example.org",
            "Temat: c",
            "-----Original Message-----",
            "Sent from my iPhone",
            "Początek przekazywanej wiadomości:",
            "\ue010",
            "\ue011",
            "\ue012",
        ]
    ),
)


@made
@given(st.lists(lines, max_size=25).map("\n".join), st.booleans())
def test_reply_is_made_of_words_of_the_text(text: str, forwarded: bool) -> None:
    assert words(reply_text(text, forwarded=forwarded)) <= words(text)


def assert_as_promised(mail: ParsedMail) -> None:
    assert not [defect for defect in mail.defects if defect.startswith(UNBEARABLE)]
    json.dumps(as_contract("made", mail), ensure_ascii=False).encode("utf-8")
    json.dumps({name: list(value) for name, value in mail.headers.items()}, ensure_ascii=False)
    json.dumps(safe_html(mail.html), ensure_ascii=False).encode("utf-8")
    assert words(mail.reply) <= words(mail.text)
    for file in mail.attachments:
        assert file.filename
        assert file.filename not in {".", ".."}
        assert not set(file.filename) & set("/\\")
        assert not [c for c in file.filename if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]
        assert file.size == len(file.content)


def words(text: str) -> set[str]:
    """Return the words of a text, without characters of no width, which the reply finder leaves out."""
    return set(re.findall(r"\w+", text.translate(NO_WIDTH)))
