"""The security chapter tells of the roles and limits what the code does, and the desk has words for all of it."""

import re
from dataclasses import fields

import pytest

from helpdesk.house import House
from helpdesk.lifecycle import Role
from helpdesk.retention import Periods
from helpdesk.roles import GRANTED, Permission
from okienko.daily import periods
from okienko.places import ROOT
from okienko.settings import PREFIX, Settings
from web.desk.admin.limits import SHOWN
from web.desk.admin.retention import variable_of
from web.labels import name_of

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def test_table_of_roles_is_that_of_the_code() -> None:
    rows = re.findall(r"^\| `(\w+)` [^|]*\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", PAGE, re.MULTILINE)
    told = {
        (Permission(name), role): cell == "yes" for name, *cells in rows for role, cell in zip(Role, cells, strict=True)
    }

    assert told == {(permission, role): permission in GRANTED[role] for permission in Permission for role in Role}


def test_limits_and_hours_have_the_defaults_of_the_code() -> None:
    limits = dict(re.findall(rf"\| `{PREFIX}(RATE_\w+)` \| (\d+) \|", PAGE))

    assert {name.lower(): int(value) for name, value in limits.items()} == {
        name: field.default for name, field in Settings.model_fields.items() if name.startswith("rate_")
    }
    assert f"`signed_in_hours` ({House().signed_in_hours})" in PAGE
    assert f"`idle_minutes` ({House().idle_minutes})" in PAGE


@pytest.mark.parametrize("name", SHOWN)
def test_setting_of_the_house_has_a_polish_name_and_explanation(name: str) -> None:
    assert name_of("House", name) != name
    assert name_of("HouseExplained", name) != name


@pytest.mark.parametrize("kind", [field.name for field in fields(Periods)])
def test_class_of_retention_has_a_polish_name_and_its_own_variable(kind: str) -> None:
    variable = variable_of(kind).removeprefix(PREFIX).lower()

    assert name_of("Retention", kind) != kind
    assert getattr(periods(Settings()), kind) == getattr(Settings(), variable) == getattr(Periods(), kind)
