"""Questions from the command line, through the same path as the chat."""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

from knowledge.library import load
from okienko.errors import CommandError
from okienko.keys import build_sealer
from okienko.parts import chat_parts, check_ports, check_room, child_environment
from okienko.places import ARTICLES
from okienko.schema import upgrade
from okienko.settings import Settings
from okienko.storage import build_database, now
from okienko.supervisor import Supervisor
from okienko.training import train
from web.rates import HOUSE_HEADER, house_pass

AT_ONCE = 4
"""Questions asked at the same time; more would only wait for Rasa."""
READY_SECONDS = 120.0
SMALLTALK = "smalltalk"
FIELDS = ("kind", "article", "alternatives", "confidence", "queue", "individual", "form", "institution", "lang", "text")


@contextmanager
def chat(settings: Settings, say: Callable[[str], None]) -> Iterator[httpx2.Client]:
    """Give a client of a running chat; what is not running is started, and ended afterwards."""
    with house_client(settings, settings.web_url) as client:
        if _is_ready(client):
            yield client
            return
        check_room(settings.data_dir)
        check_ports(settings, mail=False)
        upgrade(build_database(settings))
        train(settings, load(ARTICLES))
        supervisor = Supervisor(settings.data_dir / "logs", child_environment(), say)
        try:
            supervisor.start(chat_parts(settings))
            supervisor.wait_ready(READY_SECONDS)
            yield client
        finally:
            supervisor.end_all()


def house_client(settings: Settings, url: str) -> httpx2.Client:
    """Return a client that may ask without limits: who has the keys of the house asks many questions at once."""
    headers = {HOUSE_HEADER: house_pass(build_sealer(settings), now())}
    return httpx2.Client(base_url=url, headers=headers, timeout=60, trust_env=False)


def _is_ready(client: httpx2.Client) -> bool:
    try:
        return client.get("/readyz").status_code == 200
    except httpx2.HTTPError:
        return False


def ask(client: httpx2.Client, question: str) -> Mapping[str, Any]:
    """Ask one question in a conversation of its own; returns the result of the `ask` contract.

    Raises:
        CommandError: the question was refused; the message is the one the customer would see.
    """
    begun = time.perf_counter()
    response = client.post("/api/chat", json={"text": question})
    took = round((time.perf_counter() - begun) * 1000)
    answer = response.json()
    if response.status_code != 200:
        raise CommandError(answer["detail"])
    bot = [reply for reply in answer["replies"] if reply["author"] == "bot"]
    # A word of sympathy may come before the answer itself.
    said = next((reply for reply in bot if reply["kind"] != SMALLTALK), bot[0] if bot else None)
    if said is None:
        raise CommandError("the bot said nothing")
    return {**{name: said.get(name) for name in FIELDS}, "ms": took}


def ask_all(client: httpx2.Client, lines: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    """Ask the questions of JSON lines, in their order; a refused or broken one gives `kind: unknown` with `error`."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(lambda line: _ask_line(client, line), (line for line in lines if line.strip()))


def _ask_line(client: httpx2.Client, line: str) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
        if not isinstance(row, dict) or not isinstance(row.get("q"), str):
            raise ValueError
    except ValueError:
        return {**_nothing("each line takes a JSON object with a text `q`"), "line": line.strip()}
    try:
        return {**row, **ask(client, row["q"])}
    except (CommandError, httpx2.HTTPError) as problem:
        return {**row, **_nothing(str(problem))}


def _nothing(error: str) -> Mapping[str, Any]:
    """Return the contract's fields for a question that got no answer, with the reason."""
    nothing: dict[str, Any] = {**dict.fromkeys(FIELDS), "kind": "unknown", "alternatives": [], "confidence": 0.0}
    return {**nothing, "individual": False, "lang": "pl", "text": error, "ms": 0, "error": error}


def ask_file(client: httpx2.Client, questions: Path, out: Path) -> int:
    """Ask the questions of a JSON-lines file and write the results; returns their number."""
    asked = 0
    with questions.open(encoding="utf-8") as lines, out.open("w", encoding="utf-8") as results:
        for result in ask_all(client, lines):
            results.write(json.dumps(result, ensure_ascii=False) + "\n")
            asked += 1
    return asked
