"""One inquiry understood outside a dialogue: what the mail asks, through the same act and topics as the chat."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import httpx2

from understanding.acts import Act
from understanding.errors import EngineUnavailable
from understanding.inquiries import Inquiries, Understood, texts_of
from understanding.topics import Topics

__all__ = ["RasaUnderstander", "Understander", "Understood"]

AT_ONCE = 16
"""Texts of one question to Rasa; see `bot/channels/acts.py`."""


class Understander(Protocol):
    """Understands a text; implemented by `RasaUnderstander` and by fakes in tests."""

    def understand(self, text: str) -> Understood:
        """Return what the (masked) text asks; its first line is the subject, when more lines follow.

        Raises:
            EngineUnavailable: when it cannot be told now.
        """

    def having_asked(self, texts: Sequence[str]) -> "Understander":
        """Return one that has asked at once what it needs for understanding each of these texts."""


@dataclass(frozen=True)
class RasaUnderstander:
    """Asks Rasa for the dialogue act over HTTP and the knowledge for the topic."""

    client: httpx2.Client
    topics: Topics
    known: Mapping[str, Act] = field(default_factory=dict, repr=False)
    """Acts that were asked for before."""
    away: bool = False
    """Whether Rasa did not answer just now; then it is not asked again."""

    def understand(self, text: str) -> Understood:
        """Return what the (masked) text asks; raises EngineUnavailable."""
        return Inquiries(self.topics, self._act).understand(*_letter(text))

    def having_asked(self, texts: Sequence[str]) -> "RasaUnderstander":
        """Return one that knows the acts of all these texts, or that Rasa is away.

        Where Rasa answers and yet refuses, each text is asked for by itself: one bad text must not stop the others.
        """
        wanted = dict.fromkeys(each for text in texts for each in texts_of(*_letter(text)) if each.strip())
        try:
            return replace(self, known=dict(self._acts(list(wanted))))
        except httpx2.TransportError:
            return replace(self, away=True)
        except (httpx2.HTTPError, ValueError, KeyError):
            return self

    def _acts(self, texts: Sequence[str]) -> Iterable[tuple[str, Act]]:
        for start in range(0, len(texts), AT_ONCE):
            some = texts[start : start + AT_ONCE]
            answer = self.client.post("/webhooks/acts/parse", json={"texts": [_plain(text) for text in some]})
            answer.raise_for_status()
            yield from zip(some, map(Act.named, answer.json()["acts"]), strict=True)

    def _act(self, text: str) -> Act:
        if not text.strip():
            return Act.FALLBACK
        if text in self.known:
            return self.known[text]
        if self.away:
            raise EngineUnavailable("no answer")
        try:
            answer = self.client.post("/model/parse", json={"text": _plain(text)})
            answer.raise_for_status()
            parsed: dict[str, Any] = answer.json()
        except (httpx2.HTTPError, ValueError) as problem:
            raise EngineUnavailable(str(problem)) from problem
        return Act.named((parsed.get("intent") or {}).get("name"))


def _plain(text: str) -> str:
    # A leading slash would be taken as a command of Rasa's own.
    return text.lstrip("/ ")


def _letter(text: str) -> tuple[str, str]:
    subject, _, words = text.partition("\n")
    return (subject, words) if words else ("", subject)
