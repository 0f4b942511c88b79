"""Commands of privacy: keys, retention, and one person's data."""

from pathlib import Path
from typing import Annotated

import typer

from helpdesk.errors import NotFound
from okienko.errors import CommandError
from okienko.starting import start

retention_app = typer.Typer(no_args_is_help=True, help="The deletion of what is kept no longer.")
person_app = typer.Typer(no_args_is_help=True, help="One person's data, on request.")
secrets_app = typer.Typer(no_args_is_help=True, help="The keys that seal personal data.")


Address = Annotated[str | None, typer.Option(help="the person's mail address")]
Pue = Annotated[str | None, typer.Option("--pue", help="the person's PUE identifier")]


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
    from okienko.schema import check
    from okienko.storage import build_database

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


@person_app.command("export")
def export_person(
    out: Annotated[Path, typer.Option(dir_okay=False, help="the ZIP file to write; it must not exist")],
    address: Address = None,
    pue: Pue = None,
) -> None:
    """Write everything that is held of one person into a ZIP file that only its owner can read."""
    from okienko.person import export

    _one_of(address, pue)
    try:
        count = export(start("person"), out, address=address, pue_id=pue)
    except NotFound:
        raise CommandError("nothing is known of this person") from None
    except FileExistsError:
        raise CommandError(f"{out} exists already") from None
    typer.echo(f"{count} records and files in {out}")


@person_app.command("delete")
def delete_person(
    reason: Annotated[str, typer.Option(help="why, such as the number of the request; no personal data")],
    address: Address = None,
    pue: Pue = None,
) -> None:
    """Delete everything that is held of one person, in every copy, and prove it."""
    from okienko.person import erase

    _one_of(address, pue)
    if len(reason.strip()) < 5:
        raise CommandError("the reason says nothing")
    try:
        proof = erase(start("person"), reason, address=address, pue_id=pue)
    except NotFound:
        raise CommandError("nothing is known of this person") from None
    typer.echo(
        f"deleted: {proof.deleted or 'nothing'}; found afterwards: {proof.found_afterwards}; proof: {proof.file}"
    )
    if proof.found_afterwards:
        raise CommandError("not everything could be deleted")


def _one_of(address: str | None, pue: str | None) -> None:
    if (address is None) == (pue is None):
        raise CommandError("takes either --address or --pue")
