"""The desk's live line: one word for each thing that a page should look at again. It carries no contents."""

import asyncio
import contextlib
from collections.abc import Collection
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, WebSocket, WebSocketDisconnect
from starlette.concurrency import run_in_threadpool

from helpdesk.lifecycle import Author, Mode
from helpdesk.roles import Permission, may
from helpdesk.tables import Conversation, StaffSession
from web.desk.chat_view import visible
from web.desk.signed_in import parts_of, same_origin, session_of
from web.push import DESK, LEADERS, conversation_topic, staff_topic, typing_topic
from web.trouble import AWAY

BEAT = 25.0
"""Seconds between hints sent without a cause: they keep proxies from closing the line and refresh waiting times."""
MOST_CHATS = 4
TYPING = "typing "
NOT_SIGNED_IN = 4401

router = APIRouter()


@router.websocket("/ws")
async def hints(
    socket: WebSocket,
    chat: Annotated[list[int] | None, Query(max_length=MOST_CHATS)] = None,
    quiet: bool = False,
) -> None:
    """Send a word whenever the page should look again; it then fetches the part of itself as usual.

    `look`: the whole page. `lists`: its lists, beside the chats that it shows. `notices`: the notices. `chat 7`: that
    chat. `typing 7`: its customer types. The page itself may say `typing 7`: its consultant types.

    Args:
        socket: the page.
        chat: the chats that it shows; those that one may not see are passed over.
        quiet: whether it shows no lists.
    """
    me = await run_in_threadpool(session_of, socket) if same_origin(socket) else None
    if me is None:
        await socket.close(code=NOT_SIGNED_IN)
        return
    await socket.accept()
    shown = await run_in_threadpool(_visible, socket, me, chat or ())
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        await _Line(socket, me).hold(_words(me, shown, quiet=quiet), shown)


def _words(me: StaffSession, chats: Collection[int], *, quiet: bool) -> dict[str, str]:
    """Return which word each topic is told by."""
    words = {staff_topic(me.staff_id): "notices"}
    if may(me.staff, Permission.LEAD):
        words[LEADERS] = "notices"
    if not quiet:
        words[DESK] = "lists" if chats else "look"
    for number in chats:
        words[conversation_topic(number)] = f"chat {number}"
        words[typing_topic(number, Author.CUSTOMER)] = f"{TYPING}{number}"
    return words


def _visible(socket: WebSocket, me: StaffSession, chats: Collection[int]) -> list[int]:
    seen = []
    with parts_of(socket).database.reading() as session:
        for number in chats:
            with contextlib.suppress(HTTPException):
                seen.append(visible(session, number, me.staff).id)
    return seen


class _Line:
    """One page's line."""

    def __init__(self, socket: WebSocket, me: StaffSession) -> None:
        self.socket, self.me = socket, me
        self.push = parts_of(socket).gateway.push

    async def hold(self, words: dict[str, str], chats: Collection[int]) -> None:
        """Tell what changes until the page leaves, or its session ends."""
        said: asyncio.Queue[str] = asyncio.Queue()
        tasks = [asyncio.create_task(self._follow(topic, word, said)) for topic, word in words.items()]
        leaving = asyncio.create_task(self._listen(chats))
        try:
            await self._speak(said, leaving)
        finally:
            for task in (*tasks, leaving):
                task.cancel()

    async def _speak(self, said: "asyncio.Queue[str]", leaving: "asyncio.Task[None]") -> None:
        while not leaving.done():
            waking = asyncio.create_task(said.get())
            await asyncio.wait({waking, leaving}, timeout=BEAT, return_when=asyncio.FIRST_COMPLETED)
            if waking.done():
                await self.socket.send_text(waking.result())
                continue
            waking.cancel()
            with contextlib.suppress(*AWAY):  # the next beat looks again
                if await run_in_threadpool(session_of, self.socket) is None:
                    await self.socket.close(code=NOT_SIGNED_IN)
                    return
            await self.socket.send_text("look")

    async def _follow(self, topic: str, word: str, said: "asyncio.Queue[str]") -> None:
        async with self.push.subscribe(topic) as changed:
            while True:
                await changed.wait()
                changed.clear()
                said.put_nowait(word)

    async def _listen(self, chats: Collection[int]) -> None:
        """Pass on that the consultant types, in chats that are theirs at this moment."""
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                word = await self.socket.receive_text()
                number = word.removeprefix(TYPING)
                if word.startswith(TYPING) and number.isdecimal() and int(number) in chats:
                    await self._typing(int(number))

    async def _typing(self, number: int) -> None:
        leads = False
        with contextlib.suppress(*AWAY):
            leads = await run_in_threadpool(self._leads, number)
        if leads:
            await self.push.publish(typing_topic(number, Author.CONSULTANT))

    def _leads(self, number: int) -> bool:
        with parts_of(self.socket).database.reading() as session:
            chat = session.get(Conversation, number)
            return chat is not None and chat.mode is Mode.HUMAN and chat.consultant_id == self.me.staff_id
