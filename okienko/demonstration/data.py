"""Loads the demonstration's people into the database and keeps the password that was made for them."""

import secrets
from dataclasses import dataclass
from pathlib import Path

import yaml
from sqlalchemy import select

from helpdesk import canned
from helpdesk.database import Database
from helpdesk.identity import load_accounts
from helpdesk.lifecycle import Role
from helpdesk.queues import Queue
from helpdesk.staff import add_staff
from helpdesk.tables import Staff
from okienko.places import DEMONSTRATION
from okienko.storage import now


@dataclass(frozen=True)
class SignIn:
    """How to sign in at the desk of the demonstration."""

    login: str
    password: str


def load_demonstration(database: Database, folder: Path) -> SignIn:
    """Load accounts, consultants and canned answers that are not there yet; returns a sign-in to try.

    Args:
        database: where to load them.
        folder: the data folder, which keeps the password between starts.
    """
    accounts = yaml.safe_load((DEMONSTRATION / "accounts.yaml").read_text(encoding="utf-8"))
    people = yaml.safe_load((DEMONSTRATION / "staff.yaml").read_text(encoding="utf-8"))
    file = folder / "demonstration-password"
    is_new, password = not file.exists(), _password(file)
    with database.session() as session:
        load_accounts(session, accounts, now=now())
        # What was changed at the desk stays; only a new password is given to everybody.
        known = set() if is_new else set(session.scalars(select(Staff.login)))
        for person in people:
            if person["login"] in known:
                continue
            queues = [Queue(name) for name in person["queues"]]
            add_staff(
                session,
                login=person["login"],
                name=person["name"],
                password=password,
                queues=queues,
                now=now(),
                role=Role(person.get("role", Role.CONSULTANT.value)),
            )
        canned.load_first_set(session, by=None, now=now())
        session.commit()
    return SignIn(people[0]["login"], password)


def _password(file: Path) -> str:
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(9), encoding="ascii")
    return file.read_text(encoding="ascii")
