"""The action that answers who does not write Polish."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversing import turn_of
from actions.replies import say
from understanding.foreign import Foreigners
from understanding.topics import Topics


class AnswerForeigner(Action):
    """Answers a message in another language in that language, with the way to a person."""

    def __init__(self, topics: Topics) -> None:
        self.foreigners = Foreigners(topics)

    def name(self) -> str:
        """Return the name the rules call it by."""
        return "action_foreign_language"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Say it in the language that the gate found, else in English and Polish."""
        answer = self.foreigners.answer(turn_of(tracker))
        for said in answer.said:
            say(dispatcher, said, answer)
        return []
