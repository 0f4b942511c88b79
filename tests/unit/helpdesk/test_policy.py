"""Who may see what: every cell of the policy, written once more by hand, and the same table in the manual."""

import re

import pytest

from helpdesk.lifecycle import Level
from helpdesk.policy import LEAST, Channel, Matter, may_tell
from okienko.places import ROOT

EXPECTED = {  # A anonymous, D address, V verified, R representative
    Matter.GENERAL: {"chat": "ADRV", "mail": "ADRV", "desk": "ADRV", "callback": "ADRV"},
    Matter.TICKET_STATE: {"chat": "DRV", "mail": "DRV", "desk": "ADRV", "callback": "RV"},
    Matter.TICKET_DETAILS: {"chat": "RV", "mail": "", "desk": "ADRV", "callback": ""},
    Matter.VISIT_STATE: {"chat": "DRV", "mail": "DRV", "desk": "ADRV", "callback": "RV"},
    Matter.VISIT_DETAILS: {"chat": "RV", "mail": "", "desk": "ADRV", "callback": ""},
    Matter.INDIVIDUAL: {"chat": "RV", "mail": "", "desk": "RV", "callback": ""},
    Matter.DOCUMENTS: {"chat": "RV", "mail": "", "desk": "ADRV", "callback": ""},
    Matter.PRINCIPAL: {"chat": "R", "mail": "", "desk": "R", "callback": ""},
}
LETTER = {Level.ANONYMOUS: "A", Level.ADDRESS: "D", Level.VERIFIED: "V", Level.REPRESENTATIVE: "R"}


@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize("matter", list(Matter))
@pytest.mark.parametrize("level", list(Level))
def test_cell_of_the_policy(level: Level, matter: Matter, channel: Channel) -> None:
    assert may_tell(level, matter, channel) is (LETTER[level] in EXPECTED[matter][channel.value])


@pytest.mark.parametrize("matter", [matter for matter in Matter if matter is not Matter.GENERAL])
def test_mail_and_callback_never_carry_what_an_account_or_a_case_says(matter: Matter) -> None:
    if matter in {Matter.TICKET_STATE, Matter.VISIT_STATE}:
        return
    assert not may_tell(Level.REPRESENTATIVE, matter, Channel.MAIL)
    assert not may_tell(Level.REPRESENTATIVE, matter, Channel.CALLBACK)


def test_manual_shows_the_policy_as_it_is() -> None:
    manual = (ROOT / "docs" / "identity.md").read_text(encoding="utf-8")
    shown = {
        row[0]: tuple(cell.strip() for cell in row[1].split("|"))
        for row in re.findall(r"^\| `(\w+)`[^|]*\| ([^\n]+) \|$", manual, re.MULTILINE)
        if row[0] in {matter.value for matter in Matter}
    }

    def words(least: Level | None) -> str:
        return "never" if least is None else least.value

    assert shown == {matter.value: tuple(words(LEAST[matter][channel]) for channel in Channel) for matter in Matter}
