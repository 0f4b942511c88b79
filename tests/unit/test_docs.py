"""Documentation that cannot lie: settings, commands and the rule about Polish words are compared with the code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from okienko.cli import app
from okienko.places import ROOT
from scripts import settings_page

PACKAGES = ("actions", "bot", "helpdesk", "knowledge", "mail_ingest", "okienko", "polish", "understanding", "web")
POLISH = re.compile("[a-z][ąćęłńóśźż]|[ąćęłńóśźż][a-z]", re.IGNORECASE)
"""Of a word; single letters of the alphabet are not sentences."""


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (file for file in (ROOT / package).rglob("*.py") if ".venv" not in file.parts)


@pytest.mark.parametrize("file", [settings_page.PAGE, settings_page.EXAMPLE], ids=lambda file: file.name)
def test_manual_and_example_tell_of_the_settings_what_the_class_says(file: Path) -> None:
    assert file.read_text(encoding="utf-8") == settings_page.pages()[file], "run `make docs`"


def test_every_command_is_in_the_manual() -> None:
    manual = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    command = get_command(app)
    names = []
    for name, part in command.commands.items():  # type: ignore[attr-defined]  # a group has commands
        names += [f"{name} {inner}" for inner in part.commands] if hasattr(part, "commands") else [name]

    missing = [name for name in names if f"`okienko {name}" not in manual]

    assert not missing


@pytest.mark.parametrize("module", sorted(modules()), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_python_holds_no_polish_words(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }

    found = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in documentation
        and POLISH.search(node.value)
    ]

    assert not found


def test_decision_records_have_their_four_headings() -> None:
    for record in (ROOT / "docs" / "adr").glob("*.md"):
        text = record.read_text(encoding="utf-8")
        for heading in ("**Context.**", "**Decision.**", "**Status.**", "**Consequences.**"):
            assert heading in text, f"{record.name} lacks {heading}"
