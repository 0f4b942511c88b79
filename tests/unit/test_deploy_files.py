"""What `deploy/` promises an operator fits the program: settings, roles, times, and what systemd says of the units."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from helpdesk.database import CLOSE_WITHIN
from okienko.cli import Role
from okienko.draining import patience
from okienko.places import ROOT
from okienko.settings import PREFIX, Settings

DEPLOY = ROOT / "deploy"
UNITS = DEPLOY / "systemd"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "containers" / "compose.yaml").read_text(encoding="utf-8"))
ROLES = sorted(({role.value for role in Role} - {"post-office"}) | {"knowledge"})
FILES = sorted(file for file in DEPLOY.rglob("*") if file.is_file())
OF_A_COMMAND = f"{PREFIX}STAFF_PASSWORD"
"""No setting of the roles: `okienko staff add` reads it."""
ANALYZE = shutil.which("systemd-analyze")
MOST_EXPOSED = 20
"""Of 100, as `systemd-analyze security` counts; a unit without any hardening has 96."""


def environment() -> Mapping[str, str]:
    lines = (DEPLOY / "okienko.env").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def drop_in(role: str) -> str:
    return (UNITS / f"okienko@{role}.service.d" / "role.conf").read_text(encoding="utf-8")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(DEPLOY).as_posix())
def test_every_setting_that_is_named_there_is_one(file: Path) -> None:
    named = set(re.findall(rf"\b{PREFIX}[A-Z_]*[A-Z]\b", file.read_text(encoding="utf-8")))

    assert named <= {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | {OF_A_COMMAND}


def test_examples_of_the_environment_are_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment().items():
        monkeypatch.setenv(name, value)

    assert Settings(_env_file=None).drain_seconds > 5


def test_example_of_the_secrets_holds_none() -> None:
    text = (DEPLOY / "secrets.env").read_text(encoding="utf-8")

    assert re.findall(r"^(?:\w+_KEYS|\w+_TOKEN)=(.*)$", text, re.MULTILINE) == ["", ""]
    assert set(re.findall(r"://\w+:(\w+)@", text)) == {"PASSWORD"}


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_its_unit_and_its_container(role: str) -> None:
    target = (UNITS / "okienko.target").read_text(encoding="utf-8")
    served = {tuple(service.get("command", ())) for service in COMPOSE["services"].values()}

    assert f"okienko@{role}.service" in target
    assert "MemoryMax=" in drop_in(role)
    assert "TimeoutStopSec=" in drop_in(role)
    assert ("serve", role) in served


def test_web_role_has_the_time_that_it_needs_to_end() -> None:
    settings = Settings(_env_file=None)
    needed = int(environment()[f"{PREFIX}DRAIN_SECONDS"]) + patience(settings.rasa_timeout) + CLOSE_WITHIN
    granted = re.search(r"^TimeoutStopSec=(\d+)$", drop_in("web"), re.MULTILINE)

    assert granted is not None
    assert int(granted[1]) >= needed
    for node in ("web-a", "web-b"):
        assert int(COMPOSE["services"][node]["stop_grace_period"].removesuffix("s")) >= needed


def test_proxy_waits_longer_than_the_slowest_answer_and_sees_a_leaving_node_in_time() -> None:
    config = (DEPLOY / "haproxy" / "haproxy.cfg").read_text(encoding="utf-8")
    server = re.search(r"timeout server (\d+)s", config)
    checks = re.findall(r"check inter (\d+)s .* fall (\d+)", config)

    assert server is not None
    assert int(server[1]) > patience(Settings(_env_file=None).rasa_timeout)
    assert all(int(every) * int(looks) < int(environment()[f"{PREFIX}DRAIN_SECONDS"]) for every, looks in checks)


def test_every_variable_of_the_proxy_is_in_its_example() -> None:
    asked = set(re.findall(r"\$\{(\w+)\}", (DEPLOY / "haproxy" / "haproxy.cfg").read_text(encoding="utf-8")))
    given = set(re.findall(r"^(\w+)=", (DEPLOY / "haproxy" / "haproxy.env").read_text(encoding="utf-8"), re.MULTILINE))

    assert asked == given == set(COMPOSE["services"]["proxy"]["environment"])


@pytest.mark.parametrize("name", sorted(COMPOSE["services"]))
def test_service_is_bounded_and_looked_after(name: str) -> None:
    service = COMPOSE["services"][name]

    assert "privileged" not in service
    assert service["restart"] in {"unless-stopped", "no"}
    assert "healthcheck" in service or service["restart"] == "no"
    assert ("ports" in service) == (name == "proxy")


def test_images_run_as_nobody_special() -> None:
    stages = re.split(r"^FROM ", (DEPLOY / "containers" / "Containerfile").read_text(encoding="utf-8"), flags=re.M)
    final = [stage for stage in stages if re.match(r"\S+ AS (app|rasa)\n", stage)]

    assert len(final) == 2
    assert [re.findall(r"^USER (\d+)$", stage, re.MULTILINE)[-1] for stage in final] == ["10001", "10001"]


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units with an instance for each role, and a program that is there."""
    folder = tmp_path / "units"
    shutil.copytree(UNITS, folder)
    for file in folder.glob("*.service"):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("/opt/okienko/.venv/bin/okienko", "/bin/true"), encoding="utf-8")
    for role in ROLES:
        shutil.copy(folder / "okienko@.service", folder / f"okienko@{role}.service")
    return folder


def systemd_says(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    if ANALYZE is None:
        pytest.skip("systemd is not installed (`apt-get install systemd` as root)")
    known = {"SYSTEMD_UNIT_PATH": f"{folder}:", "PATH": "/usr/bin:/bin"}
    return subprocess.run([ANALYZE, *arguments], env=known, capture_output=True, text=True, check=False)


def test_systemd_understands_every_line(units: Path) -> None:
    names = [units / f"okienko@{role}.service" for role in ROLES]
    names += [units / "okienko.target", units / "okienko-backup.service", units / "okienko-backup.timer"]

    said = systemd_says(units, "verify", *map(str, names))

    assert said.returncode == 0, said.stderr
    assert "okienko" not in said.stderr


@pytest.mark.parametrize("unit", [*(f"okienko@{role}" for role in ROLES), "okienko-backup"])
def test_unit_is_hardened(units: Path, unit: str) -> None:
    threshold = f"--threshold={MOST_EXPOSED}"

    said = systemd_says(units, "security", "--offline=true", threshold, str(units / f"{unit}.service"))

    assert said.returncode == 0, said.stdout[-300:]
