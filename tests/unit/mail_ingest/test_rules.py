"""The rules: which mail is answered, which never."""

import pytest

from mail_ingest.datafiles import read
from mail_ingest.inquiry import sender_of
from mail_ingest.parsing import parse_mail
from mail_ingest.rules import RULES, Arrival, Outcome, judge

OFFICE = "cot@zus.pl"
FROM = "From: Anna <anna@example.org>\n"


def arrival(headers: str, *, sent_by_us: bool = False, answers_today: int = 0) -> Arrival:
    mail = parse_mail(f"{headers}Subject: Pytanie\n\nTekst\n".encode())
    return Arrival(mail, sender_of(mail), {OFFICE}, sent_by_us, answers_today, most_answers=3)


@pytest.mark.parametrize(
    ("headers", "rule"),
    [
        (FROM, "customer"),
        (f"{FROM}Auto-Submitted: no\n", "customer"),
        (f"{FROM}Precedence: first-class\n", "customer"),
        (f"{FROM}Auto-Submitted: auto-generated\n", "automatic_reply"),
        (f"{FROM}Auto-Submitted: auto-replied; owner=x\n", "automatic_reply"),
        (f"{FROM}X-Autoreply: yes\n", "automatic_reply"),
        (f"{FROM}X-Auto-Response-Suppress: OOF, AutoReply\n", "automatic_reply"),
        (f"{FROM}Precedence: auto_reply\n", "automatic_reply"),
        (f"{FROM}Return-Path: <>\n", "automatic_reply"),
        ("From: noreply@example.org\n", "automatic_reply"),
        (f"{FROM}List-Id: <wiesci.example.org>\n", "mailing_list"),
        (f"{FROM}Precedence: bulk\n", "mailing_list"),
        (f"{FROM}X-Failed-Recipients: b@example.org\n", "bounce"),
        (f"From: {OFFICE}\n", "customer"),
        (f"From: {OFFICE}\nAuto-Submitted: auto-replied\n", "own_mail"),
    ],
)
def test_mail_is_judged_by_the_first_rule_that_matches(headers: str, rule: str) -> None:
    assert judge(arrival(headers)).rule == rule


def test_own_mail_that_came_back_opens_nothing() -> None:
    assert judge(arrival(f"From: {OFFICE}\n", sent_by_us=True)).outcome is Outcome.IGNORE


def test_stranger_who_uses_one_of_our_message_ids_is_not_taken_for_us() -> None:
    assert judge(arrival(FROM, sent_by_us=True)).outcome is Outcome.WELCOME


def test_sender_with_enough_automatic_answers_gets_no_more_today() -> None:
    assert judge(arrival(FROM, answers_today=2)).outcome is Outcome.WELCOME
    assert judge(arrival(FROM, answers_today=3)).outcome is Outcome.SILENT


def test_every_rule_has_its_reason_for_the_desk() -> None:
    reasons = read("wording")["reasons"]

    assert all(reasons[rule.name] for rule in RULES)
