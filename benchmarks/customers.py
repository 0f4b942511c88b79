"""Customers who write without a pause, each in a thread: as light as a client can be, since it shares the machine."""

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection
from statistics import quantiles
from typing import Any, Protocol

PATIENCE = 60.0


class Customer(Protocol):
    """Somebody in one conversation."""

    def say(self, text: str) -> Sequence[Mapping[str, Any]]:
        """Say something and return the replies."""


class Line:
    """A connection that is kept open."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Post JSON and return the JSON that comes back; raises OSError for any status but 200."""
        self._connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        response = self._connection.getresponse()
        content = response.read()
        if response.status != 200:
            raise OSError(f"{response.status}: {content[:200]!r}")
        return json.loads(content)


@dataclass
class RasaCustomer:
    """Talks to Rasa's REST channel."""

    line: Line
    name: str

    def say(self, text: str) -> Sequence[Mapping[str, Any]]:
        """Say something and return what Rasa says."""
        said: list[dict[str, Any]] = self.line.post("/webhooks/rest/webhook", {"sender": self.name, "message": text})
        return said


@dataclass
class OurCustomer:
    """Talks to the gateway's API."""

    line: Line
    token: str | None = None

    def say(self, text: str) -> Sequence[Mapping[str, Any]]:
        """Say something and return what the bot says."""
        message = {"text": text, **({"conversation": self.token} if self.token else {})}
        state = self.line.post("/api/chat", message)
        self.token = state["conversation"]
        return [reply for reply in state["replies"] if reply["author"] == "bot"]


@dataclass
class Load:
    """What customers went through.

    Attributes:
        seconds: from the first message to the last answer.
        took: seconds of each message, by the number of the turn in its conversation.
        kinds: how many answers there were of each kind; an empty one for none.
    """

    seconds: float = 0.0
    took: list[tuple[int, float]] = field(default_factory=list)
    kinds: dict[str, int] = field(default_factory=dict)

    @property
    def a_second(self) -> float:
        """Messages answered a second."""
        return len(self.took) / self.seconds

    def p95(self, first: int = 0, last: int = 10**9) -> float:
        """Milliseconds within which 95 of 100 messages of these turns were answered."""
        return quantiles([taken for turn, taken in self.took if first <= turn < last], n=20)[-1] * 1000

    def median(self, first: int = 0, last: int = 10**9) -> float:
        """Milliseconds within which half of the messages of these turns were answered."""
        return quantiles([taken for turn, taken in self.took if first <= turn < last], n=2)[0] * 1000


def talk(begin: Callable[[int], Callable[[], Customer]], words: Sequence[str], *, at_once: int, turns: int,
         conversations: int = 1) -> Load:  # fmt: skip
    """Let so many customers talk at once, each so many turns in each of so many conversations, one after the other.

    `begin` makes what opens conversations for the customer of a number.

    Raises:
        OSError: a message failed.
    """
    load, problems, lock = Load(), list[Exception](), threading.Lock()

    def live(number: int) -> None:
        opened, took, kinds = begin(number), list[tuple[int, float]](), dict[str, int]()
        try:
            for conversation in range(conversations):
                customer = opened()
                for turn in range(turns):
                    text = words[(number * 7919 + conversation * 104_729 + turn) % len(words)]
                    begun = time.perf_counter()
                    replies = customer.say(text)
                    took.append((turn, time.perf_counter() - begun))
                    kind = str(replies[0].get("kind", "text")) if replies else ""
                    kinds[kind] = kinds.get(kind, 0) + 1
        except Exception as problem:  # told by the thread that waits for all
            problems.append(problem)
        with lock:
            load.took += took
            for kind, many in kinds.items():
                load.kinds[kind] = load.kinds.get(kind, 0) + many

    threads = [threading.Thread(target=live, args=(number,)) for number in range(at_once)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    load.seconds = time.perf_counter() - begun
    if problems:
        raise problems[0]
    return load
