"""Rasa's check of what the action server answers, with its schema checked once, judges as Rasa's own."""

import json
import subprocess

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


def test_answers_are_judged_as_by_rasa_itself() -> None:
    command = [str(BOT_PYTHON), "-c", JUDGE, json.dumps(RESULTS)]

    printed = subprocess.run(
        command, cwd=ROOT, env=bot_environment(Settings()), capture_output=True, text=True, check=True
    ).stdout

    before, after = json.loads(printed.splitlines()[-1])
    assert before == after == [True, True, False, False, False, False]
