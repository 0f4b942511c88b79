"""`okienko backup`: saving what the house holds, and bringing it back."""

from pathlib import Path
from typing import Annotated

import typer

from okienko.errors import CommandError
from okienko.keys import key_texts
from okienko.starting import start

backup_app = typer.Typer(no_args_is_help=True, help="Backups of the database and of the blobs, without the keys.")


@backup_app.command("create")
def create(
    place: Annotated[Path, typer.Argument(file_okay=False, help="the folder that holds the backups")],
    keep: Annotated[int, typer.Option(min=0, help="how many backups stay there, this one included; 0: all")] = 0,
) -> None:
    """Save the database and the blobs into a new folder, while everything runs; the keys are not in it."""
    from okienko.backup.making import make
    from okienko.storage import build_database, now

    settings = start("backup")
    made = make(build_database(settings), place, keys=key_texts(settings), keep=keep, now=now())
    rows, tables = sum(made.manifest.rows.values()), len(made.manifest.rows)
    typer.echo(f"{made.folder}: {rows} rows of {tables} tables, {made.manifest.blobs} files of blobs")
    for old in made.removed:
        typer.echo(f"removed {old}")
    typer.echo(f"it can be opened only with the keys {', '.join(made.manifest.keys)}: keep them, and elsewhere")


@backup_app.command("restore")
def restore(folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="one backup")]) -> None:
    """Bring a backup back into an empty database (and an empty folder of blobs), and count that all of it is there."""
    from okienko.backup import restoring
    from okienko.storage import build_database

    settings = start("backup")
    database = build_database(settings)
    manifest = restoring.restore(database, folder, keys=key_texts(settings))
    found = restoring.examine(database, manifest)
    typer.echo(f"restored: the state of {manifest.made_at}, {sum(manifest.rows.values())} rows, {found.blobs} blobs")
    if found.queued:
        typer.echo(
            f"{found.queued} letters and text messages wait to be sent; some may have gone out since the backup. "
            "Look through them before you start the role outbox (docs/backup.md)"
        )
    if not found.whole:
        problems = [*found.differing, *(sha256[:12] for sha256 in found.unreadable)]
        raise CommandError(f"not everything is there: {', '.join(problems) or 'the count of the mails'}")


@backup_app.command("check")
def check(folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="one backup")]) -> None:
    """Tell whether a backup is whole, and with which keys it can be opened; needs no database."""
    from okienko.backup.making import BLOBS, files_of
    from okienko.backup.manifest import Manifest

    manifest = Manifest.read(folder)
    found = sum(1 for _ in files_of(folder / BLOBS))
    if found != manifest.blobs:
        raise CommandError(f"{found} files of blobs are there instead of {manifest.blobs}")
    rows = sum(manifest.rows.values())
    typer.echo(f"whole: made at {manifest.made_at}, schema {manifest.revision}, {rows} rows, {found} files of blobs")
    typer.echo(f"keys: {', '.join(manifest.keys)}")
