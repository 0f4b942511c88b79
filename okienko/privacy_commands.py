"""Commands of privacy: keys, retention, and one person's data."""

import typer

from okienko.errors import CommandError
from okienko.starting import start

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
