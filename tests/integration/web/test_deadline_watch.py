"""The watch over the deadlines: it hints the desk when it told somebody, and goes on after trouble."""

import asyncio
import contextlib
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from helpdesk import escalation, tickets
from helpdesk.database import Database
from helpdesk.escalation import Looked
from helpdesk.queues import Queue
from helpdesk.tables import Ticket
from helpdesk.tickets import NewTicket
from tests.conftest import NOON
from web.deadline_watch import watch_deadlines
from web.push import DESK, LocalPush


async def hinted(database: Database) -> None:
    """Watch until the desk is hinted."""
    push = LocalPush()
    async with push.subscribe(DESK) as hint:
        watch = asyncio.create_task(watch_deadlines(database, push, lambda: NOON + timedelta(hours=5), every=0.01))
        await asyncio.wait_for(hint.wait(), 60)
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch


def test_desk_is_hinted_of_a_broken_deadline_also_after_a_failed_look(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.session() as session:
        ticket = tickets.open_ticket(session, NewTicket(Queue.BENEFITS, "x", "anna@example.com"), now=NOON)
        session.commit()
    looks, look = [], escalation.look

    def fail_first(*given: object) -> Looked:
        looks.append(given)
        if len(looks) == 1:
            raise OperationalError("SELECT 1", {}, Exception("away"))
        return look(*given)

    monkeypatch.setattr(escalation, "look", fail_first)

    asyncio.run(hinted(database))

    with database.reading() as session:
        assert session.get_one(Ticket, ticket.id).escalated_at == NOON + timedelta(hours=5)
