"""What we changed in Rasa for its speed gives what Rasa's own code gives."""

import json
import subprocess
from typing import Any

from okienko.places import BOT_PYTHON, ROOT
from okienko.settings import Settings
from okienko.training import bot_environment

RESULTS = [
    {"events": [], "responses": [{"text": "Dzień dobry"}]},
    {"events": [{"event": "slot", "name": "queue", "value": "zasilki"}]},
    {"events": "none", "responses": []},
    {"events": [{"event": "slot"}], "responses": []},
    {"events": [], "responses": ["Dzień dobry"]},
    [],
]
JUDGE = """
import json, sys
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from bot.channels import checked_once

def verdicts():
    found = []
    for result in json.loads(sys.argv[1]):
        try:
            found.append(RemoteAction("action_any", None)._validate_action_result(result))
        except ValidationError:
            found.append(False)
    return found

before = verdicts()
checked_once.install()
print(json.dumps([before, verdicts()]))
"""
GRAPHS = """
import json
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from bot.channels import straight_runner

class Sum(GraphComponent):
    calls = []

    @classmethod
    def create(cls, config, **_):
        made = cls()
        made.name = config["name"]
        return made

    def add(self, left=0, right=0):
        self.calls.append(self.name)
        return left + right + 1

def node(name, **needs):
    return SchemaNode(needs, Sum, "create", "add", {"name": name}, eager=True)

schema = GraphSchema({
    "last": node("last", left="middle", right="first"),
    "middle": node("middle", left="first", right="given"),
    "first": node("first", left="given"),
    "unasked": node("unasked", left="given"),
})

def found():
    runner, seen = DaskGraphRunner(schema, None, ExecutionContext(schema)), []
    for inputs, targets in (({"given": 5}, ["last"]), ({"given": 5}, ["first", "middle"]), ({"given": 7}, ["last"]),
                            ({"given": 5, "first": 1}, ["last"]), ({}, ["first"])):
        Sum.calls.clear()
        try:
            seen.append([runner.run(inputs=inputs, targets=targets), sorted(Sum.calls)])
        except GraphRunError:
            seen.append("refused")
    return seen

before = found()
straight_runner.install()
print(json.dumps([before, found()]))
"""
CALLS = """
import asyncio, json
from aiohttp import web
from aiohttp.test_utils import TestServer
from rasa.utils.endpoints import EndpointConfig
from bot.channels import kept_lines

async def call(times):
    callers = set()
    async def answer(request):
        callers.add(request.transport.get_extra_info("peername"))
        return web.json_response(await request.json())
    app = web.Application()
    app.router.add_post("/webhook", answer)
    async with TestServer(app) as server:
        endpoint = EndpointConfig(f"http://127.0.0.1:{server.port}/webhook")
        said = [await endpoint.request(json={"number": number}) for number in range(times)]
        await kept_lines.close()
    return [len(callers), said]

before = asyncio.run(call(3))
kept_lines.install()
print(json.dumps([before, asyncio.run(call(3))]))
"""


def beside_rasa(script: str, *arguments: str) -> tuple[Any, Any]:
    """Run a script in Rasa's environment that prints what is found before and after a change."""
    command = [str(BOT_PYTHON), "-c", script, *arguments]
    printed = subprocess.run(
        command, cwd=ROOT, env=bot_environment(Settings()), capture_output=True, text=True, check=True
    ).stdout
    before, after = json.loads(printed.splitlines()[-1])
    return before, after


def test_graphs_give_what_they_give_to_rasa_itself() -> None:
    before, after = beside_rasa(GRAPHS)

    assert before == after
    assert after[0] == [{"last": 19}, ["first", "last", "middle"]]
    assert after[1] == [{"first": 6, "middle": 12}, ["first", "middle"]]
    assert after[3:] == [[{"last": 9}, ["last", "middle"]], "refused"]


def test_calls_of_the_action_server_share_a_connection() -> None:
    before, after = beside_rasa(CALLS)

    assert before == [3, [{"number": 0}, {"number": 1}, {"number": 2}]]
    assert after == [1, before[1]]


def test_answers_are_judged_as_by_rasa_itself() -> None:
    before, after = beside_rasa(JUDGE, json.dumps(RESULTS))

    assert before == after == [True, True, False, False, False, False]
