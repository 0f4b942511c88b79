"""A real Dovecot (2.3) with maildirs in a temporary folder; any user may sign in with the password."""

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import pytest
from imapclient import IMAPClient

from tests.servers.daemon import Daemon
from tests.servers.ports import free_port, listens

PROGRAM = Path("/usr/sbin/dovecot")
USER, PASSWORD = "cot", "loopback-only"

CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
ssl = no
disable_plaintext_auth = no
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 1
mail_location = maildir:{folder}/mails/%u
mailbox_list_index = no
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass(frozen=True)
class DovecotServer:
    host: str
    port: int
    user: str
    password: str
    maildir: Path
    process: Daemon

    def fresh(self) -> "DovecotServer":
        """Return the same server with another, empty mailbox; it is made when it is first opened."""
        user = uuid4().hex[:12]
        return replace(self, user=user, maildir=self.maildir.parent / user)

    @property
    def url(self) -> str:
        return f"imap://{self.user}:{self.password}@{self.host}:{self.port}/INBOX?tls=no"

    @contextmanager
    def client(self) -> Iterator[IMAPClient]:
        with IMAPClient(self.host, self.port, ssl=False) as client:
            client.login(self.user, self.password)
            client.select_folder("INBOX")
            yield client

    def deliver(self, *mails: bytes) -> None:
        with self.client() as client:
            for mail in mails:
                client.append("INBOX", mail)

    def remove(self, uid: int) -> None:
        with self.client() as client:
            client.delete_messages([uid])
            client.expunge()

    def flags(self) -> dict[int, tuple[bytes, ...]]:
        with self.client() as client:
            uids = client.search(["ALL"])
            return {uid: found[b"FLAGS"] for uid, found in client.fetch(uids, ["FLAGS"]).items()} if uids else {}

    def hang_up(self) -> None:
        """End all sessions, as a server that restarts does."""
        subprocess.run(
            ["/usr/bin/doveadm", "-c", self.maildir.parents[1] / "dovecot.conf", "kick", self.user], check=True
        )

    def renumber(self) -> None:
        """Give the folder another UIDVALIDITY and its mails other UIDs, as after a restored backup."""
        uids = self.maildir / "dovecot-uidlist"
        head, *lines = uids.read_text().splitlines()
        moved = [f"{int(line.split(' ')[0]) + 100} {line.split(' ', 1)[1]}" for line in lines]
        head = re.sub(r"V(\d+)", lambda found: f"V{int(found[1]) + 1}", head)
        head = re.sub(r"N(\d+)", lambda found: f"N{int(found[1]) + 100}", head)
        uids.write_text("\n".join([head, *moved, ""]))
        for index in self.maildir.glob("dovecot.index*"):
            index.unlink()


def _accounts() -> tuple[str, str, str, pwd.struct_passwd]:
    """Return the internal user, its group, the login user, and whose the mails are."""
    if os.geteuid() == 0:
        return "dovecot", "dovecot", "dovenull", pwd.getpwnam("mail")
    me = pwd.getpwuid(os.geteuid())
    return me.pw_name, str(me.pw_gid), me.pw_name, me


@contextmanager
def dovecot() -> Iterator[DovecotServer]:
    """Run a server with an empty INBOX; skips the test where Dovecot is not installed."""
    if not PROGRAM.exists():
        pytest.skip("Dovecot is not installed (`apt-get install dovecot-imapd` as root)")
    # pytest's own folders are closed to the user whose the mails are, so this one lies beside them.
    folder = Path(tempfile.mkdtemp(prefix="okienko-dovecot-"))
    folder.chmod(0o755)
    internal, group, login, owner = _accounts()
    (folder / "mails").mkdir()
    os.chown(folder / "mails", owner.pw_uid, owner.pw_gid)
    port = free_port()
    config = folder / "dovecot.conf"
    config.write_text(
        CONFIG.format(
            folder=folder, port=port, internal=internal, group=group, login=login, password=PASSWORD,
            uid=owner.pw_uid, gid=owner.pw_gid,
        )
    )  # fmt: skip
    server = Daemon([PROGRAM, "-F", "-c", config], lambda: listens(port))
    try:
        server.start()
        server.wait(30)
        yield DovecotServer("127.0.0.1", port, USER, PASSWORD, folder / "mails" / USER, server)
    finally:
        server.end()
        shutil.rmtree(folder, ignore_errors=True)
