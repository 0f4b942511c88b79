"""The two gateways of text messages: one that keeps them in a folder for the demonstration, one that speaks HTTP."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx2

from helpdesk.errors import NotTaken

TIMEOUT = 10.0
LONGEST_REASON = 200
HOPELESS = frozenset({400, 404, 410, 413, 422})
"""Answers that are about this very message. All others pass: the network, a busy gateway, and a refused token, which
is a matter of our settings, and the messages must wait for them."""


@dataclass(frozen=True)
class Kept:
    """A text message that the folder's gateway keeps.

    Attributes:
        recipient: the end of the number; no more of it is written down.
        text: the message.
        at: when it was first handed over.
    """

    recipient: str
    text: str
    at: datetime


@dataclass(frozen=True)
class FolderGateway:
    """Keeps text messages as files, named by their keys; it sends none. For the demonstration."""

    folder: Path

    def send(self, recipient: str, text: str, key: str) -> None:
        """Keep one message; the same key again changes nothing. Raises NotTaken when it cannot be written."""
        content = json.dumps({"recipient": f"…{recipient[-3:]}", "text": text}, ensure_ascii=False)
        file = self._of(recipient) / f"{hashlib.sha256(key.encode()).hexdigest()}.json"
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            if not file.exists():
                draft = file.with_suffix(".draft")
                draft.write_text(content, encoding="utf-8")
                draft.rename(file)  # readers never see half of it
        except OSError as problem:
            raise NotTaken(f"{type(problem).__name__}: {problem.strerror}", permanent=False) from problem

    def kept(self, recipient: str | None = None) -> Sequence[Kept]:
        """Return the messages of one number or of all, the oldest first."""
        place = self.folder if recipient is None else self._of(recipient)
        files = sorted(place.rglob("*.json"), key=lambda file: file.stat().st_mtime)
        return [_read(file) for file in files]

    def _of(self, recipient: str) -> Path:
        return self.folder / hashlib.sha256(recipient.encode()).hexdigest()[:32]


def _read(file: Path) -> Kept:
    content = json.loads(file.read_text(encoding="utf-8"))
    return Kept(content["recipient"], content["text"], datetime.fromtimestamp(file.stat().st_mtime, UTC))


@dataclass(frozen=True)
class HttpGateway:
    """Hands text messages to an HTTP gateway: a POST of `{"to", "text"}` with a bearer token.

    The header `Idempotency-Key` carries the message's key, so that a message handed over twice is delivered once.

    Attributes:
        client: speaks HTTP; it follows no redirects.
        url: the gateway's address.
        token: the bearer token; empty for none.
    """

    client: httpx2.Client
    url: str
    token: str

    def __repr__(self) -> str:
        return f"HttpGateway({self.url!r})"

    def send(self, recipient: str, text: str, key: str) -> None:
        """Hand over one message; raises NotTaken, permanent when the gateway refuses this very message."""
        headers = {"Idempotency-Key": key}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            answer = self.client.post(
                self.url, json={"to": recipient, "text": text}, headers=headers, follow_redirects=False
            )
        except httpx2.HTTPError as problem:
            # Words of the client may hold the address with its secrets; the kind of problem says enough.
            raise NotTaken(type(problem).__name__, permanent=False) from problem
        if not answer.is_success:
            # A gateway's words may repeat the number; it is not written down in clear.
            words = answer.text[:LONGEST_REASON].replace(recipient, "…").replace(recipient.lstrip("+"), "…")
            raise NotTaken(f"{answer.status_code} {words}".strip(), permanent=answer.status_code in HOPELESS)


def http_gateway(url: str, token: str) -> HttpGateway:
    """Return a gateway that speaks HTTP; nothing is connected yet."""
    return HttpGateway(httpx2.Client(timeout=TIMEOUT, trust_env=False), url, token)
