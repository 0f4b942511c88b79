"""The action that answers who does not write Polish."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.replies import hints
from understanding.acts import Act
from understanding.topics import Topics

TRANSLATED = frozenset({"en", "uk", "ru", "de"})
"""Languages with an answer of their own in the domain."""


class AnswerForeigner(Action):
    """Answers a message in another language in that language, with the way to a person."""

    def __init__(self, topics: Topics) -> None:
        self.topics = topics

    def name(self) -> str:
        """Return the name the rules call it by."""
        return "action_foreign_language"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Say it in the language that the gate found, else in English and Polish."""
        lang = next(tracker.get_latest_entity_values("language"), None) or "en"
        decision = self.topics.decide(Act.FOREIGN_LANGUAGE, "")
        response = f"utter_foreign_{lang if lang in TRANSLATED else 'other'}"
        dispatcher.utter_message(response=response, json_message=hints(decision, lang))
        return []
