"""The rules: which mail is answered, which never."""

from dataclasses import replace
from email.message import EmailMessage
from typing import Any

import pytest

from helpdesk.queues import Queue
from mail_ingest.datafiles import read
from mail_ingest.inquiry import to_inquiry
from mail_ingest.parsing import Limits, parse_mail
from mail_ingest.rules import RULES, Arrival, Outcome, judge
from understanding.inquiries import may_be_in_danger
from understanding.service import Understood

OFFICE = "cot@zus.pl"
FROM = "From: Anna <anna@example.org>\n"


ASKED = Understood("answer", "ask_general", "pl", "zasilek-chorobowy", (), 0.99, Queue.BENEFITS, individual=False)


def arrival(headers: str, words: str = "Subject: Pytanie\n\nTekst\n", **known: Any) -> Arrival:
    mail = parse_mail(f"{headers}{words}".encode())
    inquiry = to_inquiry(mail)
    around = {"from_office": inquiry.address == OFFICE, "in_danger": may_be_in_danger(inquiry.question)}
    return Arrival(mail, inquiry, **{**around, "most_answers": 3, **known})


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
        (f"{FROM}Auto-Submitted: auto-replied (vacation)\n", "vacation"),
        (f"{FROM}X-Vacation: yes\n", "vacation"),
        (f"{FROM}X-Spam-Flag: YES\n", "spam"),
        (f"{FROM}X-Spam-Status: Yes, score=9.1 required=5.0\n", "spam"),
        (f"{FROM}X-Spam-Status: No, score=0.1 autolearn=yes\n", "customer"),
        (f"{FROM}X-MS-Exchange-Organization-SCL: 9\n", "spam"),
        (f"{FROM}X-MS-Exchange-Organization-SCL: 1\n", "customer"),
        (f"{FROM}X-MS-Exchange-Organization-SCL: -1\n", "customer"),
        (f"{FROM}X-MS-Exchange-Organization-SCL: none\n", "customer"),
        (f"{FROM}X-Rspamd-Action: reject\n", "spam"),
        (f"From: {OFFICE}\n", "customer"),
        (f"From: {OFFICE}\nAuto-Submitted: auto-replied\n", "own_mail"),
    ],
)
def test_mail_is_judged_by_the_first_rule_that_matches(headers: str, rule: str) -> None:
    assert judge(arrival(headers)).rule == rule


def test_own_mail_that_came_back_opens_nothing() -> None:
    assert judge(arrival(f"From: {OFFICE}\n", sent_by_us=True)).outcome is Outcome.IGNORE


def test_our_own_mail_that_a_stranger_sends_back_is_held() -> None:
    assert judge(arrival(FROM, sent_by_us=True)).outcome is Outcome.HELD


@pytest.mark.parametrize(
    "subject",
    ["Automatyczna odpowiedź: urlop", "Automatic reply: Out of office", "Out of office", "Poza biurem do 3.12"],
)
def test_reply_of_who_is_away_is_known_by_its_subject(subject: str) -> None:
    assert judge(arrival(FROM, f"Subject: {subject}\n\nWracam 3 grudnia.\n")).rule == "vacation"


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("Subject: Renta\n\nNie chcę już żyć.\n", "danger"),
        ("Subject: Renta\n\nJeszcze mnie popamiętacie, spalę wasz urząd!\n", "abuse"),
        ("Subject:\n\n\n", "empty"),
        ("Subject: ...\n\n--\n", "empty"),
        ("Subject: Kiedy wypłata?\n\n\n", "customer"),
    ],
)
def test_words_of_a_mail_decide_where_its_headers_say_nothing(words: str, rule: str) -> None:
    assert judge(arrival(FROM, words)).rule == rule


@pytest.mark.parametrize(
    ("known", "rule"),
    [
        ({"marked_as_ours": True}, "loop"),
        ({"said_before": True}, "repeated"),
        ({"understood": replace(ASKED, danger=True)}, "danger"),
        ({"understood": replace(ASKED, act="insult", kind="unknown")}, "abuse"),
        ({"understood": replace(ASKED, lang="uk")}, "other_language"),
        ({"understood": replace(ASKED, kind="redirect", institution="nfz")}, "other_institution"),
        ({"understood": ASKED}, "customer"),
    ],
)
def test_what_is_known_of_a_mail_decides(known: dict[str, Any], rule: str) -> None:
    assert judge(arrival(FROM, **known)).rule == rule


def test_danger_comes_before_limits_spam_and_repetition() -> None:
    mail = arrival(f"{FROM}X-Spam-Flag: YES\n", "Subject: x\n\nChcę się zabić.\n", answers_today=99, said_before=True)

    assert judge(mail).outcome is Outcome.URGENT


def test_program_that_speaks_of_danger_is_never_answered() -> None:
    mail = arrival(f"{FROM}Auto-Submitted: auto-replied\n", "Subject: x\n\nChcę się zabić.\n")

    assert judge(mail).outcome is Outcome.UNANSWERED


@pytest.mark.parametrize("known", [{}, {"sent_by_us": True}, {"marked_as_ours": True}])
def test_held_mail_that_a_consultant_wants_is_a_customers(known: dict[str, bool]) -> None:
    assert judge(arrival(f"{FROM}X-Spam-Flag: YES\n", wanted=True, **known)).rule == "customer"


@pytest.mark.parametrize("limits", [Limits(max_bytes=10_000), Limits(max_attached=10_000)])
def test_mail_or_files_larger_than_they_may_be_are_too_large(limits: Limits) -> None:
    sent = EmailMessage()
    sent["From"], sent["Subject"] = "anna@example.org", "Dokumenty"
    sent.set_content("W załączniku przesyłam dokumenty.")
    sent.add_attachment(b"x" * 50_000, maintype="application", subtype="pdf", filename="skan.pdf")

    large = replace(arrival(FROM), mail=parse_mail(sent.as_bytes(), limits))

    assert judge(large).rule == "too_large"


def test_sender_with_enough_automatic_answers_gets_no_more_today() -> None:
    assert judge(arrival(FROM, answers_today=2)).outcome is Outcome.WELCOME
    assert judge(arrival(FROM, answers_today=3)).outcome is Outcome.SILENT


def test_every_rule_has_its_reason_for_the_desk() -> None:
    words = read("wording")

    assert all(words["reasons"][rule.name] and words["deeds"][rule.name] for rule in RULES)
