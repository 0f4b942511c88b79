"""Parsing in a process of its own: the same result, and an end for mails that take too long or too much."""

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
