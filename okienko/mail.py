"""Builds the mail roles from the settings: the mailbox worker, the outbox's senders, the embedded servers."""

import asyncio
import signal
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from helpdesk.sms import SmsGateway
from helpdesk.tables import OutboxMail, OutboxSms
from mail_ingest.after import read_after
from mail_ingest.answering import Writer
from mail_ingest.backoff import Backoff
from mail_ingest.batch import Batch
from mail_ingest.delivery import Delivery
from mail_ingest.errors import BadDkimKey, BadServerUrl
from mail_ingest.mailroom import Mailroom
from mail_ingest.office import Office
from mail_ingest.parsing.model import Limits
from mail_ingest.preparing import Preparers
from mail_ingest.process import Processor
from mail_ingest.sender import Sender
from mail_ingest.server_url import MailServer, read_server_url
from mail_ingest.signing import Signer, dkim_signer, unsigned
from mail_ingest.sms_gateways import FolderGateway, http_gateway
from mail_ingest.sms_sender import SmsSender
from mail_ingest.tokens import token_source
from mail_ingest.worker import Worker
from okienko import post_office
from okienko.bootstrap import build_retention, build_understander
from okienko.errors import BadSetting
from okienko.logs import configure
from okienko.settings import EMBEDDED_PASSWORD, EMBEDDED_USER, PREFIX, Settings
from okienko.starting import follow
from okienko.storage import build_database, now

FOLDER = "post"
"""Where the embedded servers keep their mail, below the data folder."""
SMS_FOLDER = "sms"


def build_mailroom(settings: Settings) -> Mailroom:
    """Return what brings the mails of all folders in; raises BadSetting for an unusable address of the mailbox."""
    servers = mail_servers(settings)  # first, since the rest takes seconds to build
    first = build_worker(settings)
    more = [replace(first, server=server, backoff=Backoff()) for server in servers[1:]]
    return Mailroom([first, *more])


def mail_servers(settings: Settings) -> Sequence[MailServer]:
    """Return the mailbox once for each folder that is read; raises BadSetting for an unusable address."""
    server = replace(_server(settings.mailbox, "imap"), token=token_source(settings.imap_token.get_secret_value()))
    folders = [folder.strip() for folder in settings.mail_folders.split(",") if folder.strip()]
    return [replace(server, folder=folder) for folder in dict.fromkeys(folders)] or [server]


def build_worker(settings: Settings) -> Worker:
    """Return what brings the mails of the first folder in; raises BadSetting for an unusable address."""
    server = mail_servers(settings)[0]
    processor = build_processor(settings)
    more = settings.mail_processes
    preparers = Preparers(partial(build_preparer, settings), more) if more > 1 else None
    batch = Batch(processor, preparers=preparers)
    return Worker(server, processor.database, batch, now, after=read_after(settings.mail_after))


def build_preparer(settings: Settings) -> Processor:
    """Return what prepares mails in a process of its own, whose logs go where those of the worker go."""
    configure(settings.log_level, "mail-preparer")
    follow(settings, "mail-preparer")
    return build_processor(settings)


def build_processor(settings: Settings) -> Processor:
    """Return what turns stored mails into tickets."""
    database = build_database(settings)
    office = Office(
        address=settings.office_address,
        most_answers=settings.mail_automatic_per_day,
        limits=Limits(max_bytes=settings.mail_max_bytes, max_seconds=settings.mail_parse_seconds),
        # A search is never wholly sure: at 1 every mail is left to a person.
        answer_confidence=settings.mail_answer_confidence,
        links_last=timedelta(days=settings.mail_link_days),
        repeats_within=timedelta(hours=settings.mail_repeat_hours),
        authserv_id=settings.mail_authserv_id.strip(),
        plus_addresses=settings.mail_plus_addresses,
    )
    understander = build_understander(settings, database)
    return Processor(database, understander, office, now, Writer(understander.topics, settings.site))


def build_sender(settings: Settings) -> Sender:
    """Return what sends the outbox's mails; raises BadSetting for an unusable address of the relay."""
    server = _server(settings.relay, "smtp")
    delivery = Delivery(OutboxMail, build_database(settings), now)
    return Sender(server, delivery, settings.office_address, _signer(settings))


def _signer(settings: Settings) -> Signer:
    if not settings.dkim_key:
        return unsigned
    domain = settings.office_address.rpartition("@")[2]
    try:
        return dkim_signer(Path(settings.dkim_key), selector=settings.dkim_selector, domain=domain)
    except BadDkimKey as problem:
        raise BadSetting(f"{PREFIX}DKIM_KEY: {problem}") from None


def build_sms_sender(settings: Settings) -> SmsSender:
    """Return what sends the outbox's text messages: over the gateway of the settings, else into the data folder."""
    return SmsSender(sms_gateway(settings), Delivery(OutboxSms, build_database(settings), now))


def sms_gateway(settings: Settings) -> SmsGateway:
    """Return the way of text messages out of the house."""
    if settings.sms_url:
        return http_gateway(settings.sms_url, settings.sms_token.get_secret_value())
    return embedded_sms(settings)


def embedded_sms(settings: Settings) -> FolderGateway:
    """Return the demonstration's gateway, which keeps text messages below the data folder."""
    return FolderGateway(settings.data_dir / SMS_FOLDER)


def send_everything(settings: Settings, stop: threading.Event) -> None:
    """Send mails and text messages, and delete once a day, until told to stop; raises BadSetting before it begins."""
    mails, messages = build_sender(settings), build_sms_sender(settings)
    beside = [
        threading.Thread(target=messages.run, args=(stop,), name="sms"),
        threading.Thread(target=build_retention(settings).keep_running, args=(stop,), name="retention"),
    ]
    for each in beside:
        each.start()
    mails.run(stop)
    for each in beside:
        each.join()


async def embedded_post_office(settings: Settings) -> None:
    """Run the demonstration's IMAP and SMTP servers until told to end."""
    serving = asyncio.create_task(
        post_office.serve(
            settings.data_dir / FOLDER,
            imap_port=settings.imap_port,
            smtp_port=settings.smtp_port,
            office_address=settings.office_address,
            user=EMBEDDED_USER,
            password=EMBEDDED_PASSWORD,
        )
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, serving.cancel)
    await asyncio.wait({serving})
    if not serving.cancelled():
        serving.result()


def _server(url: str, kind: str) -> MailServer:
    try:
        return read_server_url(url, kind)
    except BadServerUrl as problem:
        raise BadSetting(f"{PREFIX}{kind.upper()}_URL: {problem}") from None
