"""Commands of privacy: keys, retention, and one person's data."""

from typing import Annotated

import typer

from okienko.errors import CommandError
from okienko.starting import start

retention_app = typer.Typer(no_args_is_help=True, help="The deletion of what is kept no longer.")
secrets_app = typer.Typer(no_args_is_help=True, help="The keys that seal personal data.")


@secrets_app.command("new-key")
def new_key() -> None:
    """Print a fresh key, to be put in front of the others in OKIENKO_SECRET_KEYS."""
    from helpdesk.sealing import new_key as make_key

    typer.echo(make_key())


@secrets_app.command("rotate")
def rotate() -> None:
    """Seal everything with the newest key; may be broken off and begun again."""
    from helpdesk.errors import SealBroken
    from helpdesk.rotation import rotate as rotate_all
    from okienko.bootstrap import build_database
    from okienko.schema import check

    database = build_database(start("secrets"))
    check(database)
    try:
        renewed = rotate_all(database)
    except SealBroken:
        raise CommandError("a value was sealed with a key that OKIENKO_SECRET_KEYS does not hold") from None
    for column, count in renewed.items():
        typer.echo(f"{column}: {count} sealed anew")
    typer.echo("everything is sealed with the newest key; the older ones are needed no more")


@retention_app.command("run")
def run_retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only count what is due")] = False,
) -> None:
    """Delete what is kept no longer in every copy, and prove it; the outbox role does so once a day."""
    from okienko.bootstrap import build_retention
    from okienko.schema import check

    retention = build_retention(start("retention"))
    check(retention.database)
    left = 0
    for kind, outcome in retention.run(dry=dry_run).items():
        left += outcome.found_afterwards
        typer.echo(f"{kind}: kept {outcome.days} days, due {outcome.due}, found afterwards: {outcome.found_afterwards}")
    if left and not dry_run:
        raise CommandError("not everything could be deleted")
