"""Mails delivered to Dovecot until their tickets are committed, beside django-helpdesk and beside bare reading.

Usage: `.venv/bin/python -m benchmarks.mail [--mails 400] [--repeats 3] [--write]`, and with `--growth` instead: the
cost of a mail at 1,000, 10,000 and 100,000 tickets. Dovecot, PostgreSQL and Rasa are started as the tests do; with
`--rasa URL` a running one is asked. django-helpdesk is installed into `.data/benchmarks/`. `--write` puts either
table into `docs/performance.md`.
"""

import argparse
import imaplib
import json
import logging
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from multiprocessing import active_children
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import structlog

from benchmarks import mail_growth, paper
from benchmarks.house import fresh_database, processor_seconds
from benchmarks.mails import mails
from knowledge.library import load
from okienko.mail import build_worker
from okienko.parts import chat_parts, child_environment
from okienko.places import ARTICLES, ROOT
from okienko.schema import upgrade
from okienko.settings import Settings
from okienko.storage import build_database
from okienko.supervisor import Supervisor
from okienko.training import train
from scripts.install import find_uv
from tests.servers import postgres
from tests.servers.dovecot import DovecotServer, dovecot
from tests.servers.ports import free_port
from understanding.service import RasaUnderstander

MAIL, GROWTH = "mail", "mail growth"
"""The names of the places in it that the two tables have."""
PEER = ROOT / ".data" / "benchmarks" / "django-helpdesk"
OURS_SQLITE, OURS_POSTGRES = "Okienko, understanding on, SQLite", "Okienko, understanding on, PostgreSQL"
DJANGO, BARE = "django-helpdesk `get_email`, SQLite", "bare fetch and parse (imaplib, email)"


@dataclass(frozen=True)
class Run:
    """One contestant's pass over the mails; processor seconds of all processes that work for it, Dovecot's left out."""

    seconds: float
    processor: float
    tickets: int


def bare(server: DovecotServer) -> Run:
    """Read and parse every mail, and do nothing with it."""
    begun, worked = time.perf_counter(), time.process_time()
    client = imaplib.IMAP4(server.host, server.port)
    client.login(server.user, server.password)
    client.select("INBOX")
    for number in client.search(None, "ALL")[1][0].split():
        content = client.fetch(number, "(RFC822)")[1][0][1]
        message_from_bytes(content)
    client.logout()
    return Run(time.perf_counter() - begun, time.process_time() - worked, 0)


def django_helpdesk(server: DovecotServer) -> Run:
    """Let django-helpdesk's own command read the mailbox; it understands nothing."""
    script = ROOT / "benchmarks" / "django_helpdesk" / "get_email.py"
    python = PEER / "bin" / "python"
    if not python.exists():
        uv = find_uv()
        subprocess.run([uv, "venv", "-q", "--python", ROOT / ".venv/bin/python", PEER], check=True)
        subprocess.run([uv, "pip", "install", "-q", "--python", python, "django-helpdesk"], check=True)
    with TemporaryDirectory() as folder:
        command = [python, script, folder, server.host, str(server.port), server.user, server.password]
        done = subprocess.run(command, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    return Run(found["seconds"], found["processor"], found["tickets"])


def okienko(server: DovecotServer, database_url: str, rasa_url: str, beside: Sequence[int]) -> Run:
    """Let our worker drain the mailbox; everything is loaded before, as in a worker that runs."""
    settings = Settings(imap_url=server.url, database_url=database_url, rasa_url=rasa_url, data_dir=ROOT / ".data")
    database = build_database(settings)
    upgrade(database)
    worker = build_worker(settings)
    if worker.batch.preparers is not None:
        worker.batch.preparers.pool()
    beside = [*beside, *(process.pid for process in active_children() if process.pid)]
    worker.processor.understander.understand("Ile wynosi zasiłek macierzyński?")
    begun, worked = time.perf_counter(), time.process_time() + sum(map(processor_seconds, beside))
    counts = worker.drain()
    took = time.perf_counter() - begun
    work = time.process_time() + sum(map(processor_seconds, beside)) - worked
    worker.batch.close()
    if isinstance(worker.processor.understander, RasaUnderstander):
        worker.processor.understander.client.close()
    worker.database.close()
    database.close()
    return Run(took, work, sum(n for result, n in counts.results.items() if result.value == "tickets"))


@contextmanager
def rasa_at(url: str) -> Iterator[tuple[str, Sequence[int]]]:
    """Give a running Rasa's address and processes: the one named, else one of ours that ends with the benchmark."""
    if url:
        yield url, _listening(url)
        return
    settings = Settings(
        rasa_url=f"http://127.0.0.1:{free_port()}",
        actions_url=f"http://127.0.0.1:{free_port()}",
        data_dir=ROOT / ".data",
    )
    train(settings, load(ARTICLES))
    environment = {**child_environment(), "OKIENKO_RASA_URL": settings.rasa_url}
    supervisor = Supervisor(settings.data_dir / "benchmark-logs", environment, print)
    try:
        supervisor.start(chat_parts(settings)[:1])
        supervisor.wait_ready(180)
        yield settings.rasa_url, _listening(settings.rasa_url)
    finally:
        supervisor.end_all()


def _listening(url: str) -> Sequence[int]:
    port = url.rpartition(":")[2].rstrip("/")
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            words = (folder / "cmdline").read_bytes().split(b"\0") if (folder / "cmdline").exists() else []
            if b"rasa" in words and port.encode() in words:
                found.append(int(folder.name))
    return found


def compete(count: int, repeats: int, rasa_url: str) -> dict[str, list[Run]]:
    """Let all read the same mails, each from a fresh mailbox, one after the other and all that several times."""
    content = list(mails(count))
    runs: dict[str, list[Run]] = {OURS_SQLITE: [], OURS_POSTGRES: [], DJANGO: [], BARE: []}
    programs = postgres.programs()
    with ExitStack() as stack:
        server = stack.enter_context(dovecot())
        url, processes = stack.enter_context(rasa_at(rasa_url))
        cluster = stack.enter_context(postgres.postgres(programs)) if programs else ""
        for repeat in range(repeats):
            folder = stack.enter_context(TemporaryDirectory())
            contestants: dict[str, Callable[[DovecotServer], Run]] = {
                BARE: bare,
                DJANGO: django_helpdesk,
                OURS_SQLITE: lambda box, folder=folder: okienko(box, f"sqlite:///{folder}/m.db", url, processes),
            }
            if cluster:
                name = fresh_database(cluster, f"mail{repeat}")
                contestants[OURS_POSTGRES] = lambda box, name=name: okienko(box, name, url, processes)
            for who, run in contestants.items():
                box = server.fresh()
                box.deliver(*content)
                runs[who].append(run(box))
                last = runs[who][-1]
                print(f"{who}: {last.seconds:.2f} s, {last.processor:.2f} s of processor, {last.tickets} tickets")
    return {who: found for who, found in runs.items() if found}


def table(runs: dict[str, list[Run]], count: int) -> str:
    """Return the medians as a table, and how they stand to the two others."""
    speed = {who: count / median(run.seconds for run in found) for who, found in runs.items()}
    lines = [
        "| | mails a second | processor time a mail | times django-helpdesk | times bare |",
        "| --- | --- | --- | --- | --- |",
    ]
    for who, found in runs.items():
        work = median(run.processor for run in found) / count * 1_000
        against = f"{speed[who] / speed[DJANGO]:.2f} | {speed[who] / speed[BARE]:.2f}"
        lines.append(f"| {who} | {speed[who]:.0f} | {work:.1f} ms | {against} |")
    return "\n".join(lines)


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=400)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--rasa", default="", help="address of a running Rasa")
    parser.add_argument("--growth", action="store_true", help="the cost of a mail in growing databases instead")
    parser.add_argument("--write", action="store_true", help="into docs/performance.md")
    asked = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    if asked.growth:
        grown = mail_growth.measure()
        print(grown)
        if asked.write:
            paper.write(GROWTH, grown)
        return
    found = table(compete(asked.mails, asked.repeats, asked.rasa), asked.mails)
    print(found)
    if asked.write:
        paper.write(MAIL, f"{asked.mails} mails, median of {asked.repeats} runs.\n\n{found}")


if __name__ == "__main__":
    main()
