"""Closing the database while a unit of work is under way."""

import threading

from sqlalchemy import event, text

from helpdesk.database import Database
from tests.conftest import SEALER


def test_closing_waits_for_a_unit_of_work_and_leaves_no_connection_open(database_url: str) -> None:
    database = Database(database_url, SEALER)
    opened: list[object] = []
    closed: list[object] = []
    event.listen(database.engine, "connect", lambda connection, _record: opened.append(connection))
    event.listen(database.engine, "close", lambda connection, _record: closed.append(connection))
    begun, go_on = threading.Event(), threading.Event()

    def work() -> None:
        with database.reading() as session:
            session.execute(text("SELECT 1"))
            begun.set()
            go_on.wait(10)

    at_work = threading.Thread(target=work)
    at_work.start()
    begun.wait(10)
    closing = threading.Thread(target=database.close)
    closing.start()
    go_on.set()
    closing.join(10)
    at_work.join(10)

    assert opened
    assert closed == opened
