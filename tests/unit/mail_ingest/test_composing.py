"""Composed mails, read by a real parser."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from icalendar import Calendar

from helpdesk.calendar_file import Method, visit_calendar
from helpdesk.tables import OutboxMail, Visit
from mail_ingest.composing import SentFile, compose
from mail_ingest.parsing import parse_mail

NOW = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
LONG_ID = f"<{'x' * 120}@example.org>"


def row(**changes: object) -> OutboxMail:
    values: dict[str, object] = {
        "kind": "acknowledgement", "recipient": "anna@example.org", "subject": "[OK-000001] Przyjęliśmy: zażółć gęślą",
        "body": "Dzień dobry,\n\nzażółć gęślą jaźń.\n", "message_id": "<1@zus.pl>", "in_reply_to": LONG_ID,
        "references": f"<a@example.org> {LONG_ID}", "automatic": True, "html": "", "reply_to": "",
    }  # fmt: skip
    return OutboxMail(**{**values, **changes})


def test_polish_words_and_long_message_ids_survive_the_journey() -> None:
    sent = message_from_bytes(compose(row(), "cot@zus.pl", now=NOW), policy=policy.default)

    assert sent["Subject"] == "[OK-000001] Przyjęliśmy: zażółć gęślą"
    assert sent.get_content() == "Dzień dobry,\r\n\r\nzażółć gęślą jaźń.\r\n"
    assert sent["From"].addresses[0].addr_spec == "cot@zus.pl"
    assert "Obsługi" in sent["From"].addresses[0].display_name
    assert "".join(sent["In-Reply-To"].split()) == LONG_ID
    assert sent["References"].split() == ["<a@example.org>", LONG_ID]
    assert sent["Message-ID"] == "<1@zus.pl>"
    assert sent["Date"].datetime == NOW


def test_lines_end_as_mail_servers_demand() -> None:
    raw = compose(row(), "cot@zus.pl", now=NOW)

    assert raw.count(b"\n") == raw.count(b"\r\n")


def test_automatic_mail_says_so_and_a_persons_answer_does_not() -> None:
    automatic = message_from_bytes(compose(row(), "cot@zus.pl", now=NOW))
    answer = message_from_bytes(compose(row(kind="answer", automatic=False), "cot@zus.pl", now=NOW))

    assert automatic["Auto-Submitted"] == "auto-replied"
    assert answer["Auto-Submitted"] is None
    assert answer["Content-Language"] == "pl"


def test_line_breaks_in_a_subject_make_no_headers() -> None:
    mail = row(subject="a\r\nBcc: obcy@example.org")

    sent = message_from_bytes(compose(mail, "cot@zus.pl", now=NOW), policy=policy.default)

    assert sent["Bcc"] is None
    assert sent["Subject"] == "a Bcc: obcy@example.org"


def invitation() -> str:
    visit = Visit(
        number="EW-000001",
        office="Oddział ZUS w Łodzi",
        sequence=2,
        starts_at=datetime(2026, 11, 24, 10, 0, tzinfo=UTC),
    )
    return visit_calendar(visit, Method.REQUEST, organizer="cot@zus.pl", now=NOW)


def test_letter_with_a_calendar_file_is_an_invitation_and_carries_it_as_an_attachment() -> None:
    raw = compose(row(kind="visit_booked", visit_id=1, calendar=invitation()), "cot@zus.pl", now=NOW)

    sent = message_from_bytes(raw, policy=policy.default)
    assert sent.get_content_type() == "multipart/mixed"
    plain, invited = sent.get_payload(0).iter_parts()
    assert plain.get_content() == "Dzień dobry,\r\n\r\nzażółć gęślą jaźń.\r\n"
    assert invited.get_content_type() == "text/calendar"
    assert (invited["Content-Type"].params["method"], invited.get_content_charset()) == ("REQUEST", "utf-8")
    (attached,) = sent.iter_attachments()
    assert (attached.get_filename(), attached.get_content_type()) == ("e-wizyta.ics", "application/ics")
    for content in (invited.get_content(), attached.get_content().decode()):
        (event,) = Calendar.from_ical(content).walk("VEVENT")
        assert event["ATTENDEE"] == "mailto:anna@example.org"
        assert event["LOCATION"] == "wideorozmowa, Oddział ZUS w Łodzi"
        assert event["SEQUENCE"] == 2
    assert sent["Auto-Submitted"] == "auto-generated"
    assert raw.count(b"\n") == raw.count(b"\r\n")


def test_our_own_parser_reads_the_letter_with_its_calendar_file() -> None:
    mail = parse_mail(compose(row(kind="visit_booked", visit_id=1, calendar=invitation()), "cot@zus.pl", now=NOW))

    assert "zażółć gęślą jaźń" in mail.text
    assert "e-wizyta.ics" in [attachment.filename for attachment in mail.attachments]
    assert mail.defects == ()


def test_letter_with_html_offers_both_forms_the_plain_one_first() -> None:
    raw = compose(row(html="<p lang=pl>Zażółć gęślą jaźń.</p>"), "cot@zus.pl", now=NOW)

    sent = message_from_bytes(raw, policy=policy.default)
    assert sent.get_content_type() == "multipart/alternative"
    plain, html = sent.iter_parts()
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert "zażółć gęślą jaźń" in plain.get_content()
    assert html.get_content().strip() == "<p lang=pl>Zażółć gęślą jaźń.</p>"
    assert parse_mail(raw).defects == ()


def test_html_and_a_calendar_file_go_together() -> None:
    raw = compose(
        row(html="<p>Wizyta</p>", kind="visit_booked", visit_id=1, calendar=invitation()), "c@zus.pl", now=NOW
    )

    sent = message_from_bytes(raw, policy=policy.default)
    alternatives = [part.get_content_type() for part in sent.get_payload(0).iter_parts()]
    assert alternatives == ["text/plain", "text/html", "text/calendar"]
    assert [part.get_filename() for part in sent.iter_attachments()] == ["e-wizyta.ics"]


def test_replies_go_where_the_row_says_and_loops_are_recognised() -> None:
    sent = message_from_bytes(compose(row(reply_to="cot+t1-abc@zus.pl"), "cot@zus.pl", now=NOW), policy=policy.default)
    plain = message_from_bytes(compose(row(), "cot@zus.pl", now=NOW), policy=policy.default)

    assert sent["Reply-To"] == "cot+t1-abc@zus.pl"
    assert sent["X-Loop"] == "cot@zus.pl"
    assert plain["Reply-To"] is None


@pytest.mark.parametrize(
    ("kind", "due"), [("rating", True), ("reminder", True), ("answer", False), ("language", False)]
)
def test_only_letters_that_nobody_asked_for_can_be_cancelled(kind: str, due: bool) -> None:
    sent = message_from_bytes(compose(row(kind=kind), "cot@zus.pl", now=NOW), policy=policy.default)

    assert (sent["List-Unsubscribe"] is not None) is due
    if due:
        assert sent["List-Unsubscribe"].startswith("<mailto:cot@zus.pl?subject=Rezygnacja%20")


@pytest.mark.parametrize("subject", ["ż" * 500, "Zażółć gęślą jaźń, " * 25, "x" * 500, "a b " * 120])
def test_long_subjects_are_folded_and_read_back_whole(subject: str) -> None:
    raw = compose(row(subject=subject), "cot@zus.pl", now=NOW)

    sent = message_from_bytes(raw, policy=policy.default)
    head = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert sent["Subject"] == " ".join(subject.split())
    assert max(len(line) for line in head if not line.startswith((b"Subject: x", b" x"))) <= 200


def test_no_line_is_longer_than_mail_servers_take() -> None:
    mail = row(
        subject="x" * 500, body="ż" * 5_000 + "\n" + "x" * 5_000, html=f"<p>{'ż' * 5_000}</p>",
        references=" ".join(f"<{'y' * 400}{n}@example.org>" for n in range(10)) + f" <{'z' * 2_000}@example.org>",
    )  # fmt: skip

    raw = compose(mail, "cot@zus.pl", now=NOW)

    assert max(len(line) for line in raw.split(b"\r\n")) < 998
    sent = message_from_bytes(raw, policy=policy.default)
    assert len(sent["References"].split()) == 10


@pytest.mark.parametrize("name", ['Centrum, Obsługi "Źródło" (ZUS)', "ZUS, Łódź", "Centrum Obsługi Telefonicznej"])
def test_names_with_commas_quotes_and_polish_letters_name_one_sender(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mail_ingest.composing.wording", lambda _key: name)

    sent = message_from_bytes(compose(row(), "cot@zus.pl", now=NOW), policy=policy.default)

    (sender,) = sent["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (name, "cot@zus.pl")


def test_files_go_along_with_their_names_and_bytes_and_the_words_stay_first() -> None:
    files = [
        SentFile("ulotka.pdf", "application/pdf", b"%PDF-1.4\n\x00\xff"),
        SentFile("zażółć gęślą.txt", "text/plain", "ą".encode()),
    ]

    raw = compose(row(html="<p>zażółć</p>"), "cot@zus.pl", now=NOW, files=files)
    sent = message_from_bytes(raw, policy=policy.default)

    assert sent.get_content_type() == "multipart/mixed"
    assert [part.get_filename() for part in sent.iter_attachments()] == ["ulotka.pdf", "zażółć gęślą.txt"]
    assert [part.get_payload(decode=True) for part in sent.iter_attachments()] == [file.content for file in files]
    parsed = parse_mail(raw)
    assert parsed.text.startswith("Dzień dobry")
    assert [file.content_type for file in parsed.attachments] == ["application/pdf", "text/plain"]
    assert max(map(len, raw.splitlines())) <= 998
