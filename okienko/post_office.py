"""The demonstration's embedded post office: an IMAP server (pymap) and an SMTP server (aiosmtpd) in one process.

It keeps all mail as maildirs in one folder: the office's mailbox under `office`, every other recipient's under
`customers`. It listens on loopback only and is no mail server for real use.
"""

import asyncio
import hashlib
import mailbox
from argparse import Namespace
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session
from pymap.backend.maildir import Config, Identity, Login, MaildirBackend
from pymap.concurrent import Subsystem
from pymap.imap import IMAPService
from pymap.user import UserMetadata

from mail_ingest.parsing import ParsedMail, parse_mail

HOST = "127.0.0.1"
OFFICE = "office"
CUSTOMERS = "customers"
LARGEST_MAIL = 50_000_000
IDENTITY = "okienko-demonstration"


class _Config(Config):  # type: ignore[misc]  # pymap's types are not followed
    """The IMAP server's settings; its greeting does not ask the network for this machine's name."""

    @property
    def greeting(self) -> bytes:
        """The first words of the server."""
        return b"Okienko demonstration"


class OfficeMailbox:
    """The office's IMAP mailbox."""

    def __init__(self, folder: Path, port: int, user: str) -> None:
        bare = Namespace(passlib_cfg=None, proxy_protocol=None, inherited_sockets=None)
        workers = Subsystem.for_executor(ThreadPoolExecutor(4))
        self._config = _Config(
            bare,
            host=HOST,
            port=port,
            tls_enabled=False,
            subsystem=workers,
            base_dir=str(folder),
            layout="++",
            colon=None,
        )
        self._login = Login(self._config)
        self._user = user
        self._folder = folder / OFFICE

    async def start(self, stack: AsyncExitStack, password: str) -> None:
        """Listen; the mailbox and its only user are made if they are missing."""
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        mailbox.Maildir(self._folder)
        self._config.apply_context()
        await self._set_password(password)
        await IMAPService(MaildirBackend(self._login, self._config), self._config).start(stack)

    async def deliver(self, content: bytes) -> None:
        """Put a mail into the mailbox; a client that waits in IDLE is told within a second."""
        await asyncio.to_thread(_put, self._folder, content)
        async with self._identity().new_session() as session:
            # A mail that only lies in the folder is not noticed by waiting clients until somebody else
            # looks: looking gives it its UID, and waiting clients read the list of UIDs every second.
            await session.get_mailbox("INBOX")

    async def _set_password(self, password: str) -> None:
        hashed = self._config.hash_context.hash(password)
        metadata = UserMetadata(self._config, self._user, password=hashed)
        await self._identity().set(UserMetadata(**{**vars(metadata), "params": {"mailbox_path": OFFICE}}))

    def _identity(self) -> Identity:
        return Identity(self._config, self._login.tokens, self._user, None, frozenset({"admin"}))


class Deliverer:
    """The SMTP server's handler: the office's mail goes to its mailbox, all other into the customers' maildirs."""

    def __init__(self, folder: Path, office: OfficeMailbox, office_address: str) -> None:
        self._folder = folder
        self._office = office
        self._office_address = office_address.lower()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        """Deliver one mail to all its recipients."""
        content = envelope.original_content or b""
        for recipient in dict.fromkeys(address.lower() for address in envelope.rcpt_tos):
            if recipient == self._office_address:
                await self._office.deliver(content)
            else:
                await asyncio.to_thread(_put, customer_folder(self._folder, recipient), content)
        return "250 OK"


async def serve(
    folder: Path,
    *,
    imap_port: int,
    smtp_port: int,
    office_address: str,
    password: str,
    user: str = "cot",
    ready: asyncio.Event | None = None,
) -> None:
    """Serve until cancelled.

    Args:
        folder: where all mail is kept.
        imap_port: port of the IMAP server.
        smtp_port: port of the SMTP server.
        office_address: the address whose mail is delivered to the IMAP mailbox.
        password: the password of the IMAP mailbox.
        user: its user.
        ready: set when both servers listen.

    Raises:
        OSError: when a port is in use.
    """
    office = OfficeMailbox(folder, imap_port, user)
    async with AsyncExitStack() as stack:
        await office.start(stack, password)
        deliverer = Deliverer(folder, office, office_address)
        loop = asyncio.get_running_loop()
        smtp = await loop.create_server(lambda: _protocol(deliverer), HOST, smtp_port)
        await stack.enter_async_context(smtp)
        if ready is not None:
            ready.set()
        await asyncio.Event().wait()


def _protocol(deliverer: Deliverer) -> SMTP:
    return SMTP(deliverer, hostname=IDENTITY, ident=IDENTITY, data_size_limit=LARGEST_MAIL, enable_SMTPUTF8=True)


def customer_mails(folder: Path, address: str) -> Sequence[ParsedMail]:
    """Return the mails that a customer of the demonstration received, the oldest first.

    Args:
        folder: the folder that was given to `serve`.
        address: the customer's address.
    """
    place = customer_folder(folder, address.lower())
    if not place.is_dir():
        return []
    received = mailbox.Maildir(place, create=False)
    files = sorted((received.get_message(key).get_date(), key) for key in received.iterkeys())
    return [parse_mail(received.get_bytes(key)) for _, key in files]


def customer_folder(folder: Path, address: str) -> Path:
    """Return a recipient's maildir; named by a hash, since an address may hold what a file name may not."""
    return folder / CUSTOMERS / hashlib.sha256(address.encode()).hexdigest()[:32]


def _put(folder: Path, content: bytes) -> None:
    """Write a mail into a maildir as it came."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    mailbox.Maildir(folder).add(content)
