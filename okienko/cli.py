"""The command line: reads arguments, calls one function, shows the result or one clear line of error."""

import json
import os
import sys
from enum import Enum
from pathlib import Path
from typing import Annotated

import httpx2
import typer
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError

from helpdesk.errors import DatabaseOutdated, DatabaseTooNew, LastAdministrator, NotFound
from helpdesk.lifecycle import Role as StaffRole
from helpdesk.queues import Queue
from knowledge.errors import KnowledgeError
from mail_ingest.errors import MailError
from okienko import privacy_commands
from okienko.backup.commands import backup_app
from okienko.errors import CommandError
from okienko.knowledge_commands import evaluate, knowledge_app
from okienko.settings import PREFIX
from okienko.starting import start

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Okienko: the assistant of a social insurance office.",
)
mail_app = typer.Typer(no_args_is_help=True, help="Mail: parsing and bringing in.")
db_app = typer.Typer(no_args_is_help=True, help="Database administration.")
tickets_app = typer.Typer(no_args_is_help=True, help="The tickets.")
staff_app = typer.Typer(no_args_is_help=True, help="The people at the desk.")
app.add_typer(mail_app, name="mail")
app.add_typer(knowledge_app, name="knowledge")
app.add_typer(db_app, name="db")
app.add_typer(privacy_commands.person_app, name="person")
app.add_typer(privacy_commands.secrets_app, name="secrets")
app.add_typer(privacy_commands.retention_app, name="retention")
app.add_typer(backup_app, name="backup")
app.add_typer(staff_app, name="staff")
app.add_typer(tickets_app, name="tickets")
app.command()(evaluate)


class Role(str, Enum):
    """The processes that `serve` can run."""

    WEB = "web"
    ACTIONS = "actions"
    RASA = "rasa"
    MAIL = "mail"
    OUTBOX = "outbox"
    KNOWLEDGE = "knowledge"
    POST_OFFICE = "post-office"


def _say(line: str) -> None:
    typer.echo(line, err=True)


@app.command()
def run() -> None:
    """Run everything on this machine, with embedded parts and demonstration data; Ctrl-C ends all of it."""
    from okienko.running import run as run_all

    run_all(start("run"), lambda line: typer.echo(line))


@app.command()
def serve(
    role: Annotated[Role, typer.Argument(help="the part to run")],
    demonstration: Annotated[bool, typer.Option(help="web: show the demonstration's pages too")] = False,
) -> None:
    """Run one part, for several machines or under a service manager."""
    from okienko import serving
    from okienko.supervisor import end_with_parent

    settings = start(role.value)
    if os.environ.get(f"{PREFIX}SUPERVISED"):
        end_with_parent()
    if role is Role.WEB:
        serving.serve_web(settings, demonstration=demonstration)
        return
    serve_role = {
        Role.ACTIONS: serving.serve_actions,
        Role.RASA: serving.serve_rasa,
        Role.MAIL: serving.serve_mail,
        Role.OUTBOX: serving.serve_outbox,
        Role.KNOWLEDGE: serving.serve_knowledge,
        Role.POST_OFFICE: serving.serve_post_office,
    }[role]
    serve_role(settings)


@app.command()
def train() -> None:
    """Train the Rasa model when its inputs changed."""
    from knowledge.library import load
    from okienko.places import ARTICLES
    from okienko.training import train as train_model

    model, new = train_model(start("train"), load(ARTICLES))
    typer.echo(f"{'trained' if new else 'up to date'}: {model}")


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="the question")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the whole result as JSON")] = False,
    batch: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="JSON lines, each with `q`")] = None,
    out: Annotated[Path | None, typer.Option(dir_okay=False, help="where the results of a batch go")] = None,
) -> None:
    """Ask through the same path as the chat; starts what is not running."""
    from okienko import asking

    if (question is None) == (batch is None) or (batch is not None) != (out is not None):
        raise CommandError("ask takes a question, or --batch with --out")
    with asking.chat(start("ask"), _say) as client:
        if batch is not None and out is not None:
            typer.echo(f"{asking.ask_file(client, batch, out)} questions answered in {out}")
        elif question is not None:
            result = asking.ask(client, question)
            typer.echo(json.dumps(result, ensure_ascii=False, indent=2) if as_json else result["text"])


@mail_app.command("parse")
def mail_parse(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="mails as files")],
    as_json: Annotated[bool, typer.Option("--json", help="one indented JSON object a file")] = False,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="one line of JSON a file")] = False,
) -> None:
    """Show what the parser makes of mails on disk; needs no server."""
    from mail_ingest.parsing.contract import as_contract
    from mail_ingest.parsing.mail import parse_mail

    for file in files:
        parsed = as_contract(str(file), parse_mail(file.read_bytes()))
        if as_json or jsonl:
            typer.echo(json.dumps(parsed, ensure_ascii=False, indent=None if jsonl else 2))
        else:
            senders = ", ".join(sender["address"] for sender in parsed["from"])
            typer.echo(f"{file}: {senders} | {parsed['subject']} | {parsed['lang']}\n{parsed['reply']}\n")


@mail_app.command("ingest")
def mail_ingest(once: Annotated[bool, typer.Option(help="drain the mailbox and end")] = False) -> None:
    """Bring the mailbox's mails in as tickets."""
    from okienko import serving
    from okienko.mail import build_mailroom

    settings = start("mail")
    if not once:
        serving.serve_mail(settings)
        return
    typer.echo(str(build_mailroom(settings).drain()))


@mail_app.command("count")
def mail_count() -> None:
    """Compare the mailbox with what was stored and what became of it; fails when a mail is missing."""
    from okienko.mail_count import compare

    agrees, lines = compare(start("mail"))
    for line in lines:
        typer.echo(line)
    if not agrees:
        raise CommandError("the counts do not agree")


@db_app.command("status")
def db_status() -> None:
    """Tell which migrations the database lacks, and whether older versions may go on beside them; changes nothing."""
    from okienko import schema
    from okienko.storage import build_database

    database = build_database(start("db"))
    lacking = schema.pending(database)
    typer.echo(f"the database is at revision {schema.current(database)}, this version at {schema.head()}")
    for one in lacking:
        beside = "older versions may go on beside it" if one.older_serve else "every older role must be stopped first"
        typer.echo(f"lacking: {one.revision} ({one.about}); {beside}")


@db_app.command("upgrade")
def db_upgrade(
    stopped: Annotated[
        bool, typer.Option("--roles-stopped", help="every role of the older version is stopped")
    ] = False,
) -> None:
    """Bring the database to this version's schema; refuses what older roles that still run could not stand."""
    from okienko import schema
    from okienko.storage import build_database

    database = build_database(start("db"))
    breaking = [one.revision for one in schema.pending(database) if not one.older_serve]
    if breaking and not stopped and schema.current(database) is not None:
        raise CommandError(
            f"older roles cannot go on beside migration {', '.join(breaking)}: stop every role on every node, "
            "then say --roles-stopped (docs/upgrade.md)"
        )
    schema.upgrade(database)
    typer.echo(f"the database is at revision {schema.current(database)}")


@tickets_app.command("reindex")
def reindex() -> None:
    """Read the words of every ticket anew for the full-text search, as after an upgrade that began to keep them."""
    from helpdesk.reindexing import reindex as read_anew
    from okienko.schema import check
    from okienko.storage import build_database

    database = build_database(start("tickets"))
    check(database)
    done = 0
    for done in read_anew(database):
        typer.echo(f"\r{done} tickets", nl=False)
    typer.echo(f"\r{done} tickets can be found by their words")


@staff_app.command("add")
def staff_add(
    login: Annotated[str, typer.Argument(help="the login name")],
    name: Annotated[str, typer.Option(help="the name that customers see")],
    queue: Annotated[list[Queue] | None, typer.Option(help="a speciality; may be given again; none means all")] = None,
    role: Annotated[StaffRole, typer.Option(help="what they do at the desk")] = StaffRole.CONSULTANT,
    password: Annotated[
        str,
        typer.Option(envvar=f"{PREFIX}STAFF_PASSWORD", prompt=True, hide_input=True, confirmation_prompt=True),
    ] = "",
) -> None:
    """Add somebody to the staff, or change one who is there."""
    from helpdesk.passwords import SHORTEST, problem_of
    from helpdesk.staff import add_staff
    from okienko.schema import check
    from okienko.storage import build_database, now

    problem = problem_of(password, login=login)
    if problem is not None:
        raise CommandError(f"the password needs at least {SHORTEST} characters and is not the login ({problem.value})")
    database = build_database(start("staff"))
    check(database)
    with database.session() as session:
        try:
            add_staff(session, login=login, name=name, password=password, queues=queue or [], now=now(), role=role)
        except LastAdministrator:
            raise CommandError(f"{login} is the last administrator; make somebody else one first") from None
        session.commit()
    typer.echo(f"{login.casefold()} can sign in at the desk")


@staff_app.command("reset")
def staff_reset(
    login: Annotated[str, typer.Argument(help="the login name")],
    second_factor: Annotated[
        bool, typer.Option("--second-factor", help="take the second factor away; it can be set up again")
    ] = False,
) -> None:
    """Let somebody in again: signs them out everywhere and takes away the lock after failures, audited."""
    from okienko.schema import check
    from okienko.staff_resets import let_in_again
    from okienko.storage import build_database, now

    database = build_database(start("staff"))
    check(database)
    try:
        let_in_again(database, login, second_factor=second_factor, now=now())
    except NotFound:
        raise CommandError(f"nobody active has the login {login}") from None
    typer.echo(f"{login.casefold()} can sign in again{' without the second factor' if second_factor else ''}")


def main() -> None:
    """Run the command line; every expected error is one line and status 1."""
    try:
        app()
    except DatabaseTooNew as problem:
        _fail(f"the database was migrated by a newer version (revision {problem}); update the program")
    except DatabaseOutdated:
        _fail("the database is not up to date; `okienko db upgrade` brings it there")
    except (ArgumentError, NoSuchModuleError):
        _fail(f"{PREFIX}DATABASE_URL: takes an SQLAlchemy URL such as postgresql+psycopg://user@host/okienko")
    except OperationalError as problem:
        _fail(f"the database does not answer ({PREFIX}DATABASE_URL): {str(problem.orig).splitlines()[0]}")
    except (KnowledgeError, MailError) as problem:
        _fail(str(problem) or type(problem).__name__)
    except httpx2.HTTPError as problem:
        _fail(f"the chat does not answer: {problem}")
    except CommandError as problem:
        _fail(str(problem))
    except OSError as problem:
        _fail(f"{problem.strerror or problem}: {problem.filename or ''}".rstrip(": "))


def _fail(line: str) -> None:
    typer.echo(f"okienko: {line}", err=True)
    sys.exit(1)
