"""A channel for mail: tells the dialogue acts of several texts in one passage through Rasa's graph."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

from bot.channels import checked_once, kept_lines, straight_runner

MOST_TEXTS = 16
"""Texts of one request: while they are read, the chat waits."""


class ActsInput(InputChannel):
    """Answers `POST /webhooks/acts/parse` with `{"texts": [...]}` by `{"acts": [...]}`, a name for each text.

    It opens no conversation and keeps nothing. Each text is judged as `/model/parse` judges it by itself.
    """

    @classmethod
    def name(cls) -> str:
        """Return the part of the address that is its own."""
        return "acts"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the routes of the channel."""
        # Channels are what Rasa loads of ours before it serves.
        for change in (checked_once, straight_runner, kept_lines):
            change.install()
        routes = Blueprint("acts_webhook")

        @routes.listener("after_server_stop")
        async def end(*_: Any) -> None:
            await kept_lines.close()

        @routes.post("/parse")
        async def parse(request: Request) -> HTTPResponse:
            texts = (request.json or {}).get("texts")
            if not isinstance(texts, list) or not 0 < len(texts) <= MOST_TEXTS or not all(map(_is_text, texts)):
                return json({"error": f"texts: a list of up to {MOST_TEXTS} texts is needed"}, status=400)
            return json({"acts": acts_of(request.app.ctx.agent.processor, texts)})

        return routes


def acts_of(processor: Any, texts: Sequence[str]) -> Sequence[str | None]:
    """Return the name of the act of each text, as a loaded agent's processor tells it."""
    target = processor.model_metadata.nlu_target
    inputs = {
        PLACEHOLDER_MESSAGE: [UserMessage(text) for text in texts],
        PLACEHOLDER_TRACKER: DialogueStateTracker.from_events("acts", []),
    }
    parsed = processor.graph_runner.run(inputs=inputs, targets=[target])[target]
    return [(message.get(INTENT) or {}).get(INTENT_NAME_KEY) for message in parsed]


def _is_text(text: object) -> bool:
    return isinstance(text, str) and bool(text.strip())
