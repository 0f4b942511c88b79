"""Composed mails, read by a real parser."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

from helpdesk.tables import OutboxMail
from mail_ingest.composing import compose

NOW = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
LONG_ID = f"<{'x' * 120}@example.org>"


def row(**changes: object) -> OutboxMail:
    values: dict[str, object] = {
        "kind": "acknowledgement", "recipient": "anna@example.org", "subject": "[OK-000001] Przyjęliśmy: zażółć gęślą",
        "body": "Dzień dobry,\n\nzażółć gęślą jaźń.\n", "message_id": "<1@zus.pl>", "in_reply_to": LONG_ID,
        "references": f"<a@example.org> {LONG_ID}", "automatic": True,
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
