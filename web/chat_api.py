"""The chat over HTTP and WebSocket: translates in, calls the gateway or the lobby, translates out."""

import asyncio
import contextlib
from typing import Annotated, Any, Literal

import structlog
from fastapi import APIRouter, Depends, Query, Request, WebSocket, WebSocketDisconnect
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from helpdesk.queues import Queue
from web.api_answers import problems
from web.errors import BadMessage
from web.gateway import Gateway, Heard
from web.push import DESK, Push, conversation_topic, queue_topic
from web.rates import Rates
from web.texts import text
from web.views import State
from web.waiting_room import WaitingRoom

LOOK_AGAIN = 20.0
"""Seconds after which a connection looks by itself, should a hint have been lost on its way."""
TOKEN_RENEWED = 4401
"""How a connection is closed whose token is no longer the conversation's."""
MOST_ID = 2**63 - 1
"""No record has a larger number, and SQLite's driver takes none."""
Token = Annotated[str, Field(min_length=1, max_length=100)]
Payload = Annotated[str, Field(max_length=200)]
ClientId = Annotated[str, Field(min_length=1, max_length=64)]

log = structlog.get_logger(__name__)
router = APIRouter(prefix="/api/chat", tags=["chat"], responses=problems(404, 413, 422, 429))


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


class StartIn(BaseModel):
    """What is known before the first message."""

    profile: str | None = Field(None, max_length=40, description="the customer's group, if the page knows it")


class Hello(BaseModel):
    """The first frame of a WebSocket: which conversation, and what the widget has seen of it."""

    type: Literal["hello"]
    conversation: Token | None = None
    after: Annotated[int, Field(le=MOST_ID)] = 0


class MessageFrame(MessageIn):
    """A message over the WebSocket; the conversation is the connection's own."""

    type: Literal["message"]


_hello: TypeAdapter[Hello] = TypeAdapter(Hello)
_message: TypeAdapter[MessageFrame] = TypeAdapter(MessageFrame)


def gateway(request: Request) -> Gateway:
    """Return the application's gateway."""
    found: Gateway = request.app.state.gateway
    return found


def rates(connection: HTTPConnection) -> Rates:
    """Return how often visitors may ask for something."""
    found: Rates = connection.app.state.parts.rates
    return found


TheGateway = Annotated[Gateway, Depends(gateway)]


@router.post("")
async def say(message: MessageIn, gateway: TheGateway, request: Request) -> State:
    """Say something; the answer holds the replies, and the token to go on with; 429 when it is too much."""
    await rates(request).message(request, message.conversation)
    state = await gateway.hear(message.conversation, message.heard())
    # The contract's replies are what the other side said; the customer's own words come back only in the history.
    return state.model_copy(update={"replies": [reply for reply in state.replies if reply.author != "customer"]})


@router.post("/start")
async def start(about: StartIn, gateway: TheGateway, request: Request) -> State:
    """Start a conversation before its first message, which can then be sent again without beginning another one.

    429 when one address begins too many.
    """
    await rates(request).conversation(request)
    return await run_in_threadpool(gateway.start, about.profile)


@router.get("/{conversation}")
def history(conversation: Token, gateway: TheGateway, after: Annotated[int, Query(ge=0, le=MOST_ID)] = 0) -> State:
    """Give the conversation with its messages above an id."""
    return gateway.look(conversation, after)


@router.post("/{conversation}/person")
async def ask_for_person(conversation: Token, gateway: TheGateway) -> State:
    """Wait for a person without confirming the identity."""
    return await moved(gateway, conversation, await run_in_threadpool(gateway.lobby.ask_for_person, conversation))


@router.post("/{conversation}/leave")
async def leave(conversation: Token, gateway: TheGateway) -> State:
    """Stop waiting and go back to the bot."""
    gone = await run_in_threadpool(gateway.lobby.leave, conversation)
    if gone.left is not None:
        await gateway.push.publish(queue_topic(gone.left))
    return await moved(gateway, conversation, gone.number)


async def moved(gateway: Gateway, token: str, number: int) -> State:
    """Tell everybody who watches a conversation that it changed, and return it as it is now."""
    await gateway.push.publish(conversation_topic(number), DESK)
    return await run_in_threadpool(gateway.look, token)


@router.websocket("/ws")
async def live(socket: WebSocket) -> None:
    """Hold a live connection: messages in, whatever is new in the conversation out."""
    await socket.accept()
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # RuntimeError: sending after the other side left
        await _Line(socket, socket.app.state.gateway, socket.app.state.waiting_room).hold()


class _Line:
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
                        await self.socket.close(TOKEN_RENEWED)
                        return
                    await self._refuse(frame, problem.text, problem.status, problem.retry_after)
        finally:
            for task in (self.watching, self.following):
                if task is not None:
                    task.cancel()

    async def _receive(self) -> object:
        try:
            return await self.socket.receive_json()
        except (ValueError, KeyError):  # no JSON, or a binary frame
            return None

    async def _take(self, frame: object) -> None:
        if _is_hello(frame):
            hello = _hello.validate_python(frame)
            self.after = hello.after
            if hello.conversation is not None:
                await self._join(hello.conversation)
            return
        message = _message.validate_python(frame)
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
        self.token, self.shown = token, {}
        if self.watching is not None:
            self.watching.cancel()
        self.watching = asyncio.create_task(self._watch(token, number))

    async def _watch(self, token: str, number: int) -> None:
        try:
            await self._watch_until_renewed(token, number)
        except BadMessage:
            # The token was renewed when the identity was confirmed: who has the new one comes back with it.
            with contextlib.suppress(RuntimeError):
                await self.socket.close(TOKEN_RENEWED)

    async def _watch_until_renewed(self, token: str, number: int) -> None:
        async with self.push.subscribe(conversation_topic(number)) as changed:
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                while True:
                    changed.clear()
                    state = await run_in_threadpool(self.gateway.look, token, self.after)
                    await self._show(state)
                    self._follow(number, state)
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(changed.wait(), LOOK_AGAIN)

    def _follow(self, number: int, state: State) -> None:
        """Follow the queue that the conversation waits in; none when it does not wait."""
        queue = Queue(state.queue) if state.queue else None
        if queue is self.queue:
            return
        if self.following is not None:
            self.following.cancel()
        self.queue = queue
        self.following = asyncio.create_task(self._stand_in(queue, number, state)) if queue else None

    async def _stand_in(self, queue: Queue, number: int, state: State) -> None:
        """Show the new place whenever somebody leaves the queue, without reading the conversation again."""
        async with self.push.subscribe(queue_topic(queue)) as moved:
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                while True:
                    await moved.wait()
                    moved.clear()
                    places = await self.waiting_room.look(queue)
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
