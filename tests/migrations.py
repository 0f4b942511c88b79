"""Migrations invented for tests: the folder of the real ones, with one more of a version that is to come."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Engine, inspect
from sqlalchemy.engine.interfaces import ReflectedColumn

from okienko.places import MIGRATIONS
from okienko.schema import head

ADDING = """
    op.create_table('thank_you', sa.Column('id', sa.Integer(), primary_key=True), sa.Column('words', sa.Text()))
    op.add_column('chat_message', sa.Column('mood', sa.String(length=20), nullable=True))
    op.add_column('conversation', sa.Column('rank', sa.Integer(), nullable=False, server_default='0'))
"""
BREAKING = """
    with op.batch_alter_table('chat_message') as table:
        table.alter_column('client_id', new_column_name='widget_id')
"""
FUTURE = "9999_future"


def with_one_more(folder: Path, steps: str, *, older_serve: bool) -> Path:
    """Return a copy of the migrations with a further one that takes these steps."""
    migrations = folder / "migrations"
    shutil.copytree(MIGRATIONS, migrations, ignore=shutil.ignore_patterns("__pycache__"))
    add(migrations, steps, older_serve=older_serve)
    return migrations


def add(migrations: Path, steps: str, *, older_serve: bool) -> None:
    """Write the further migration into a folder of migrations."""
    (migrations / "versions" / f"{FUTURE}.py").write_text(
        f'"""a version that is to come."""\n\nimport sqlalchemy as sa\nfrom alembic import op\n\n'
        f"revision = {FUTURE!r}\ndown_revision = {head()!r}\nolder_versions_serve = {older_serve}\n\n\n"
        f"def upgrade() -> None:\n{steps}\n\ndef downgrade() -> None:\n    pass\n",
        encoding="utf-8",
    )


def snapshot(engine: Engine) -> dict[str, dict[str, ReflectedColumn]]:
    """Return the columns of each table."""
    looked = inspect(engine)
    return {table: {one["name"]: one for one in looked.get_columns(table)} for table in looked.get_table_names()}


def breaks(
    before: dict[str, dict[str, ReflectedColumn]], after: dict[str, dict[str, ReflectedColumn]]
) -> Sequence[str]:
    """Return what of a change the version before could not stand; nothing when it only adds.

    It may find further tables, and further columns of its own tables that need no value from it.
    """
    found = [f"{table} is gone" for table in before.keys() - after.keys()]
    for table in before.keys() & after.keys():
        old, new = before[table], after[table]
        found += [f"{table}.{name} is gone" for name in old.keys() - new.keys()]
        found += [f"{table}.{name} is another type" for name in old if name in new and _differ(old[name], new[name])]
        found += [f"{table}.{name} needs a value" for name in new.keys() - old.keys() if not _fills_itself(new[name])]
    return found


def _differ(old: ReflectedColumn, new: ReflectedColumn) -> bool:
    return str(old["type"]) != str(new["type"]) or (old["nullable"] and not new["nullable"])


def _fills_itself(column: ReflectedColumn) -> bool:
    return column["nullable"] or column["default"] is not None
