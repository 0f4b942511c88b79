"""One inquiry understood outside a dialogue: what the mail asks, through the same act and topics as the chat."""

from dataclasses import dataclass
from typing import Any, Protocol

import httpx2

from helpdesk.queues import Queue
from polish.detection import detect
from understanding.acts import Act
from understanding.errors import EngineUnavailable
from understanding.topics import Topics

LONGEST = 4_000
"""Characters of a text that are looked at; the question of a mail stands in its first page."""


@dataclass(frozen=True)
class Understood:
    """What an inquiry is about; see `understanding.decision.Decision` for the fields they share."""

    kind: str
    act: str
    lang: str
    article: str | None
    alternatives: tuple[str, ...]
    confidence: float
    queue: Queue
    individual: bool


class Understander(Protocol):
    """Understands a text; implemented by `RasaUnderstander` and by fakes in tests."""

    def understand(self, text: str) -> Understood:
        """Return what the (masked) text asks.

        Raises:
            EngineUnavailable: when it cannot be told now.
        """


@dataclass(frozen=True)
class RasaUnderstander:
    """Asks Rasa for the dialogue act over HTTP and the knowledge for the topic."""

    client: httpx2.Client
    topics: Topics

    def understand(self, text: str) -> Understood:
        """Return what the (masked) text asks; raises EngineUnavailable."""
        text = text[:LONGEST]
        act = self._act(text)
        decision = self.topics.decide(act, text)
        lang = detect(text).lang if act is Act.FOREIGN_LANGUAGE else "pl"
        return Understood(
            kind=decision.kind.value,
            act=decision.act.value,
            lang=lang,
            article=decision.article,
            alternatives=decision.verdict.alternatives,
            confidence=decision.verdict.confidence,
            queue=decision.queue,
            individual=decision.individual,
        )

    def _act(self, text: str) -> Act:
        if not text.strip():
            return Act.FALLBACK
        try:
            # A leading slash would be taken as a command of Rasa's own.
            answer = self.client.post("/model/parse", json={"text": text.lstrip("/ ")})
            answer.raise_for_status()
            parsed: dict[str, Any] = answer.json()
        except (httpx2.HTTPError, ValueError) as problem:
            raise EngineUnavailable(str(problem)) from problem
        return Act.named((parsed.get("intent") or {}).get("name"))
