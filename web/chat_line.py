"""A widget's live connection: frames in, and whatever is new in the conversation out."""

import asyncio
import contextlib
from typing import Annotated, Any, Literal

from fastapi import WebSocket, WebSocketDisconnect
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from helpdesk.lifecycle import Author, Mode
from helpdesk.queues import Queue
from web.errors import BadMessage
from web.gateway import Gateway
from web.heard import Heard
from web.push import Push, conversation_topic, queue_topic, typing_topic
from web.rates import Rates
from web.signs import customer_read, window_is_open
from web.texts import text
from web.trouble import AWAY, RETRY_AFTER
from web.views import State
from web.waiting_room import WaitingRoom

LOOK_AGAIN = 20.0
"""Seconds after which a connection looks by itself, should a hint have been lost on its way."""
TOKEN_RENEWED = 4401
"""How a connection is closed whose token is no longer the conversation's."""
MOST_ID = 2**63 - 1
"""No record has a larger number, and SQLite's driver takes none."""
SIGN_EVERY = 15.0
"""Seconds between two signs that the window is open."""
TYPING_EVERY = 1.0
"""Seconds within which a second sign of typing is dropped."""
WITH_PERSON = frozenset({Mode.WAITING.value, Mode.HUMAN.value})
Token = Annotated[str, Field(min_length=1, max_length=100)]
Payload = Annotated[str, Field(max_length=200)]
ClientId = Annotated[str, Field(min_length=1, max_length=64)]


class MessageIn(BaseModel):
    """A message of the customer."""

    conversation: Token | None = Field(None, description="the secret token of the conversation; none starts a new one")
    text: str = Field(description="what was typed, or the title of the pressed button")
    profile: str | None = Field(None, max_length=40, description="the customer's group, if the page knows it")
    payload: Payload | None = Field(None, description="what the pressed button carries")
    client_id: ClientId | None = Field(None, description="the sender's own id; the same one is stored once")

    def heard(self) -> Heard:
        """Return it as the gateway takes it."""
        return Heard(self.text, self.payload, self.profile, self.client_id)


class Hello(BaseModel):
    """The first frame of a WebSocket: which conversation, and what the widget has seen of it."""

    type: Literal["hello"]
    conversation: Token | None = None
    after: Annotated[int, Field(le=MOST_ID)] = 0


class MessageFrame(MessageIn):
    """A message over the WebSocket; the conversation is the connection's own."""

    type: Literal["message"]


class ReadFrame(BaseModel):
    """The last message that the window has shown."""

    type: Literal["read"]
    id: int = Field(ge=0, le=MOST_ID)


class TypingFrame(BaseModel):
    """The customer types; the words themselves are not sent before they are finished."""

    type: Literal["typing"]


_frames: TypeAdapter[Hello | MessageFrame | ReadFrame | TypingFrame] = TypeAdapter(
    Annotated[Hello | MessageFrame | ReadFrame | TypingFrame, Field(discriminator="type")]
)


def rates(connection: HTTPConnection) -> Rates:
    """Return how often visitors may ask for something."""
    found: Rates = connection.app.state.parts.rates
    return found


class Line:
    """One widget's connection. The database is read again at each hint, so nothing said is missed or doubled."""

    def __init__(self, socket: WebSocket, gateway: Gateway, waiting_room: WaitingRoom) -> None:
        self.socket, self.gateway, self.waiting_room = socket, gateway, waiting_room
        self.push: Push = gateway.push
        self.token: str | None = None
        self.after = 0
        self.shown: dict[str, Any] = {}
        self.watching: asyncio.Task[None] | None = None
        self.following: asyncio.Task[None] | None = None
        self.queue: Queue | None = None
        self.number = 0
        self.mode = ""
        self.writing: asyncio.Task[None] | None = None
        self.cutting: asyncio.Task[None] | None = None
        self.signed_at = self.typed_at = float("-inf")

    async def hold(self) -> None:
        """Serve until the widget leaves."""
        try:
            while True:
                frame = await self._receive()
                try:
                    await self._take(frame)
                except ValidationError:
                    await self._refuse(frame, text("bad_request"), 422)
                except BadMessage as problem:
                    if problem.status == 404 and self.token is not None and not _is_hello(frame):
                        await self._cut()
                        return
                    await self._refuse(frame, problem.text, problem.status, problem.retry_after)
                except AWAY:
                    await self._refuse(frame, text("away"), 503, RETRY_AFTER)
        except RuntimeError:  # a word was to go out after the line was cut
            if self.cutting is None:
                raise
        finally:
            for task in (self.watching, self.following, self.writing):
                if task is not None:
                    task.cancel()

    async def _receive(self) -> object:
        try:
            return await self.socket.receive_json()
        except (ValueError, KeyError):  # no JSON, or a binary frame
            return None

    async def _take(self, frame: object) -> None:
        taken = _frames.validate_python(frame)
        if isinstance(taken, Hello):
            self.after = taken.after
            if taken.conversation is not None:
                await self._join(taken.conversation)
        elif isinstance(taken, ReadFrame):
            await self._read(taken.id)
        elif isinstance(taken, TypingFrame):
            await self._typing()
        else:
            await self._hear(taken)

    async def _read(self, message_id: int) -> None:
        if self.mode != Mode.HUMAN.value:
            return
        told = await run_in_threadpool(customer_read, self.gateway.database, self.number, message_id)
        if told is not None:
            await self.push.publish(conversation_topic(self.number))

    async def _typing(self) -> None:
        now = asyncio.get_running_loop().time()
        if self.mode == Mode.HUMAN.value and now - self.typed_at >= TYPING_EVERY:
            self.typed_at = now
            await self.push.publish(typing_topic(self.number, Author.CUSTOMER))

    async def _hear(self, message: MessageFrame) -> None:
        await rates(self.socket).message(self.socket, self.token)
        await self.socket.send_json({"type": "typing"})
        state = await self.gateway.hear(self.token, message.heard())
        stored = next((reply.id for reply in state.replies if reply.author == "customer"), 0)
        ack = {
            "type": "ack",
            "client_id": message.client_id,
            "id": stored,
            "conversation": state.conversation,
        }
        await self.socket.send_json(ack)
        if self.token is None:
            await self._join(state.conversation)

    async def _join(self, token: str) -> None:
        number = await run_in_threadpool(self.gateway.conversation_id, token)
        self.token, self.shown, self.number = token, {}, number
        for task in (self.watching, self.writing):
            if task is not None:
                task.cancel()
        self.writing = None
        self.watching = asyncio.create_task(self._watch(token, number))

    async def _watch(self, token: str, number: int) -> None:
        try:
            await self._watch_until_renewed(token, number)
        except BadMessage:
            # The token was renewed when the identity was confirmed: who has the new one comes back with it.
            await self._cut()

    async def _cut(self) -> None:
        """Close the line once, whoever notices first; who waits here may be cancelled, the closing is not."""
        self.cutting = self.cutting or asyncio.create_task(self._close())
        await asyncio.shield(self.cutting)

    async def _close(self) -> None:
        with contextlib.suppress(RuntimeError):  # the widget has left meanwhile
            await self.socket.close(TOKEN_RENEWED)

    async def _watch_until_renewed(self, token: str, number: int) -> None:
        async with self.push.subscribe(conversation_topic(number)) as changed:
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                while True:
                    changed.clear()
                    patience = LOOK_AGAIN
                    try:
                        state = await run_in_threadpool(self.gateway.look, token, self.after)
                        await self._show(state)
                        self._follow(number, state)
                        await self._around(number, state)
                    except AWAY:
                        patience = RETRY_AFTER
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(changed.wait(), patience)

    def _follow(self, number: int, state: State) -> None:
        """Follow the queue that the conversation waits in; none when it does not wait."""
        queue = Queue(state.queue) if state.queue else None
        if queue is self.queue:
            return
        if self.following is not None:
            self.following.cancel()
        self.queue = queue
        self.following = asyncio.create_task(self._stand_in(queue, number, state)) if queue else None

    async def _around(self, number: int, state: State) -> None:
        """Give a sign of the open window while a person is wanted, and show when the consultant types."""
        self.mode, now = state.mode, asyncio.get_running_loop().time()
        if state.mode == Mode.HUMAN.value:
            self.writing = self.writing or asyncio.create_task(self._show_typing(number))
        elif self.writing is not None:
            self.writing.cancel()
            self.writing = None
        if state.mode in WITH_PERSON and now - self.signed_at >= SIGN_EVERY:
            self.signed_at = now
            await run_in_threadpool(window_is_open, self.gateway.database, number, now=self.gateway.clock())

    async def _show_typing(self, number: int) -> None:
        async with self.push.subscribe(typing_topic(number, Author.CONSULTANT)) as typed:
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                while True:
                    await typed.wait()
                    typed.clear()
                    await self.socket.send_json({"type": "typing", "author": Author.CONSULTANT.value})

    async def _stand_in(self, queue: Queue, number: int, state: State) -> None:
        """Show the new place whenever somebody leaves the queue, without reading the conversation again."""
        async with self.push.subscribe(queue_topic(queue)) as moved:
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                while True:
                    await moved.wait()
                    moved.clear()
                    try:
                        places = await self.waiting_room.look(queue)
                    except AWAY:  # the next who leaves is told of again
                        continue
                    place = places.positions.get(number)
                    if place is not None:  # otherwise it was taken, which its own hint tells
                        minutes = places.minutes(place)
                        around = {**self.shown, "position": place, "wait_minutes": minutes}
                        await self._show(state.model_copy(update={**around, "replies": []}))

    async def _show(self, state: State) -> None:
        around = state.model_dump(exclude={"replies"})
        if not state.replies and around == self.shown:
            return
        self.shown = around
        await self.socket.send_json({"type": "state", **state.model_dump(mode="json")})
        self.after = max([self.after, *(reply.id for reply in state.replies)])

    async def _refuse(self, frame: object, why: str, status: int, retry_after: int | None = None) -> None:
        client_id = frame.get("client_id") if isinstance(frame, dict) else None
        refusal = {"type": "error", "client_id": client_id, "text": why, "status": status}
        await self.socket.send_json(refusal | ({"retry_after": retry_after} if retry_after is not None else {}))


def _is_hello(frame: object) -> bool:
    return isinstance(frame, dict) and frame.get("type") == "hello"
