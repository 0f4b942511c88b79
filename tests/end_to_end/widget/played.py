"""The gateway's side of the chat, played by a test: any state of a conversation at once, without bot or database."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Page, Route, WebSocketRoute

AT = datetime(2026, 11, 20, 11, 0, tzinfo=UTC).isoformat()
SOCKET = re.compile(r"/api/chat/ws$")
STEPS = re.compile(r"/api/chat/(?!ws)")

State = dict[str, Any]


class PlayedGateway:
    """Answers the widget of one page as `web/chat_api.py` would.

    Attributes:
        heard: the messages that came, as they were sent.
        signs: what the widget told beside the messages: that something was read, that the customer types.
        steps: the requests beside the talk, as (path below the token, body).
        refusals: for the next messages, the fields of the error that each is answered with.
        answers: for a step, the status and body that it is answered with instead of the state.
        is_thinking: whether messages are answered only with the sign that the bot is at work.
    """

    def __init__(self, page: Page) -> None:
        self.state: State = {"mode": "bot", "auth_level": "anonymous", "position": 0, "person_wanted": False}
        self.token = "invented-token"
        self.replies: list[State] = []
        self.heard: list[State] = []
        self.signs: list[State] = []
        self.steps: list[tuple[str, Any]] = []
        self.refusals: list[Mapping[str, Any]] = []
        self.answers: dict[str, tuple[int, Any]] = {}
        self.is_thinking = False
        self.sockets: list[WebSocketRoute] = []
        page.route_web_socket(SOCKET, self._connect)
        page.route(STEPS, self._step)

    def say(self, text: str, author: str = "bot", kind: str = "answer", **details: Any) -> None:
        """Say something in the conversation; the widget hears of it."""
        reply = {"id": len(self.replies) + 1, "author": author, "at": AT, "kind": kind, "text": text, "name": ""}
        self.replies.append({**reply, **details})
        self.show(self.replies[-1:])

    def become(self, **changes: Any) -> None:
        """Change the state around the talk; the widget hears of it."""
        self.state.update(changes)
        self.show([])

    def write(self) -> None:
        """Let the consultant type."""
        for socket in self.sockets:
            socket.send(json.dumps({"type": "typing", "author": "consultant"}))

    def show(self, replies: list[State]) -> None:
        """Send a state with these replies to all that listen."""
        for socket in self.sockets:
            socket.send(json.dumps({"type": "state", **self._state(replies)}))

    def _state(self, replies: list[State]) -> State:
        return {"conversation": self.token, **self.state, "replies": replies}

    def _connect(self, socket: WebSocketRoute) -> None:
        socket.on_message(lambda message: self._hear(socket, json.loads(message)))

    def _hear(self, socket: WebSocketRoute, frame: State) -> None:
        if frame["type"] == "hello":
            if socket not in self.sockets:
                self.sockets.append(socket)
            new = [reply for reply in self.replies if reply["id"] > frame["after"]]
            socket.send(json.dumps({"type": "state", **self._state(new)}))
            return
        if frame["type"] in {"read", "typing"}:
            self.signs.append(frame)
            return
        self.heard.append(frame)
        socket.send(json.dumps({"type": "typing"}))
        if self.refusals:
            error = {"type": "error", "client_id": frame["client_id"], **self.refusals.pop(0)}
            socket.send(json.dumps(error))
        elif not self.is_thinking:
            self.say(frame["text"], "customer", "text", client_id=frame["client_id"])
            socket.send(json.dumps({"type": "ack", "client_id": frame["client_id"], "id": len(self.replies)}))

    def _step(self, route: Route) -> None:
        name = route.request.url.split("/api/chat/", 1)[1].split("/", 1)[-1]
        self.steps.append((name, route.request.post_data_json if route.request.method == "POST" else None))
        status, body = self.answers.get(name, (200, None))
        if isinstance(body, str):
            route.fulfill(status=status, body=body, content_type="text/plain; charset=utf-8")
        else:
            route.fulfill(status=status, json=body if body is not None else self._state(list(self.replies)))
