"""Actions that answer from the knowledge: a question, and a topic chosen by its button."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.replies import hints, say
from helpdesk.queues import Queue
from knowledge import decision as knowledge
from knowledge.decision import Verdict
from knowledge.render import answer_text
from understanding.acts import Act
from understanding.decision import Decision, Kind
from understanding.topics import Topics


class AnswerQuestion(Action):
    """Says what a message gets: an answer, topics to choose from, another institution, words of the act."""

    def __init__(self, topics: Topics, name: str) -> None:
        self.topics = topics
        self._name = name

    def name(self) -> str:
        """Return the name the rules call it by."""
        return self._name

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Say what the decision gives for the latest message."""
        message = tracker.latest_message
        act = Act.named((message.get("intent") or {}).get("name"))
        around = message.get("metadata") or {}
        decision = self.topics.decide(
            act, message.get("text") or "", profile=around.get("profile"), topic=around.get("topic")
        )
        say(dispatcher, self.topics, decision)
        return []


class ShowArticle(Action):
    """Shows the article whose button was pressed."""

    def __init__(self, topics: Topics) -> None:
        self.topics = topics

    def name(self) -> str:
        """Return the name the rules call it by."""
        return "action_show_article"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Say the article, or that there is none by this name."""
        article = self.topics.article(next(tracker.get_latest_entity_values("article"), None))
        if article is None:
            gone = Decision(Kind.UNKNOWN, Act.CHOOSE_ARTICLE, Queue.GENERAL, Verdict(knowledge.Kind.UNKNOWN))
            dispatcher.utter_message(response="utter_article_missing", json_message=hints(gone))
        else:
            verdict = Verdict(knowledge.Kind.ANSWER, article.id, confidence=1.0)
            chosen = Decision(Kind.ANSWER, Act.CHOOSE_ARTICLE, article.queue, verdict)
            dispatcher.utter_message(text=answer_text(article), json_message=hints(chosen))
        return []


def answering_actions(topics: Topics) -> list[Action]:
    """Return the actions of this module, ready to be registered.

    The three that take a whole message differ in name only: the rules say which act leads to which, and what is
    said follows from the decision.
    """
    names = ("action_answer_question", "action_account_question", "action_request_consultant")
    return [*(AnswerQuestion(topics, name) for name in names), ShowArticle(topics)]
