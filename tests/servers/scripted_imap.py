"""An IMAP server that does what a test wants to see go wrong: it speaks just enough of the protocol, one mailbox."""

import base64
import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class ScriptedImap:
    """The mailbox, and what goes wrong.

    Attributes:
        mails: the contents by UID.
        capabilities: what the server says it can do beside IMAP4rev1.
        tokens: access tokens that are accepted; a password always is.
        cuts: how often the line is dropped in the middle of a mail.
        hidden: UIDs that are not shown yet, although higher ones are.
        unreadable: UIDs that the server cannot give.
        said: the commands that came, without their tags.
    """

    mails: dict[int, bytes]
    capabilities: str = ""
    tokens: set[str] = field(default_factory=set)
    cuts: int = 0
    hidden: set[int] = field(default_factory=set)
    unreadable: set[int] = field(default_factory=set)
    said: list[str] = field(default_factory=list)
    removed: set[int] = field(default_factory=set)
    copied: set[int] = field(default_factory=set)
    port: int = 0

    @property
    def url(self) -> str:
        return f"imap://cot:secret@127.0.0.1:{self.port}/INBOX?tls=no"

    def shown(self) -> list[int]:
        return sorted(set(self.mails) - self.hidden - self.removed)


class _Line(socketserver.StreamRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        self.send("* OK ready")
        while line := self.rfile.readline():
            tag, _, command = line.decode().strip().partition(" ")
            self.server.box.said.append(command)
            if not self.answer(tag, command):
                return

    def send(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def answer(self, tag: str, command: str) -> bool:
        """Answer one command; False when the line is dropped."""
        box, words = self.server.box, command.upper().split()
        if words[0] == "LOGOUT":
            self.send(f"* BYE bye\r\n{tag} OK bye")
            return False
        result = "OK done"
        if words[0] == "CAPABILITY":
            self.send(f"* CAPABILITY IMAP4rev1 {box.capabilities}")
        elif words[0] == "AUTHENTICATE":
            self.send("+ ")
            token = re.search(rb"Bearer (\S+?)\x01", base64.b64decode(self.rfile.readline()))
            result = (
                "OK signed in" if token and token[1].decode() in box.tokens else "NO [AUTHENTICATIONFAILED] expired"
            )
        elif words[0] == "LIST":
            self.send('* LIST () "/" "INBOX"')
        elif words[0] == "SELECT":
            self.send(f"* {len(box.shown())} EXISTS\r\n* OK [UIDVALIDITY 7] ok")
        elif words[:2] == ["UID", "SEARCH"]:
            self.send("* SEARCH " + " ".join(map(str, self.searched(words))))
        elif words[:2] == ["UID", "FETCH"]:
            return self.fetch(tag, words)
        elif words[:2] == ["UID", "COPY"]:
            box.copied |= set(self.uids(words[2]))
        elif words[:2] == ["UID", "EXPUNGE"]:
            box.removed |= set(self.uids(words[2]))
        self.send(f"{tag} {result}")
        return True

    def searched(self, words: list[str]) -> list[int]:
        if "ALL" in words:
            return self.server.box.shown()
        first, _, last = words[-1].strip("()").partition(":")
        return [uid for uid in self.server.box.shown() if uid >= int(first) and (last == "*" or uid <= int(last))]

    def uids(self, text: str) -> list[int]:
        found: list[int] = []
        for part in text.split(","):
            first, _, last = part.partition(":")
            found += range(int(first), int(last or first) + 1)
        return found

    def fetch(self, tag: str, words: list[str]) -> bool:
        box = self.server.box
        wanted = [uid for uid in self.uids(words[2]) if uid in box.shown()]
        if "RFC822.SIZE" in words[3]:
            for uid in wanted:
                self.send(f"* {uid} FETCH (UID {uid} RFC822.SIZE {len(box.mails[uid])})")
        elif box.unreadable & set(wanted):
            self.send(f"{tag} NO [SERVERBUG] cannot read a mail")
            return True
        else:
            for uid in wanted:
                content = box.mails[uid]
                self.send(f"* {uid} FETCH (UID {uid} BODY[] {{{len(content)}}}")
                if box.cuts:
                    box.cuts -= 1
                    self.wfile.write(content[: len(content) // 2])
                    return False
                self.wfile.write(content + b")\r\n")
        self.send(f"{tag} OK done")
        return True


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    box: ScriptedImap


@contextmanager
def scripted_imap(box: ScriptedImap) -> Iterator[ScriptedImap]:
    """Run the server on a free loopback port."""
    with _Server(("127.0.0.1", 0), _Line) as server:
        server.box, box.port = box, server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join(10)
