"""Stand-ins written by hand, for what a test does not want to be about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from helpdesk.conversations import Utterance
from helpdesk.queues import Queue
from understanding.errors import EngineUnavailable
from understanding.service import Understood
from web.errors import BotUnavailable


@dataclass
class FakeBot:
    """Answers from a list and remembers what it was given."""

    answers: list[Sequence[Utterance]] = field(default_factory=list)
    given: list[tuple[str, str, Mapping[str, str]]] = field(default_factory=list)

    async def answer(self, sender: str, message: str, metadata: Mapping[str, str]) -> Sequence[Utterance]:
        self.given.append((sender, message, metadata))
        if not self.answers:
            raise BotUnavailable("nothing left to say")
        return self.answers.pop(0)


@dataclass
class FakeUnderstander:
    """Understands everything as one and the same question, or not at all."""

    understood: Understood = field(
        default_factory=lambda: Understood(
            kind="answer",
            act="ask_general",
            lang="pl",
            article="zasilek-macierzynski",
            alternatives=(),
            confidence=0.9,
            queue=Queue.BENEFITS,
            individual=False,
        )
    )
    down: bool = False
    texts: list[str] = field(default_factory=list)

    def understand(self, text: str) -> Understood:
        self.texts.append(text)
        if self.down:
            raise EngineUnavailable("down")
        return self.understood

    def having_asked(self, texts: Sequence[str]) -> "FakeUnderstander":
        return self
