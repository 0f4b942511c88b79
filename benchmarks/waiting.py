"""What it costs when one of many who wait is taken: the time until every widget shows its new place.

Usage: `.venv/bin/python -m benchmarks.waiting [how many]`. Everything runs in one process on a fresh SQLite file, with
lines whose sockets only count; so it is the gateway's own work that is measured.
"""

import asyncio
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from helpdesk import conversations
from helpdesk.database import Database
from helpdesk.hours import AlwaysOpen
from helpdesk.lifecycle import WaitOutcome
from helpdesk.queues import Queue
from okienko.schema import upgrade
from web.chat_line import Line
from web.gateway import Gateway
from web.lobby import Lobby
from web.push import LocalPush, queue_topic
from web.turns import Turns
from web.waiting_room import WaitingRoom

MOST = 1_000


class CountingSocket:
    """Takes what a line sends."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    async def send_json(self, frame: dict[str, Any]) -> None:
        """Keep a frame."""
        self.sent.append(frame)


def now() -> datetime:
    """Return the instant."""
    return datetime.now(UTC)


def fill(database: Database, how_many: int) -> list[int]:
    """Let customers wait; returns their conversations."""
    with database.session() as session:
        numbers = []
        for n in range(how_many):
            conversation = conversations.start(session, f"token-{n}", now=now())
            conversation.queue = Queue.BENEFITS
            conversations.wait_for_person(session, conversation, now=now())
            numbers.append(conversation.id)
        session.commit()
        return numbers


async def until_all(sockets: list[CountingSocket], frames: int) -> None:
    """Wait until every socket was sent so many frames."""
    while any(len(socket.sent) < frames for socket in sockets):
        await asyncio.sleep(0.01)


async def measure(database: Database, how_many: int) -> None:
    """Print the figures."""
    lobby = Lobby(database, AlwaysOpen(), now, "cot@zus.pl")
    push = LocalPush()
    gateway = Gateway(database, None, push, Turns(), lobby, now, 2000)
    room = WaitingRoom(database, AlwaysOpen(), now)
    numbers = fill(database, how_many)
    sockets = [CountingSocket() for _ in numbers]
    lines = [Line(socket, gateway, room) for socket in sockets]

    begun = time.perf_counter()
    for n, line in enumerate(lines):
        await line._join(f"token-{n}")
    await until_all(sockets, 1)
    print(f"{how_many} lines joined: {time.perf_counter() - begun:.2f} s")

    with database.session() as session:
        conversations.stop_waiting(session, numbers[0], now=now(), outcome=WaitOutcome.LEFT)
        session.commit()
    begun, worked = time.perf_counter(), time.process_time()
    await push.publish(queue_topic(Queue.BENEFITS))
    await until_all(sockets[1:], 2)
    print(
        f"one left, all others show their new place after {time.perf_counter() - begun:.2f} s "
        f"({room.gathering} s of it waited on purpose), {time.process_time() - worked:.2f} s of processor time"
    )

    begun, worked = time.perf_counter(), time.process_time()
    for n in range(1, 101):
        gateway.look(f"token-{n}")
    took, work = (time.perf_counter() - begun) * 10, (time.process_time() - worked) * 10
    print(f"reading a whole conversation instead: {took:.1f} ms ({work:.1f} ms of processor time) each")
    for line in lines:
        for task in (line.watching, line.following):
            if task is not None:
                task.cancel()


def main() -> None:
    """Measure with as many as the command line says."""
    how_many = int(sys.argv[1]) if len(sys.argv) > 1 else MOST
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'waiting.db'}")
        upgrade(database)
        asyncio.run(measure(database, how_many))
        database.close()


if __name__ == "__main__":
    main()
