"""One folder of an IMAP mailbox: what is new in it, its bytes, and waiting for more."""

import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import structlog
from imapclient import SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError, ProtocolError

from mail_ingest.errors import MailboxRefused, MailboxUnreachable
from mail_ingest.imap_client import Client
from mail_ingest.server_url import MailServer, Tls
from mail_ingest.store import Fetched, Place, Portion

CONNECT_WITHIN = 15.0
ANSWER_WITHIN = 60.0
TICK = 0.5
"""Seconds after which a wait looks whether it should end."""
POLL = 5.0
"""Seconds between two looks where the server knows no IDLE."""
BATCH_MAILS = 50
BATCH_BYTES = 20_000_000
SIZES_AT_ONCE = 500
LOOKS = 5
"""Searches in a row when each of them is answered together with news."""
logger = structlog.get_logger(__name__)

SEEN, DELETED = rb"\Seen", rb"\Deleted"


class Mailbox:
    """A selected folder. Built by `open_mailbox`; every method raises MailboxUnreachable when the line breaks."""

    def __init__(self, client: Client, place: Place, *, exists: int) -> None:
        self._client = client
        self.place = place
        self.on_server = exists
        self._idles = bool(client.has_capability("IDLE"))

    def new_uids(self, after: int) -> Sequence[int]:
        """Return the UIDs above the watermark, in order; what comes after this answer wakes `wait`."""
        found: list[int] = []
        for _ in range(LOOKS):
            with _line():
                self._client.announced()
                # `n:*` always names the last mail, even one below n (RFC 3501, 6.4.8).
                found = sorted(uid for uid in self._client.search(["UID", f"{after + 1}:*"]) if uid > after)
                # A mail that came while the server searched is announced in the same breath, and never again.
                if found or not self._client.announced():
                    break
        return found

    def fetch(self, uids: Sequence[int]) -> Iterator[Portion]:
        """Give the mails in portions of bounded size; those that the server does not give are left out."""
        for batch in self._batches(uids):
            yield Portion(batch[-1], self._contents(batch))
        if uids:
            yield Portion(uids[-1], [])

    def _contents(self, uids: list[int]) -> Sequence[Fetched]:
        try:
            with _line(), _refusals():
                answer = self._client.fetch(uids, ["BODY.PEEK[]"])
        except _Refused as problem:
            # One mail that the server cannot read must not keep the others from being read.
            if len(uids) > 1:
                return [found for uid in uids for found in self._contents([uid])]
            logger.warning("mail_unreadable", folder=self.place.folder, uid=uids[0], problem=str(problem)[:200])
            return []
        contents = {uid: answer[uid].get(b"BODY[]") for uid in uids if uid in answer}
        return [Fetched(uid, bytes(content)) for uid, content in contents.items() if content is not None]

    def uids(self, up_to: int) -> Sequence[int]:
        """Return the UIDs of all mails that the folder holds up to the watermark, in order."""
        if up_to < 1:
            return []
        with _line():
            return sorted(uid for uid in self._client.search(["UID", f"1:{up_to}"]) if uid <= up_to)

    def unseen(self, up_to: int) -> Sequence[int]:
        """Return the UIDs up to the watermark that do not carry the flag yet."""
        if up_to < 1:
            return []
        with _line():
            return [uid for uid in self._client.search(["UNSEEN", "UID", f"1:{up_to}"]) if uid <= up_to]

    def mark_seen(self, uids: Sequence[int]) -> None:
        """Flag mails as seen; a read-only or full server may refuse, which harms nothing."""
        with _line(), suppress(_Refused):
            for start in range(0, len(uids), SIZES_AT_ONCE):
                with _refusals():
                    self._client.add_flags(list(uids[start : start + SIZES_AT_ONCE]), [SEEN], silent=True)

    def move(self, uids: Sequence[int], folder: str) -> None:
        """Move these mails, and no others, into a folder of the same mailbox; it is made when it is missing.

        Raises:
            MailboxRefused: when the server can remove no single mails, or does not let us.
        """
        with _line():
            moves = bool(self._client.has_capability("MOVE"))
            # Without UIDPLUS only EXPUNGE is left, which also removes what others flagged as deleted.
            if not moves and not self._client.has_capability("UIDPLUS"):
                raise MailboxRefused("the server moves no mails (neither MOVE nor UIDPLUS); flag them instead")
            if uids and not self._client.folder_exists(folder):
                self._client.create_folder(folder)
        for start in range(0, len(uids), SIZES_AT_ONCE):
            with _line():
                self._move(list(uids[start : start + SIZES_AT_ONCE]), folder, moves=moves)

    def _move(self, uids: list[int], folder: str, *, moves: bool) -> None:
        if moves:
            self._client.move(uids, folder)
            return
        self._client.copy(uids, folder)
        self._client.add_flags(uids, [DELETED], silent=True)
        self._client.uid_expunge(uids)

    def count(self) -> int:
        """Return how many mails the folder holds now."""
        with _line():
            self.on_server = len(self._client.search(["ALL"]))
        return self.on_server

    def wait(self, stop: threading.Event, seconds: float) -> bool:
        """Wait until a mail may have come; return False when the time passed or the stop was set."""
        if not self._idles:
            stop.wait(min(seconds, POLL))
            return not stop.is_set()
        with _line():
            self._client.idle()
            try:
                return self._idle(stop, time.monotonic() + seconds)
            finally:
                self._client.idle_done()

    def _idle(self, stop: threading.Event, end: float) -> bool:
        if self._news(0.0):
            return True
        while not stop.is_set() and time.monotonic() < end:
            before = time.monotonic()
            if self._news(TICK):
                return True
            if time.monotonic() - before < TICK / 2:
                # Something else was said, or the server hung up: then the client library hears nothing
                # at once, and for ever. Leaving IDLE tells the two apart.
                return False
        return False

    def _news(self, seconds: float) -> bool:
        return any(_announces(response) for response in self._client.idle_check(timeout=seconds))

    def _batches(self, uids: Sequence[int]) -> Iterator[list[int]]:
        batch: list[int] = []
        size = 0
        for start in range(0, len(uids), SIZES_AT_ONCE):
            chunk = list(uids[start : start + SIZES_AT_ONCE])
            with _line():
                sizes = self._client.fetch(chunk, ["RFC822.SIZE"])
            for uid in (uid for uid in chunk if uid in sizes):
                mail_size = int(sizes[uid].get(b"RFC822.SIZE", 0))
                if batch and (len(batch) >= BATCH_MAILS or size + mail_size > BATCH_BYTES):
                    yield batch
                    batch, size = [], 0
                batch.append(uid)
                size += mail_size
        if batch:
            yield batch


class _Refused(Exception):
    """The server answered NO to a wish that it need not grant."""


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except Client.AbortError:
        raise
    except IMAPClientError as problem:
        raise _Refused(str(problem)) from problem


def _announces(response: Any) -> bool:
    return isinstance(response, tuple) and len(response) > 1 and response[1] == b"EXISTS"


@contextmanager
def open_mailbox(server: MailServer) -> Iterator[Mailbox]:
    """Connect, sign in and select the folder; leaving signs out.

    Raises:
        MailboxUnreachable: when the server is away or the line breaks.
        MailboxRefused: when it does not accept the user, the password or the folder.
    """
    client = _connect(server)
    try:
        yield _select(client, server)
    finally:
        _leave(client)


def _connect(server: MailServer) -> Client:
    with _line():
        client = Client(
            server.host,
            port=server.port,
            ssl=server.tls is Tls.FROM_START,
            ssl_context=ssl.create_default_context() if server.tls is Tls.FROM_START else None,
            timeout=SocketTimeout(connect=CONNECT_WITHIN, read=ANSWER_WITHIN),
        )
    client.normalise_times = False
    try:
        with _line():
            if server.tls is Tls.STARTTLS or (server.tls is Tls.WHEN_OFFERED and client.has_capability("STARTTLS")):
                client.starttls(ssl.create_default_context())
    except MailboxUnreachable:
        _leave(client)
        raise
    return client


def _leave(client: Client) -> None:
    with suppress(MailboxUnreachable), _line():
        client.logout()
    with suppress(OSError):
        # After a broken line the sign-out fails before it closes the socket.
        client.shutdown()


def _select(client: Client, server: MailServer) -> Mailbox:
    with _line():
        try:
            _sign_in(client, server)
            selected = client.select_folder(server.folder)
        except Client.AbortError:
            raise
        except LoginError:
            what = "token" if server.token else "password"
            raise MailboxRefused(f"{server.host} does not accept the user or the {what}") from None
        except IMAPClientError as problem:
            raise MailboxRefused(f"{server.host}: folder {server.folder}: {problem}") from problem
    place = Place(server.account, server.folder, int(selected[b"UIDVALIDITY"]))
    return Mailbox(client, place, exists=int(selected.get(b"EXISTS", 0)))


def _sign_in(client: Client, server: MailServer) -> None:
    if server.token is None:
        client.login(server.user, server.password)
        return
    first = server.token()
    try:
        client.oauth2_login(server.user, first)
    except LoginError:
        # It may have run out between two looks: a newer one is tried at once.
        fresh = server.token()
        if fresh == first:
            raise
        client.oauth2_login(server.user, fresh)


@contextmanager
def _line() -> Iterator[None]:
    """Translate what a broken line or a confused server looks like into MailboxUnreachable."""
    try:
        yield
    except (OSError, IMAPClientError, ProtocolError, Client.Error) as problem:
        raise MailboxUnreachable(f"{type(problem).__name__}: {problem}") from problem
