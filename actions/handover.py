"""Actions that lead to a person: an account question, the wish for a consultant, and a foreign language."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.replies import hints
from understanding.acts import Act
from understanding.topics import Topics

TRANSLATED = frozenset({"en", "uk", "ru", "de"})
"""Languages with an answer of their own in the domain."""


class LeadToPerson(Action):
    """Offers a person, in the queue of the topic that the message names."""

    def __init__(self, topics: Topics, *, name: str, act: Act, response: str) -> None:
        self.topics = topics
        self._name, self._act, self._response = name, act, response

    def name(self) -> str:
        """Return the name the rules call it by."""
        return self._name

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Say what happens next; the gateway turns the hint into the hand-over."""
        decision = self.topics.decide(self._act, tracker.latest_message.get("text") or "")
        dispatcher.utter_message(response=self._response, json_message=hints(decision))
        return []


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


def handover_actions(topics: Topics) -> list[Action]:
    """Return the actions of this module, ready to be registered."""
    account = LeadToPerson(topics, name="action_account_question", act=Act.ASK_ACCOUNT, response="utter_verify")
    person = LeadToPerson(
        topics, name="action_request_consultant", act=Act.REQUEST_CONSULTANT, response="utter_handover"
    )
    return [account, person, AnswerForeigner(topics)]
