"""Customers who talk through a proxy without a pause, and send again what was not acknowledged, as the widget does."""

import asyncio
import json
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx2
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.servers.echo_bot import PREFIX

PATIENCE = 60.0
BREATH = 0.25
"""Seconds between an answer and the next text: the nodes that start need the processor too."""


@dataclass
class Talk:
    """What a customer went through.

    Attributes:
        said: the texts, in their order.
        token: the conversation.
        answered: texts whose answer was seen.
        statuses: of all responses over HTTP.
        closings: the codes with which WebSockets were closed from the other side.
        silence: the longest time between a text and its answer, in seconds.
    """

    name: str
    token: str = ""
    said: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    closings: list[int] = field(default_factory=list)
    silence: float = 0.0

    def next(self) -> tuple[str, str]:
        """Return the next text and the id under which it is sent."""
        self.said.append(f"{self.name} mówi zdanie {len(self.said)}")
        return self.said[-1], f"{self.name}-{len(self.said)}"

    def heard(self, begun: float) -> None:
        self.answered.append(self.said[-1])
        self.silence = max(self.silence, time.monotonic() - begun)


async def start(client: httpx2.AsyncClient, talk: Talk) -> None:
    response = await client.post("/api/chat/start", json={})
    talk.statuses.append(response.status_code)
    talk.token = response.json()["conversation"]


async def talk_over_http(url: str, trust: ssl.SSLContext, talk: Talk, enough: asyncio.Event) -> None:
    """Say one text after the other; every single response is noted."""
    async with httpx2.AsyncClient(base_url=url, verify=trust, timeout=PATIENCE, trust_env=False) as client:
        await start(client, talk)
        while not enough.is_set():
            (words, client_id), begun = talk.next(), time.monotonic()
            message = {"conversation": talk.token, "text": words, "client_id": client_id}
            response = await client.post("/api/chat", json=message)
            talk.statuses.append(response.status_code)
            assert _is_answered(response.json()["replies"], words), response.text
            talk.heard(begun)
            await asyncio.sleep(BREATH)


async def talk_over_websocket(url: str, trust: ssl.SSLContext, talk: Talk, enough: asyncio.Event) -> None:
    """Say one text after the other over one line at a time; a line that was closed is opened again."""
    async with httpx2.AsyncClient(base_url=url, verify=trust, timeout=PATIENCE, trust_env=False) as client:
        await start(client, talk)
    address = url.replace("https://", "wss://") + "/api/chat/ws"
    after, pending, begun = 0, None, 0.0
    while pending is not None or not enough.is_set():
        try:
            async with connect(address, ssl=trust, proxy=None) as line:
                await _send(line, type="hello", conversation=talk.token, after=after)
                if pending is not None:
                    await _send(line, type="message", text=pending[0], client_id=pending[1])
                while pending is not None or not enough.is_set():
                    if pending is None:
                        pending, begun = talk.next(), time.monotonic()
                        await _send(line, type="message", text=pending[0], client_id=pending[1])
                    frame = json.loads(await asyncio.wait_for(line.recv(), PATIENCE))
                    assert frame["type"] != "error", frame
                    if frame["type"] == "state":
                        after = max([after, *(reply["id"] for reply in frame["replies"])])
                        if _is_answered(frame["replies"], pending[0]):
                            talk.heard(begun)
                            pending = None
                            await asyncio.sleep(BREATH)
        except ConnectionClosed as closed:
            talk.closings.append(closed.rcvd.code if closed.rcvd else 1006)
            await asyncio.sleep(0.2)
        except TimeoutError:
            raise  # an answer that never comes, which is no matter of the line
        except (InvalidHandshake, OSError):
            talk.statuses.append(0)
            await asyncio.sleep(0.2)


def _is_answered(replies: Sequence[dict[str, Any]], words: str) -> bool:
    return any(reply["text"] == PREFIX + words for reply in replies)


async def _send(line: ClientConnection, **frame: object) -> None:
    await line.send(json.dumps(frame))
