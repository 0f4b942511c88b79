"""`okienko knowledge lint`: what it prints, and how it ends."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from knowledge.errors import Problem
from knowledge.lint import LintReport
from okienko.cli import app


def run(monkeypatch: pytest.MonkeyPatch, *options: str, errors: int = 0, warnings: int = 0) -> tuple[int, list[str]]:
    def report(*_: object, **__: object) -> LintReport:
        return LintReport(
            articles=3,
            errors=tuple(Problem("zasilki/a.md", number, "wrong") for number in range(errors)),
            warnings=tuple(Problem("zasilki/b.md", number, "odd") for number in range(warnings)),
            skipped=("spelling was not checked",),
        )

    monkeypatch.setattr("knowledge.lint.lint", report)
    ended = CliRunner().invoke(app, ["knowledge", "lint", *options])
    return ended.exit_code, ended.stdout.splitlines()


def test_errors_come_before_warnings_and_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    status, lines = run(monkeypatch, errors=1, warnings=1)

    assert status == 1
    assert lines == [
        "zasilki/a.md:0: wrong",
        "zasilki/b.md:0: odd",
        "spelling was not checked",
        "3 articles, 1 errors, 1 warnings",
    ]


def test_warnings_alone_do_not_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    status, _ = run(monkeypatch, warnings=2)

    assert status == 0


def test_only_fifty_warnings_are_shown_and_the_rest_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    _, lines = run(monkeypatch, warnings=53)

    assert sum(line.endswith("odd") for line in lines) == 50
    assert "and 3 more warnings; --json shows all" in lines


def test_quiet_shows_errors_only(monkeypatch: pytest.MonkeyPatch) -> None:
    _, lines = run(monkeypatch, "--quiet", errors=1, warnings=60)

    assert not any("odd" in line or "more" in line for line in lines)


def test_json_holds_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    status, lines = run(monkeypatch, "--json", errors=1, warnings=60)

    told = json.loads("\n".join(lines))

    assert status == 1
    assert told["errors"] == [{"file": "zasilki/a.md", "line": 0, "reason": "wrong"}]
    assert len(told["warnings"]) == 60


def test_limits_come_from_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, object] = {}

    def lint(folder: Path, **arguments: object) -> LintReport:
        seen.update(arguments)
        return LintReport(0, (), ())

    monkeypatch.setattr("knowledge.lint.lint", lint)
    monkeypatch.setenv("OKIENKO_LINT_FOG", "9.5")

    CliRunner().invoke(app, ["knowledge", "lint", "--strict"])

    assert seen["limits"].fog == 9.5  # type: ignore[attr-defined]  # the limits that the command passes on
    assert seen["strict"] is True
