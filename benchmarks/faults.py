"""What customers notice when a part of a house of two nodes is stopped or killed while they write.

Usage: `.venv/bin/python -m benchmarks.faults [--only PART…] [--write]`. Runs two whole nodes (web, Rasa, actions, mail,
outbox) behind HAProxy on PostgreSQL, Redis, Dovecot and an SMTP server. For each part: customers talk over WebSocket
and over HTTP, and mails arrive; the part is stopped (SIGTERM) or killed (SIGKILL), is away for some seconds and comes
back. Then every message that a customer said is looked for in the database, and every mail among the tickets and
letters.
"""

import argparse
import asyncio
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, field

from benchmarks import paper
from benchmarks.counting import Kept, filed, letters
from benchmarks.two_nodes import LETTERS, TwoNodes, two_nodes
from knowledge.question_sets import HELD_OUT, read_questions
from tests.integration.deploy.customers import Talk, answered, talk_over_http, talk_over_websocket
from tests.integration.deploy.newer import migrate, newer_version
from tests.servers.ports import eventually

LINES, CALLERS = 6, 4
"""Customers with a WebSocket, and such whose network allows none."""
BREATH = 0.6
BEFORE, AWAY, AFTER = 3.0, 4.0, 5.0
"""Seconds under load before the fault, without the part, and with it again."""
MAIL_EVERY = 1.0
SETTLE = 180.0
"""Seconds in which all mails must have become tickets, and their letters have gone out."""
WORDS = [question.text for question in read_questions(HELD_OUT) if question.articles]


@dataclass
class Result:
    """What came of one fault.

    Attributes:
        part: which part.
        how: what was done to it.
        kept: what became of the customers' messages.
        refused: responses that asked to try again, and connections that could not be made.
        silence: the longest time from a message to its answer, in seconds.
        recovery: seconds from the fault until the part was ready again; it was away for some of them.
        mails: how many arrived in the mailbox meanwhile.
        mails_lost: how many of them became nothing.
        letters_doubled: how many were answered twice.
    """

    part: str
    how: str
    kept: Kept = field(default_factory=Kept)
    refused: int = 0
    silence: float = 0.0
    recovery: float = 0.0
    mails: int = 0
    mails_lost: int = 0
    letters_doubled: int = 0


@dataclass
class Post:
    """Delivers a mail every second to the office, however long that takes."""

    house: TwoNodes
    name: str
    sent: list[str] = field(default_factory=list)
    enough: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Deliver until it is enough."""
        while not self.enough.wait(MAIL_EVERY):
            number = len(self.sent)
            address = f"{self.name}.{number}@example.org"
            body = (
                f"From: Jan Wymyślony <{address}>\nTo: cot@zus.pl\nSubject: Pytanie\n"
                f"Message-ID: <{self.name}.{number}@example.org>\nDate: Mon, 30 Nov 2026 10:00:00 +0100\n"
                f"Content-Type: text/plain; charset=utf-8\n\n{WORDS[number % len(WORDS)]}\n"
            ).encode()
            while True:
                try:
                    self.house.mailbox.deliver(body)
                    break
                except OSError:
                    time.sleep(0.5)
                except Exception as problem:  # the client's own kinds, while the server goes away
                    if "closed" not in str(problem) and "socket" not in str(problem):
                        raise
                    time.sleep(0.5)
            self.sent.append(address)


async def under_load(house: TwoNodes, name: str, deed: Callable[[], None]) -> Sequence[Talk]:
    """Let customers talk while something happens."""
    enough = asyncio.Event()

    def phrase(customer: str, number: int) -> str:
        return f"{WORDS[(sum(map(ord, customer)) * 31 + number) % len(WORDS)]} ({customer}, {number})"

    talks = [
        Talk(f"{name}{letter}", answered, phrase, BREATH, True) for letter in "abcdefghijklmnop"[: LINES + CALLERS]
    ]
    talking = [
        asyncio.create_task(
            (talk_over_websocket if n < LINES else talk_over_http)(house.url, house.trust, talk, enough)
        )
        for n, talk in enumerate(talks)
    ]
    try:
        await asyncio.to_thread(deed)
    finally:
        enough.set()
    await asyncio.gather(*talking)
    return talks


def kill(house: TwoNodes, part: str) -> None:
    """Kill a part, and start it again after a while."""
    house.parts[part].kill()
    _come_back(house, part)


def stop(house: TwoNodes, part: str) -> None:
    """Stop a part as a service manager does, and start it again after a while."""
    # PostgreSQL takes SIGINT for "end now, and let nobody finish"; SIGTERM would wait for all clients.
    house.parts[part].tell_to_end(signal.SIGINT if part == "PostgreSQL" else signal.SIGTERM)
    house.parts[part].wait_ended(90)
    _come_back(house, part)


def _come_back(house: TwoNodes, part: str) -> None:
    time.sleep(AWAY)
    house.parts[part].start()
    house.parts[part].wait()


def upgrade(house: TwoNodes, _part: str) -> None:
    """Migrate with a newer version, and put it on both nodes, one after the other."""
    program = newer_version(house.folder)
    migrate(program, house.environment)
    for letter in LETTERS:
        own = [daemon for name, daemon in house.parts.items() if name.endswith(f" {letter}")]
        # The web role first: it tells the proxy, and needs the others until its last answer.
        for daemon in sorted(own, key=lambda daemon: "web" not in daemon.command):
            daemon.tell_to_end()
            daemon.wait_ended(90)
            daemon.folder = program
        for daemon in own:
            daemon.start()
        for daemon in own:
            daemon.wait()
        eventually(lambda letter=letter: house.proxy.state("whole", letter) == "UP", 120)


DEEDS = {"killed": kill, "stopped": stop, "upgraded": upgrade}


def fault(house: TwoNodes, part: str, how: str) -> Result:
    """Bring one fault about under load and count what came of it."""
    result = Result(part, how)
    name = "".join(filter(str.isalpha, f"{part}{how}".lower()))
    post = Post(house, name)

    def deed() -> None:
        time.sleep(BEFORE)
        begun = time.monotonic()
        DEEDS[how](house, part)
        result.recovery = time.monotonic() - begun
        time.sleep(AFTER)

    thread = threading.Thread(target=post.run)
    thread.start()
    try:
        talks = asyncio.run(under_load(house, name, deed))
    finally:
        post.enough.set()
        thread.join()
    with house.database.reading() as session:
        for talk in talks:
            result.kept.add(session, talk.token, talk.said)
            refusals = (
                [status for status in talk.statuses if status != 200],
                [code for code in talk.closings if code != 1012],
            )
            result.refused += sum(map(len, refusals))
            result.silence = max(result.silence, talk.silence)
    settle(house, post, result)
    return result


def settle(house: TwoNodes, post: Post, result: Result) -> None:
    """Wait until the mails are filed and answered, and count them."""
    own = set(post.sent)

    def arrived() -> set[str]:
        with house.database.reading() as session:
            return filed(session, own)

    try:
        eventually(lambda: len(arrived()) == len(own) == len(letters(house.letters, own)), SETTLE)
    except AssertionError:
        print(
            f"  after {SETTLE:.0f} s: {len(arrived())} of {len(own)} filed, {len(letters(house.letters, own))} answered"
        )
    result.mails, result.mails_lost = len(own), len(own) - len(arrived())
    result.letters_doubled = sum(many > 1 for many in letters(house.letters, own).values())


FAULTS = [
    *((part, how) for part in ("web a", "rasa a", "actions a") for how in ("stopped", "killed")),
    *((part, how) for part in ("Redis", "PostgreSQL") for how in ("stopped", "killed")),
    ("Dovecot", "killed"),
    ("mail a", "killed"),
    ("SMTP", "killed"),
    ("outbox a", "stopped"),
    ("both nodes, one by one", "upgraded"),
]
"""What is done to which part. What an outbox had claimed when it was killed, another one sends ten minutes later."""
HEAD = (
    *("part", "how", "messages", "lost", "doubled", "out of order", "unanswered", "told to wait"),
    *("refused and sent again", "longest silence, s", "ready again after, s", "mails", "lost", "answered twice"),
)


def table(results: Sequence[Result]) -> str:
    """Return the results as a table."""
    rows = [
        [one.part, one.how, *astuple(one.kept), one.refused,
         f"{one.silence:.1f}", f"{one.recovery:.1f}", one.mails, one.mails_lost, one.letters_doubled]
        for one in results
    ]  # fmt: skip
    return paper.table(HEAD, rows)


def main() -> None:
    """Bring about every fault, print the table, and fail when something was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", default=[], help="parts, such as `Redis` or `web a`")
    parser.add_argument("--write", action="store_true", help="into docs/performance.md")
    asked = parser.parse_args()
    results = []
    with two_nodes() as house:
        for part, how in FAULTS:
            if not asked.only or part in asked.only:
                results.append(fault(house, part, how))
                print(results[-1], flush=True)
    found = table(results)
    print(found)
    if asked.write:
        paper.write("faults", f"{paper.machine()}.\n\n{found}")
    if any(one.mails_lost or one.letters_doubled or not one.kept.is_whole for one in results):
        sys.exit("something was lost, doubled, disordered or left without an answer")


if __name__ == "__main__":
    main()
