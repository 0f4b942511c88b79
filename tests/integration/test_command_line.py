"""What the command line says when something is wrong: one clear line, a non-zero status, no trace."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpdesk.database import Database
from okienko.schema import downgrade
from tests.conftest import KEY, SEALER


def okienko(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **{f"OKIENKO_{name}": value for name, value in variables.items()}}
    program = [sys.executable, "-m", "okienko", *arguments]
    return subprocess.run(program, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    ("arguments", "variables", "said"),
    [
        (["db", "upgrade"], {"WEB_PORT": "many"}, "OKIENKO_WEB_PORT"),
        (["db", "upgrade"], {"DATABASE_URL": "nonsense"}, "OKIENKO_DATABASE_URL"),
        (["db", "upgrade"], {"DATABASE_URL": "postgresql+psycopg://x@127.0.0.1:1/x"}, "does not answer"),
        (["db", "upgrade"], {"DATABASE_URL": "sqlite:////nowhere/x.db"}, "does not answer"),
        (["staff", "add", "ewa", "--name", "Ewa", "--password", "long enough for all"], {}, "okienko db upgrade"),
        (["staff", "add", "ewa", "--name", "Ewa", "--password", "short"], {}, "at least 12 characters"),
        (["ask"], {}, "takes a question"),
        (["serve", "mail"], {"IMAP_URL": "http://example.com"}, "OKIENKO_IMAP_URL"),
    ],
)
def test_trouble_is_one_clear_line(arguments: list[str], variables: dict[str, str], said: str, tmp_path: Path) -> None:
    if arguments[0] == "serve":
        okienko("db", "upgrade", DATA_DIR=str(tmp_path))

    ended = okienko(*arguments, DATA_DIR=str(tmp_path), **variables)

    assert ended.returncode == 1
    assert said in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1
    assert "Traceback" not in ended.stderr


def test_consultant_added_at_the_command_line_is_there(tmp_path: Path) -> None:
    okienko("db", "upgrade", DATA_DIR=str(tmp_path))

    ended = okienko(
        "staff",
        "add",
        "Ewa",
        "--name",
        "Ewa K",
        "--queue",
        "zasilki",
        DATA_DIR=str(tmp_path),
        STAFF_PASSWORD="invented-password",
    )

    assert ended.returncode == 0, ended.stderr
    assert "ewa can sign in" in ended.stdout


def test_mail_is_parsed_from_disk_without_any_server(tmp_path: Path) -> None:
    mails = [tmp_path / "one.eml", tmp_path / "empty.eml"]
    mails[0].write_bytes(b"From: a@example.com\r\nSubject: Pytanie\r\n\r\nJak?\r\n")
    mails[1].write_bytes(b"")

    ended = okienko("mail", "parse", *map(str, mails), "--jsonl", DATA_DIR=str(tmp_path))

    assert ended.returncode == 0
    assert len(ended.stdout.splitlines()) == 2


def test_locked_out_administrator_is_let_in_again_from_the_command_line(tmp_path: Path) -> None:
    okienko("db", "upgrade", DATA_DIR=str(tmp_path))
    added = okienko(
        "staff",
        "add",
        "admin",
        "--name",
        "Adm",
        "--role",
        "administrator",
        DATA_DIR=str(tmp_path),
        STAFF_PASSWORD="invented-password",
    )
    assert added.returncode == 0, added.stderr

    reset = okienko("staff", "reset", "--second-factor", "admin", DATA_DIR=str(tmp_path))
    unknown = okienko("staff", "reset", "nobody", DATA_DIR=str(tmp_path))
    demoted = okienko(
        "staff", "add", "admin", "--name", "Adm", DATA_DIR=str(tmp_path), STAFF_PASSWORD="invented-password"
    )

    assert (reset.returncode, "without the second factor" in reset.stdout) == (0, True)
    assert (unknown.returncode, "nobody active" in unknown.stderr) == (1, True)
    assert (demoted.returncode, "last administrator" in demoted.stderr) == (1, True)


def test_words_of_all_tickets_are_read_anew(tmp_path: Path) -> None:
    okienko("db", "upgrade", DATA_DIR=str(tmp_path))

    ended = okienko("tickets", "reindex", DATA_DIR=str(tmp_path))

    assert ended.returncode == 0
    assert "0 tickets can be found" in ended.stdout


def test_migration_that_older_roles_cannot_stand_wants_them_stopped(tmp_path: Path) -> None:
    okienko("db", "upgrade", DATA_DIR=str(tmp_path))
    database = Database(f"sqlite:///{tmp_path / 'okienko.db'}", SEALER)
    downgrade(database, "0005")
    database.close()

    told, refused, done = (
        okienko("db", *arguments, DATA_DIR=str(tmp_path))
        for arguments in (["status"], ["upgrade"], ["upgrade", "--roles-stopped"])
    )

    assert "lacking: 0006" in told.stdout
    assert (refused.returncode, done.returncode) == (1, 0)
    assert "--roles-stopped" in refused.stderr


def test_backup_is_made_and_brought_back_at_the_command_line(tmp_path: Path) -> None:
    old, new, backups = tmp_path / "old", tmp_path / "new", tmp_path / "backups"
    okienko("db", "upgrade", DATA_DIR=str(old), SECRET_KEYS=KEY)

    made = okienko("backup", "create", str(backups), DATA_DIR=str(old), SECRET_KEYS=KEY)
    (backup,) = backups.iterdir()
    restored, again = (okienko("backup", "restore", str(backup), DATA_DIR=str(new), SECRET_KEYS=KEY) for _ in range(2))

    assert made.returncode == 0, made.stderr
    assert KEY not in made.stdout
    assert "restored: the state of" in restored.stdout
    assert again.returncode == 1
    assert "not empty" in again.stderr


def test_commands_that_need_only_the_database_load_nothing_heavy(tmp_path: Path) -> None:
    script = (
        "import sys; from typer.testing import CliRunner; from okienko.cli import app; "
        "ended = CliRunner().invoke(app, ['db', 'upgrade']); "
        "print(ended.exit_code, sorted({'fastapi', 'scipy', 'sklearn', 'spacy'} & set(sys.modules)))"
    )
    environment = {**os.environ, "OKIENKO_DATA_DIR": str(tmp_path)}

    ended = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)

    assert ended.stdout.splitlines()[-1] == "0 []"
