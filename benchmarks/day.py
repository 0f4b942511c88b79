"""A day of the office, replayed: 16,000 customers in the chat and 4,800 mails, in the real order and proportions.

Usage: `.venv/bin/python -m benchmarks.day [--share 1.0] [--speed 14] [--write]`. The day has the shape of a working
day: nearly all between 7 and 18 o'clock, its busiest minute ten times the mean of the day. Each minute is replayed as
fast as `--speed` messages a second allow, so quiet hours pass quickly and the busiest minute runs faster than it would
in reality; how much faster is told. Everything runs on this machine: Rasa, actions, web, mail, outbox, PostgreSQL,
Dovecot, an SMTP server and the customers. Afterwards every message and every mail is looked for.
"""

import argparse
import random
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from benchmarks import paper
from benchmarks.counting import Kept, all_filed
from benchmarks.customers import Line, OurCustomer
from benchmarks.house import House, house
from benchmarks.mails import mails
from benchmarks.two_nodes import smtp_server
from knowledge.question_sets import HELD_OUT, read_questions
from tests.servers import postgres
from tests.servers.dovecot import DovecotServer, dovecot
from tests.servers.ports import eventually, free_port

CUSTOMERS, MAILS = 16_000, 4_800
MESSAGES = (1, 1, 2, 2, 2, 3, 3, 4)
"""Messages of a customer, one of these each time: two and a quarter in the mean."""
THINKS = 2.0
"""Seconds of the replay between an answer and the customer's next message."""
MINUTES = 24 * 60
OPEN, CLOSE, BUSIEST = 7 * 60, 18 * 60, 9 * 60 + 30
PEAK = 10.0
"""How many times the mean of the day its busiest minute is."""
SETTLE = 900.0


def shape() -> list[float]:
    """Return the share of the day that each of its minutes has: a flat night, a hump, and a peak in the morning."""
    hump = [0.06 + 0.94 * (OPEN <= minute < CLOSE) for minute in range(MINUTES)]
    mean = sum(hump) / MINUTES
    peak = [max(0.0, 1 - abs(minute - BUSIEST) / 45) for minute in range(MINUTES)]
    # The peak stands on top of the day, and what it takes is taken from all minutes alike.
    highest, area = 1.0 / mean, sum(peak) / MINUTES
    height = (PEAK - highest) / (1 - highest * area)
    rest = 1 - area * height
    return [(part / mean * rest + extra * height) / MINUTES for part, extra in zip(hump, peak, strict=True)]


@dataclass
class Chat:
    """A customer's conversation: when it begins in the replay, in which minute of the day, and what is said."""

    at: float
    minute: int
    said: Sequence[str]
    token: str = ""
    took: list[float] = field(default_factory=list)
    failed: str = ""


def plan(share: float, speed: float, chance: random.Random) -> tuple[list[Chat], list[float], float]:
    """Return the conversations and the instants of the mails, in seconds of the replay, and how long that takes."""
    words = [question.text for question in read_questions(HELD_OUT) if question.articles]
    chats: list[Chat] = []
    posts: list[float] = []
    begin, owed, owed_mail = 0.0, 0.0, 0.0
    for minute, part in enumerate(shape()):
        owed += CUSTOMERS * share * part
        owed_mail += MAILS * share * part
        number, number_mail = int(owed), int(owed_mail)
        owed, owed_mail = owed - number, owed_mail - number_mail
        said = [
            [f"{chance.choice(words)} ({len(chats) + one}, {turn})" for turn in range(chance.choice(MESSAGES))]
            for one in range(number)
        ]
        # A mail is about as much work as two messages.
        lasts = (sum(map(len, said)) + 2 * number_mail) / speed
        chats += [Chat(begin + chance.random() * lasts, minute, one) for one in said]
        posts += [begin + chance.random() * lasts for _ in range(number_mail)]
        begin += lasts
    return sorted(chats, key=lambda chat: chat.at), sorted(posts), begin


def live(port: int, chat: Chat) -> None:
    """Let one customer say everything."""
    try:
        customer = OurCustomer(Line(port))
        for turn, words in enumerate(chat.said):
            if turn:
                time.sleep(THINKS)
            begun = time.perf_counter()
            customer.say(words)
            chat.took.append(time.perf_counter() - begun)
            chat.token = customer.token or ""
    except OSError as problem:
        chat.failed = str(problem)


def replay(
    running: House, mailbox: DovecotServer, chats: Sequence[Chat], posts: Sequence[float], content: Sequence[bytes]
) -> float:
    """Replay the day; returns the seconds it took, the last answer included."""
    begun = time.monotonic()

    def deliver() -> None:
        with mailbox.client() as client:
            for at, mail in zip(posts, content, strict=True):
                time.sleep(max(0.0, begun + at - time.monotonic()))
                client.append("INBOX", mail)

    postman = threading.Thread(target=deliver)
    postman.start()
    with ThreadPoolExecutor(400) as pool:
        for chat in chats:
            time.sleep(max(0.0, begun + chat.at - time.monotonic()))
            pool.submit(live, running.port, chat)
    postman.join()
    return time.monotonic() - begun


def report(chats: list[Chat], speed: float, share: float, took: float) -> str:
    """Return the times of answers by the part of the day."""
    parts = shape()
    per_minute = sum(MESSAGES) / len(MESSAGES) * CUSTOMERS
    hours = {
        "night (0–7, 18–24)": [chat for chat in chats if not OPEN <= chat.minute < CLOSE],
        "day (7–18)": [chat for chat in chats if OPEN <= chat.minute < CLOSE],
        "peak (8.45–10.15)": [chat for chat in chats if abs(chat.minute - BUSIEST) <= 45],
        "busiest quarter of an hour": [chat for chat in chats if abs(chat.minute - BUSIEST) <= 7],
    }
    rows = []
    for name, some in hours.items():
        times = sorted(taken for chat in some for taken in chat.took)
        cuts = quantiles(times, n=100)
        rows.append([name, len(times), f"{cuts[49] * 1000:.0f}", f"{cuts[94] * 1000:.0f}", f"{times[-1] * 1000:.0f}"])
    busiest = max(parts) * per_minute / 60
    head = ["part of the day", "messages", "median, ms", "p95, ms", "longest, ms"]
    return (
        f"{len(chats):,} customers ({share:.0%} of a day) in {took / 60:.0f} minutes, {speed:.0f} messages a second. In"
        f" reality the busiest minute of a whole day has {busiest:.1f} messages a second.\n\n{paper.table(head, rows)}"
    )


def main() -> None:
    """Replay, count, and fail when something was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--share", type=float, default=1.0, help="of the day's customers and mails")
    parser.add_argument("--speed", type=float, default=14.0, help="messages a second; a mail counts as two")
    parser.add_argument("--write", action="store_true", help="into docs/performance.md")
    asked = parser.parse_args()
    programs = postgres.programs()
    if programs is None:
        sys.exit("PostgreSQL is not installed")
    chats, posts, lasts = plan(asked.share, asked.speed, random.Random(8))
    content = list(mails(len(posts)))
    print(
        f"{len(chats)} customers, {sum(len(chat.said) for chat in chats)} messages, {len(posts)} mails, {lasts:.0f} s"
    )
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        cluster = stack.enter_context(postgres.postgres(programs, durable=True))
        mailbox = stack.enter_context(dovecot())
        port = free_port()
        smtp = smtp_server(port, folder / "letters")
        stack.callback(smtp.kill)
        smtp.start()
        smtp.wait()
        urls = {"IMAP_URL": mailbox.url, "SMTP_URL": f"smtp://127.0.0.1:{port}?tls=no"}
        running = stack.enter_context(house(cluster, "day", mail=True, **urls))
        took = replay(running, mailbox, chats, posts, content)
        kept = Kept()
        with running.database.reading() as session:
            for chat in chats:
                kept.add(session, chat.token, chat.said)
        found = report(chats, asked.speed, asked.share, took) + told_of_mails(running, len(posts), folder / "letters")
    failed = [chat.failed for chat in chats if chat.failed]
    found += (
        f"\n\nMessages lost: {kept.lost}, doubled: {kept.doubled}, out of order: {kept.disordered}, without an answer:"
        f" {kept.unanswered}, told that the bot is away: {kept.late}, failed requests: {len(failed)}."
    )
    print(found)
    if asked.write:
        paper.write("day", f"{paper.machine()}.\n\n{found}")
    if failed or not kept.is_whole:
        sys.exit(f"not everything was kept: {kept}, {failed[:3]}")


def told_of_mails(running: House, many: int, folder: Path) -> str:
    """Wait until all mails are filed and answered, and tell how long after the last one that was."""
    begun = time.monotonic()

    def found() -> tuple[int, int]:
        with running.database.reading() as session:
            return all_filed(session)

    with suppress(AssertionError):
        eventually(lambda: found()[0] >= many, SETTLE)
    after, (once, again) = time.monotonic() - begun, found()
    sent = sum(1 for _ in folder.glob("new/*"))
    return (
        f"\n\n{many:,} mails: {once:,} filed, the last of them {after:.0f} s after the last customer's last answer,"
        f" {again} of them twice; {sent:,} letters went out."
    )


if __name__ == "__main__":
    main()
