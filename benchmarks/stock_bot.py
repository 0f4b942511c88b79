"""The bot that `rasa init` makes, trained and served as its documentation says: the baseline of the chat."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from okienko.places import BOT_PYTHON, ROOT
from okienko.settings import Settings
from okienko.supervisor import Part, Supervisor, answers
from okienko.training import bot_environment
from tests.servers.ports import free_port

PROJECT = ROOT / ".data" / "benchmarks" / "stock-bot"
WORDS = ("hey", "I'm great", "not so good", "yes", "no", "are you a bot?", "bye")
"""What its own stories are about; it has an answer to each."""


@contextmanager
def stock_bot() -> Iterator[tuple[int, int]]:
    """Serve it; gives its port and its process. It is made and trained the first time."""
    environment = dict(bot_environment(Settings()))
    if not list(PROJECT.glob("models/*.tar.gz")):
        PROJECT.mkdir(parents=True, exist_ok=True)
        made = [BOT_PYTHON, "-m", "rasa", "init", "--no-prompt", "--init-dir", PROJECT]
        subprocess.run(made, env=environment, check=True, stdout=subprocess.DEVNULL)
    port = free_port()
    script = (
        f"cd '{PROJECT}' && exec '{Path(BOT_PYTHON).absolute()}' -m rasa run --enable-api "
        f"--interface 127.0.0.1 --port {port} --endpoints endpoints.yml --credentials credentials.yml"
    )
    supervisor = Supervisor(ROOT / ".data" / "benchmark-logs", environment, print)
    try:
        ready = answers(f"http://127.0.0.1:{port}/status")
        supervisor.start([Part("stock-bot", ["/bin/sh", "-c", script], ready)])
        supervisor.wait_ready(300)
        yield port, supervisor.processes()[0]
    finally:
        supervisor.end_all()
