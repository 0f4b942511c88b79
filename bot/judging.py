"""Lets a trained model judge phrases: what it takes each for. It also shows that the model can be loaded.

Run in the bot's own environment, in the project's folder: `python -m bot.judging MODEL PHRASES` prints one line of
JSON: a list of text, right act, given act and confidence. PHRASES is a YAML file of phrases by act.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY


def judged(processor: Any, phrases: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str, str, float]]:
    """Return each phrase with its right act, the act that the model gives it, and how sure the model is."""
    target = processor.model_metadata.nlu_target
    inputs = {
        PLACEHOLDER_MESSAGE: [UserMessage(text) for text, _ in phrases],
        PLACEHOLDER_TRACKER: DialogueStateTracker.from_events("judging", []),
    }
    parsed = processor.graph_runner.run(inputs=inputs, targets=[target])[target]
    found = [message.get(INTENT) or {} for message in parsed]
    return [
        (text, act, given.get(INTENT_NAME_KEY) or "", round(float(given.get(PREDICTED_CONFIDENCE_KEY) or 0.0), 4))
        for (text, act), given in zip(phrases, found, strict=True)
    ]


def main() -> None:
    """Load the model, judge the phrases and print what was made of them."""
    by_act: dict[str, list[str]] = yaml.safe_load(Path(sys.argv[2]).read_text(encoding="utf-8"))
    phrases = [(text, act) for act, texts in by_act.items() for text in texts]
    sys.stdout.write(json.dumps(judged(Agent.load(sys.argv[1]).processor, phrases)) + "\n")


if __name__ == "__main__":
    main()
