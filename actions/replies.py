"""Hands replies to Rasa: their words, their buttons, and beside them the hints for the gateway."""

from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from understanding.decision import Decision
from understanding.said import Said
from understanding.turn import Answer


def hints(decision: Decision, lang: str = "pl") -> dict[str, Any]:
    """Return a decision as the JSON that the gateway joins with the text."""
    verdict = decision.verdict
    return {
        "kind": decision.kind.value,
        "act": decision.act.value,
        "article": decision.article,
        "alternatives": list(verdict.alternatives),
        "confidence": round(verdict.confidence, 4),
        "queue": decision.queue.value,
        "individual": decision.individual,
        "lang": lang,
        "form": verdict.form,
        "institution": verdict.institution,
    }


def say(dispatcher: CollectingDispatcher, said: Said, answer: Answer) -> None:
    """Say one reply: a text of the knowledge, or a response of the domain."""
    around = {
        **hints(said.decision, said.lang),
        "article_changed": said.changed,
        "person": said.person,
        "urgent": said.urgent,
        "end": said.end,
        "memory": answer.memory.as_json(),
        "profile": answer.profile,
    }
    words = {"text": said.text} if said.response is None else {"response": said.response, **said.values}
    # Only buttons of our own are given along: an empty list would take away those of the response.
    buttons = {"buttons": [dict(button) for button in said.buttons]} if said.buttons else {}
    dispatcher.utter_message(json_message=around, **words, **buttons)
