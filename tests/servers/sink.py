"""An SMTP server that keeps what it is given."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.servers.ports import free_port


@dataclass
class Sink:
    """The mails that arrived, the oldest first."""

    port: int
    mails: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    recipients: dict[str, list[str]] = field(default_factory=dict)
    """What is answered to RCPT, by address: the first of the list, which is then taken from it; else it is accepted."""
    contents: list[str] = field(default_factory=list)
    """What is answered to DATA, likewise; a mail that is refused is not kept."""

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        answers = self.recipients.get(address)
        if answers:
            return answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        if self.contents:
            return self.contents.pop(0)
        self.raw.append(envelope.original_content)
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]  # the policy decides the class
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if address in str(mail["To"])]


@contextmanager
def sink(port: int | None = None) -> Iterator[Sink]:
    """Run a server on a loopback port, a free one unless it is told which."""
    found = Sink(port or free_port())
    controller = Controller(found, hostname="127.0.0.1", port=found.port)
    controller.start()
    try:
        yield found
    finally:
        controller.stop()
