"""Text messages: what fits into one."""

from datetime import datetime
from importlib.resources import files

import pytest

from helpdesk import sms
from helpdesk.hours import WARSAW

GSM_7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
LONGEST = {"number": "EW-1234567", "starts_at": datetime(2026, 11, 30, 14, 0, tzinfo=WARSAW)}
NAMES = [file.name.removesuffix(".txt") for file in (files("helpdesk") / "templates" / "sms").iterdir()]


@pytest.mark.parametrize("name", NAMES)
def test_message_travels_in_one_part(name: str) -> None:
    body = sms.render(name, **LONGEST)

    assert set(body) <= GSM_7
    assert len(body) <= sms.ONE_PART


def test_reminder_names_day_hour_and_number() -> None:
    body = sms.render("visit_tomorrow", **LONGEST)

    assert "30.11.2026 o godz. 14:00" in body
    assert "EW-1234567" in body
