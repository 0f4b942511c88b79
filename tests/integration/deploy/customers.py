"""Customers who talk through a proxy without a pause, and send again what was not acknowledged, as the widget does."""

import asyncio
import json
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx2
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.servers.echo_bot import PREFIX

PATIENCE = 60.0
BREATH = 0.25
"""Seconds between an answer and the next text: the nodes that start need the processor too."""
AGAIN = 0.5
"""Seconds after which a patient customer sends a text again that was refused."""


def echoed(replies: Sequence[dict[str, Any]], words: str) -> bool:
    """Whether the bot that repeats has answered these words."""
    return any(reply["text"] == PREFIX + words for reply in replies)


def answered(replies: Sequence[dict[str, Any]], _words: str) -> bool:
    """Whether a bot has answered anything."""
    return any(reply["author"] == "bot" for reply in replies)


@dataclass
class Talk:
    """What a customer went through.

    Attributes:
        name: the customer's.
        is_answer: tells whether replies hold the answer to some words.
        phrase: makes the words of a number; no two are the same.
        breath: seconds between an answer and the next text.
        patient: whether a refusal (the service is away) is no fault: it is noted, and the text sent again.
        said: the texts, in their order.
        token: the conversation.
        answered: texts whose answer was seen.
        statuses: of all responses over HTTP.
        closings: the codes with which WebSockets were closed from the other side.
        silence: the longest time between a text and its answer, in seconds.
        pending: the text that waits for its answer over a WebSocket, and its id.
        begun: when it was first said.
        after: the last message seen.
    """

    name: str
    is_answer: Callable[[Sequence[dict[str, Any]], str], bool] = echoed
    phrase: Callable[[str, int], str] = "{} mówi zdanie {}".format
    breath: float = BREATH
    patient: bool = False
    token: str = ""
    said: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    closings: list[int] = field(default_factory=list)
    silence: float = 0.0
    pending: tuple[str, str] | None = None
    begun: float = 0.0
    after: int = 0

    def next(self) -> tuple[str, str]:
        """Return the next text and the id under which it is sent."""
        self.said.append(self.phrase(self.name, len(self.said)))
        return self.said[-1], f"{self.name}-{len(self.said)}"

    def heard(self, begun: float) -> None:
        self.answered.append(self.said[-1])
        self.silence = max(self.silence, time.monotonic() - begun)


async def post(client: httpx2.AsyncClient, talk: Talk, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Post something and note the status; a patient customer does so until it is taken."""
    while True:
        try:
            response = await client.post(path, json=body)
        except httpx2.HTTPError:
            if not talk.patient:
                raise
            talk.statuses.append(0)
        else:
            talk.statuses.append(response.status_code)
            if response.status_code == 200 or not talk.patient:
                taken: dict[str, Any] = response.json()
                return taken
        await asyncio.sleep(AGAIN)


async def talk_over_http(url: str, trust: ssl.SSLContext, talk: Talk, enough: asyncio.Event) -> None:
    """Say one text after the other; every single response is noted."""
    async with httpx2.AsyncClient(base_url=url, verify=trust, timeout=PATIENCE, trust_env=False) as client:
        talk.token = (await post(client, talk, "/api/chat/start", {}))["conversation"]
        while not enough.is_set():
            (words, client_id), begun = talk.next(), time.monotonic()
            message = {"conversation": talk.token, "text": words, "client_id": client_id}
            answer = await post(client, talk, "/api/chat", message)
            assert talk.is_answer(answer["replies"], words), answer
            talk.heard(begun)
            await asyncio.sleep(talk.breath)


async def talk_over_websocket(url: str, trust: ssl.SSLContext, talk: Talk, enough: asyncio.Event) -> None:
    """Say one text after the other over one line at a time; a line that was closed is opened again."""
    async with httpx2.AsyncClient(base_url=url, verify=trust, timeout=PATIENCE, trust_env=False) as client:
        talk.token = (await post(client, talk, "/api/chat/start", {}))["conversation"]
    address = url.replace("https://", "wss://") + "/api/chat/ws"
    while talk.pending is not None or not enough.is_set():
        try:
            async with connect(address, ssl=trust, proxy=None) as line:
                await _send(line, type="hello", conversation=talk.token, after=talk.after)
                if talk.pending is not None:
                    await _say(line, talk)
                await _talk_on(line, talk, enough)
        except ConnectionClosed as closed:
            talk.closings.append(closed.rcvd.code if closed.rcvd else 1006)
            await asyncio.sleep(0.2)
        except TimeoutError:
            raise  # an answer that never comes, which is no matter of the line
        except (InvalidHandshake, OSError):
            talk.statuses.append(0)
            await asyncio.sleep(0.2)


async def _talk_on(line: ClientConnection, talk: Talk, enough: asyncio.Event) -> None:
    while talk.pending is not None or not enough.is_set():
        if talk.pending is None:
            talk.pending, talk.begun = talk.next(), time.monotonic()
            await _say(line, talk)
        frame = json.loads(await asyncio.wait_for(line.recv(), PATIENCE))
        if frame["type"] == "error":
            assert talk.patient, frame
            talk.statuses.append(frame["status"])
            await asyncio.sleep(AGAIN)
            await _say(line, talk)
        if frame["type"] == "state":
            talk.after = max([talk.after, *(reply["id"] for reply in frame["replies"])])
            if talk.is_answer(frame["replies"], talk.pending[0]):
                talk.heard(talk.begun)
                talk.pending = None
                await asyncio.sleep(talk.breath)


async def _say(line: ClientConnection, talk: Talk) -> None:
    assert talk.pending is not None
    words, client_id = talk.pending
    await _send(line, type="message", text=words, client_id=client_id)


async def _send(line: ClientConnection, **frame: object) -> None:
    await line.send(json.dumps(frame))
