"""The actions of the bot: each takes the latest message to the assistant and says what it answers.

They differ in name only: the rules say which act leads to which. What is said follows from the message and from what
the gateway remembers of the conversation, such as an open dialogue.
"""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.replies import say
from helpdesk import tracing
from understanding.acts import Act
from understanding.assistant import Assistant
from understanding.memory import Memory
from understanding.turn import Turn

NAMES = (
    "action_answer_question",
    "action_account_question",
    "action_request_consultant",
    "action_show_article",
    "action_opening_hours",
    "action_contact",
    "action_rate",
    "action_go_on",
    "action_manners",
    "action_help_at_once",
    "action_warn_of_fraud",
    "action_identity",
    "action_transcript",
    "action_foreign_language",
    "action_book_visit",
    "action_check_visit",
    "action_move_visit",
    "action_cancel_visit",
    "action_request_callback",
    "action_give_feedback",
    "action_check_status",
    "action_find_office",
)


class Converse(Action):
    """Answers the latest message."""

    def __init__(self, assistant: Assistant, name: str) -> None:
        self.assistant = assistant
        self._name = name

    def name(self) -> str:
        """Return the name the rules call it by."""
        return self._name

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Say what the assistant answers; there is nothing that Rasa should remember."""
        with tracing.span("action.run", parent=tracker.latest_message.get("metadata") or {}, action=self._name):
            answer = self.assistant.answer(turn_of(tracker))
        for said in answer.said:
            say(dispatcher, said, answer)
        return []


def turn_of(tracker: Tracker) -> Turn:
    """Return the latest message as the assistant takes it."""
    message = tracker.latest_message
    intent, around = message.get("intent") or {}, message.get("metadata") or {}
    text: str = message.get("text") or ""
    return Turn(
        text="" if text.startswith("/") else text,
        act=Act.named(intent.get("name")),
        confidence=float(intent.get("confidence") or 0.0),
        conversation=around.get("conversation"),
        option=next(tracker.get_latest_entity_values("option"), None),
        article=next(tracker.get_latest_entity_values("article"), None),
        lang=next(tracker.get_latest_entity_values("language"), None) or "pl",
        profile=around.get("profile"),
        topic=around.get("topic"),
        memory=Memory.from_json(around.get("memory")),
        sealed=around.get("sealed") or {},
    )


def conversing_actions(assistant: Assistant) -> list[Action]:
    """Return the actions of this module, ready to be registered."""
    return [Converse(assistant, name) for name in NAMES]
