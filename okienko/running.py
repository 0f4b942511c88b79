"""`okienko run`: everything on one machine, with embedded parts and the demonstration."""

import os
import signal
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from okienko.demonstration.data import load_demonstration
from okienko.index import knowledge
from okienko.parts import chat_parts, check_ports, check_room, child_environment, knowledge_parts, mail_parts
from okienko.schema import upgrade
from okienko.settings import PREFIX, Opening, Settings
from okienko.storage import build_database
from okienko.supervisor import Supervisor
from okienko.training import train

READY_SECONDS = 180.0


def run(settings: Settings, say: Callable[[str], None]) -> None:
    """Prepare and run all parts until Ctrl-C; shows each step.

    Raises:
        CommandError, HelpdeskError, LibraryError: as one line each; nothing is left running.
    """
    begun = time.monotonic()
    check_room(settings.data_dir)
    check_ports(settings, mail=True)
    say("Database: bringing it up to date")
    database = build_database(settings)
    upgrade(database)
    say("Demonstration data: loading")
    sign_in = load_demonstration(database, settings.data_dir)
    database.close()
    say("Articles: reading and indexing")
    library = knowledge(settings.data_dir, settings.embedding_model).library
    say("Rasa model: training if its inputs changed (about a minute)")
    model, new = train(settings, library, say)
    say(f"  {'trained' if new else 'up to date'}: {model.name}")
    environment = dict(child_environment())
    # A demonstration that is closed at night would show nothing; an operator's own choice counts more.
    environment.setdefault(f"{PREFIX}OPENING", Opening.ALWAYS.value)
    supervisor = Supervisor(settings.data_dir / "logs", environment, say)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, supervisor.stop)
    say("Starting all parts")
    try:
        parts = [*mail_parts(settings), *chat_parts(settings, "--demonstration"), *knowledge_parts()]
        supervisor.start(parts)
        supervisor.wait_ready(READY_SECONDS)
        if not supervisor.stopping:
            for line in _addresses(settings, sign_in.login, sign_in.password):
                say(line)
            say(f"Ready after {time.monotonic() - begun:.0f} s. Ctrl-C ends everything.")
            supervisor.watch()
    finally:
        say("Ending all parts")
        supervisor.end_all()


def _addresses(settings: Settings, login: str, password: str) -> list[str]:
    site, port = settings.site, urlsplit(settings.relay).port
    return [
        "",
        f"  Customer page     {site}/",
        f"  Consultants' desk {site}/desk   (login {login}, password {password})",
        f"  Customer mailbox  {site}/poczta   (SMTP on port {port}, IMAP on port {urlsplit(settings.mailbox).port})",
        f"  Knowledge         {site}/wiedza",
        f"  API docs          {site}/api/docs",
        f"  Logs              {os.path.relpath(settings.data_dir / 'logs')}",
        "",
    ]
