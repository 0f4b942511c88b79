"""The roles of the program, each run in its own process."""

import asyncio
import signal
import threading
import warnings
from collections.abc import Callable
from functools import partial

import uvicorn

from okienko import bootstrap, storage
from okienko.draining import DrainingServer, patience
from okienko.schema import check
from okienko.settings import Settings
from web.health import leave


def serve_web(settings: Settings, *, demonstration: bool) -> None:
    """Serve the chat, the desk, the knowledge pages and the API until told to end."""
    from okienko.demonstration.pages import demonstration_pages

    check(storage.build_database(settings))
    extra = [demonstration_pages(settings)] if demonstration else []
    app = bootstrap.build_web(settings, extra)
    config = uvicorn.Config(
        app,
        host=settings.web_host,
        port=settings.web_port,
        log_config=None,
        access_log=False,
        forwarded_allow_ips=settings.trusted_proxies,
        ws_max_size=64 * 1024,
        timeout_graceful_shutdown=patience(settings.rasa_timeout),
    )
    DrainingServer(config, leave=partial(leave, app), seconds=settings.drain_seconds).run()


def serve_actions(settings: Settings) -> None:
    """Serve Rasa's actions until told to end."""
    from urllib.parse import urlsplit

    from actions.server import build_app

    # Tried with this version of Rasa (docs/adr/0001-two-environments.md); the library would say so at each request.
    warnings.filterwarnings("ignore", message="Your versions of rasa and rasa_sdk", module="rasa_sdk")
    place = urlsplit(settings.actions_url)
    app = build_app(bootstrap.build_assistant(settings))
    app.run(
        host=place.hostname or "127.0.0.1",
        port=place.port or 80,
        single_process=True,
        access_log=False,
        motd=False,
    )


def serve_rasa(settings: Settings) -> None:
    """Serve Rasa with the model that is active until told to end; models are exchanged without a pause.

    Raises:
        PartMissing: the environment or the model is missing.
    """
    from okienko.rasa.serving import serve

    serve(settings, storage.build_database(settings))


def serve_mail(settings: Settings) -> None:
    """Bring the mailbox's mails in until told to end."""
    from okienko.mail import build_mailroom

    check(storage.build_database(settings))
    until_told(build_mailroom(settings).run)


def serve_outbox(settings: Settings) -> None:
    """Send the outbox's mails and text messages until told to end."""
    from okienko.mail import send_everything

    check(storage.build_database(settings))
    until_told(partial(send_everything, settings))


def serve_knowledge(settings: Settings) -> None:
    """Do the work behind the desk (publications, evaluations, trainings) until told to end."""
    from okienko import background

    check(storage.build_database(settings))
    until_told(partial(background.run, settings))


def serve_post_office(settings: Settings) -> None:
    """Serve the demonstration's embedded mail servers until told to end."""
    from okienko.mail import embedded_post_office

    asyncio.run(embedded_post_office(settings))


def until_told(run: Callable[[threading.Event], None]) -> None:
    """Run a loop that ends when its event is set; SIGTERM and SIGINT set it."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run(stop)
