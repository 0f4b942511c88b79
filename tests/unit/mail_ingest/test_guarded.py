"""Parsing in a process of its own: the same result, and an end for mails that take too long or too much."""

import os
import signal
from pathlib import Path

import pytest

from mail_ingest.parsing import Limits, parse_mail
from mail_ingest.parsing.guarded import GuardedParser

MAIL = (Path(__file__).parents[2] / "mail" / "charset-utf8.eml").read_bytes()


def test_result_is_that_of_the_parser_itself() -> None:
    parser = GuardedParser(Limits(max_seconds=60))
    try:
        assert parser.parse(MAIL) == parse_mail(MAIL, Limits(max_seconds=60))
    finally:
        parser.close()


@pytest.mark.parametrize("limits", [{"seconds": 0.001, "memory": 2_000}, {"seconds": 60, "memory": 20}])
def test_mail_that_is_too_much_is_unread_and_stops_no_other(limits: dict[str, float]) -> None:
    parser = GuardedParser(Limits(max_seconds=limits["seconds"]), memory=int(limits["memory"]))
    try:
        for _ in range(2):
            parsed = parser.parse(MAIL)
            assert parsed.senders == ()
            assert parsed.defects
    finally:
        parser.close()


def test_process_that_died_is_replaced() -> None:
    parser = GuardedParser(Limits(max_seconds=60))
    try:
        parser.parse(MAIL)
        assert parser._process is not None
        parser._process.kill()
        parser._process.join()

        assert parser.parse(MAIL) == parse_mail(MAIL)
    finally:
        parser.close()


def test_large_mail_that_the_process_does_not_take_in_is_given_up() -> None:
    parser = GuardedParser(Limits(max_seconds=1))
    try:
        parser.parse(MAIL)
        assert parser._process is not None
        assert parser._process.pid is not None
        os.kill(parser._process.pid, signal.SIGSTOP)

        assert parser.parse(MAIL + b"x" * 5_000_000).defects == ("not read within 1 seconds",)
    finally:
        parser.close()
