"""A mail that comes in without a mailbox: stored and processed as the worker does."""

from itertools import count

from sqlalchemy import select

from helpdesk.database import Database
from helpdesk.tables import TicketMessage
from mail_ingest.office import Office
from mail_ingest.process import Processor
from mail_ingest.store import Fetched, Place, Portion, store
from tests.conftest import NOON
from tests.fakes import FakeUnderstander

_UIDS = count(1)
INBOX = Place("cot@zus.pl", "INBOX", 1)


def receive(database: Database, raw: bytes) -> TicketMessage:
    """Let a mail come in, and return the message that it became."""
    uid = next(_UIDS)
    with database.session() as session:
        (number,) = store(session, INBOX, Portion(uid, [Fetched(uid, raw)]), now=NOON)
        session.commit()
    Processor(database, FakeUnderstander(), Office("cot@zus.pl"), lambda: NOON).process(number)
    with database.reading() as session:
        return session.scalars(select(TicketMessage).where(TicketMessage.raw_mail_id == number)).one()
