"""The bot behind the gateway: Rasa's REST channel, its answers as utterances."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp

from helpdesk import tracing
from helpdesk.conversations import Utterance
from web.errors import BotUnavailable
from web.loopback import Loopback

DEFAULT_KIND = "smalltalk"
"""What a reply is that comes straight from the domain, without an action's hint."""


class Bot(Protocol):
    """Answers one message of a conversation."""

    async def answer(self, sender: str, message: str, metadata: Mapping[str, Any]) -> Sequence[Utterance]:
        """Return the replies; raises BotUnavailable."""


@dataclass(frozen=True)
class RasaBot:
    """Rasa over HTTP on loopback."""

    rasa: Loopback

    async def answer(self, sender: str, message: str, metadata: Mapping[str, Any]) -> Sequence[Utterance]:
        """Return Rasa's replies; raises BotUnavailable when it is silent, down or says nonsense."""
        try:
            with tracing.span("rasa.ask"):
                # Rasa hands the metadata on to the actions, which so find their trace.
                body = {"sender": sender, "message": message, "metadata": {**metadata, **tracing.carrier()}}
                replies = join(await self.rasa.post("/webhooks/rest/webhook", body))
        except (aiohttp.ClientError, TimeoutError, ValueError, TypeError, KeyError) as problem:
            raise BotUnavailable(type(problem).__name__) from problem
        if not replies:
            raise BotUnavailable("no reply")
        return replies


def join(sent: Sequence[Mapping[str, Any]]) -> Sequence[Utterance]:
    """Return Rasa's messages as utterances: texts and the custom data sent right after them belong together.

    Rasa's channel cuts a text at its empty lines; the paragraphs are put together again.
    """
    utterances: list[Utterance] = []
    open_text = False
    for message in sent:
        if "text" in message:
            before = utterances.pop() if open_text else Utterance(DEFAULT_KIND, "")
            details = {"buttons": message["buttons"]} if message.get("buttons") else {}
            words = "\n\n".join(filter(None, (before.text, message["text"])))
            utterances.append(Utterance(DEFAULT_KIND, words, {**before.details, **details}))
            open_text = True
        elif "custom" in message and open_text:
            hint = dict(message["custom"])
            last = utterances[-1]
            utterances[-1] = Utterance(hint.pop("kind", last.kind), last.text, {**last.details, **hint})
            open_text = False
    return utterances


def escape(text: str) -> str:
    """Return a customer's words so that Rasa does not take them for a command of its own (a leading slash)."""
    return text.lstrip("/ \t\n") or "?"
