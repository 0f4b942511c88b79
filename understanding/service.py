"""One inquiry understood outside a dialogue: what the mail asks, through the same act and topics as the chat."""

from dataclasses import dataclass
from typing import Any, Protocol

import httpx2

from understanding.acts import Act
from understanding.errors import EngineUnavailable
from understanding.inquiries import Inquiries, Understood
from understanding.topics import Topics

__all__ = ["RasaUnderstander", "Understander", "Understood"]


class Understander(Protocol):
    """Understands a text; implemented by `RasaUnderstander` and by fakes in tests."""

    def understand(self, text: str) -> Understood:
        """Return what the (masked) text asks; its first line is the subject, when more lines follow.

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
        subject, _, words = text.partition("\n")
        return Inquiries(self.topics, self._act).understand(*((subject, words) if words else ("", subject)))

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
