"""Trains the Rasa project in the current folder and asks it `questions.json`; runs alone in Rasa's environment."""

import asyncio
import json
import logging
from collections.abc import Sequence
from pathlib import Path

from rasa.core.agent import Agent
from rasa.model_training import train_nlu
from rasa.utils.log_utils import configure_structlog

RETRIEVAL_INTENT = "faq"


def train() -> str:
    """Train and return the path of the model."""
    model: str | None = train_nlu("config.yml", "nlu.yml", "models", domain="domain.yml")
    if model is None:
        raise SystemExit("Rasa made no model")
    return model


async def ask(agent: Agent, questions: Sequence[str]) -> list[list[str]]:
    """Return the ids of the ten likeliest articles for each question, best first."""
    return [await _ranking(agent, question) for question in questions]


async def _ranking(agent: Agent, question: str) -> list[str]:
    # A slash at the beginning would be read as a command that names an intent.
    parsed = await agent.parse_message(question.lstrip("/ "))
    ranking = parsed["response_selector"][RETRIEVAL_INTENT]["ranking"]
    return [label["intent_response_key"].removeprefix(f"{RETRIEVAL_INTENT}/") for label in ranking]


def main() -> None:
    """Train, ask, and write `rankings.json`."""
    # Otherwise every question is told again with all that was found in it.
    configure_structlog(logging.WARNING)
    questions = json.loads(Path("questions.json").read_text(encoding="utf-8"))
    agent = Agent.load(train())
    rankings = asyncio.run(ask(agent, questions))
    Path("rankings.json").write_text(json.dumps(rankings), encoding="utf-8")


if __name__ == "__main__":
    main()
