"""The chat over HTTP and WebSocket: translates in, calls the gateway or the lobby, translates out."""

import contextlib
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, WebSocket, WebSocketDisconnect
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from web.api_answers import problems
from web.chat_line import MOST_ID, WITH_PERSON, Line, MessageIn, Token, rates
from web.gateway import Gateway
from web.push import DESK, conversation_topic, queue_topic
from web.signs import customer_read, window_is_open
from web.views import State

router = APIRouter(prefix="/api/chat", tags=["chat"], responses=problems(404, 413, 422, 429))


class StartIn(BaseModel):
    """What is known before the first message."""

    profile: str | None = Field(None, max_length=40, description="the customer's group, if the page knows it")


class ReadIn(BaseModel):
    """What the customer's window has shown."""

    id: int = Field(ge=0, le=MOST_ID, description="the last message that was shown")


def gateway(request: Request) -> Gateway:
    """Return the application's gateway."""
    found: Gateway = request.app.state.gateway
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
    """Give the conversation with its messages above an id; asking for them shows that the window is open."""
    state = gateway.look(conversation, after)
    if state.mode in WITH_PERSON:
        window_is_open(gateway.database, gateway.conversation_id(conversation), now=gateway.clock())
    return state


@router.post("/{conversation}/read", status_code=204)
async def read(conversation: Token, shown: ReadIn, gateway: TheGateway) -> None:
    """Note what the customer's window has shown; the consultant sees it as read."""
    number = await run_in_threadpool(gateway.conversation_id, conversation)
    told = await run_in_threadpool(customer_read, gateway.database, number, shown.id)
    if told is not None:
        await gateway.push.publish(conversation_topic(number))


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
        await Line(socket, socket.app.state.gateway, socket.app.state.waiting_room).hold()
