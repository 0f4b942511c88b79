"""Actions that answer from the knowledge: a question, and a topic chosen by its button."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.replies import hints
from helpdesk.queues import Queue
from knowledge.render import answer_text
from understanding.acts import Act
from understanding.decision import Decision, Kind
from understanding.topics import Topics

UNKNOWN = "utter_unknown"
WORDS = {
    Act.GREET: "utter_greet",
    Act.THANK: "utter_thank",
    Act.GOODBYE: "utter_goodbye",
    Act.ASK_IDENTITY: "utter_identity",
    Act.OUT_OF_SCOPE: "utter_out_of_scope",
}
"""What is said of an act when no topic is found; of every other act it is that it is not known."""


class AnswerQuestion(Action):
    """Answers a general question, offers topics to choose from, or says the words of the act."""

    def __init__(self, topics: Topics) -> None:
        self.topics = topics

    def name(self) -> str:
        """Return the name the rules call it by."""
        return "action_answer_question"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Say what the decision gives for the latest message."""
        message = tracker.latest_message
        act = Act.named((message.get("intent") or {}).get("name"))
        profile = (message.get("metadata") or {}).get("profile")
        decision = self.topics.decide(act, message.get("text") or "", profile=profile)
        article = self.topics.article(decision.article)
        if decision.kind is Kind.ANSWER and article is not None:
            dispatcher.utter_message(text=answer_text(article), json_message=hints(decision))
        elif decision.kind is Kind.CHOICE:
            dispatcher.utter_message(
                response="utter_choice", buttons=self._choices(decision), json_message=hints(decision)
            )
        else:
            dispatcher.utter_message(response=WORDS.get(act, UNKNOWN), json_message=hints(decision))
        return []

    def _choices(self, decision: Decision) -> list[dict[str, str]]:
        articles = (self.topics.library.articles[article_id] for article_id in decision.alternatives)
        return [{"title": article.title, "payload": f"article:{article.id}"} for article in articles]


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
            missing = Decision(Kind.UNKNOWN, Act.CHOOSE_ARTICLE, Queue.GENERAL)
            dispatcher.utter_message(response="utter_article_missing", json_message=hints(missing))
        else:
            chosen = Decision(Kind.ANSWER, Act.CHOOSE_ARTICLE, article.queue, article.id, confidence=1.0)
            dispatcher.utter_message(text=answer_text(article), json_message=hints(chosen))
        return []
