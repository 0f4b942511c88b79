"""The count that must always agree, made anew: the mailbox's UIDs beside what was stored and what became of it."""

from collections.abc import Sequence

from helpdesk import overview
from helpdesk.database import Database
from mail_ingest import store
from mail_ingest.mailbox import open_mailbox
from mail_ingest.server_url import MailServer
from okienko.mail import mail_servers
from okienko.schema import check
from okienko.settings import Settings
from okienko.storage import build_database


def compare(settings: Settings) -> tuple[bool, Sequence[str]]:
    """Return whether every mail is accounted for, and the counts as lines for a person at a terminal.

    Raises:
        MailError: when a folder cannot be read.
        BadSetting: for an unusable address of the mailbox.
    """
    database = build_database(settings)
    check(database)
    agrees, lines = True, []
    for server in mail_servers(settings):
        missing, line = _folder(server, database)
        agrees = agrees and not missing
        lines.append(line)
    with database.reading() as session:
        counts = overview.mail_counts(session)
    parts = counts.unprocessed + counts.joined + counts.set_aside + counts.other
    lines.append(
        f"stored {counts.stored} = in tickets {counts.joined} + set aside {counts.set_aside} + own and others "
        f"{counts.other} + not processed yet {counts.unprocessed}"
    )
    database.close()
    return agrees and counts.stored == parts, lines


def _folder(server: MailServer, database: Database) -> tuple[int, str]:
    with open_mailbox(server) as mailbox:
        with database.reading() as session:
            watermark = store.watermark(session, mailbox.place)
        old, new = mailbox.uids(watermark), mailbox.new_uids(watermark)
        with database.reading() as session:
            missing = len(store.gaps(session, mailbox.place, old))
    line = f"{server.folder}: {len(old) + len(new)} in the mailbox, {len(new)} not read yet, {missing} missing"
    return missing, line
