"""What a decision says to the customer, and the hints that travel beside it from an action to the gateway."""

from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from knowledge.render import answer_text, aspect_text, form_text, redirect_text, term_text
from understanding.acts import Act
from understanding.decision import Decision, Kind
from understanding.topics import Topics

WORDS = {
    Act.GREET: "utter_greet",
    Act.THANK: "utter_thank",
    Act.GOODBYE: "utter_goodbye",
    Act.ASK_IDENTITY: "utter_identity",
    Act.OUT_OF_SCOPE: "utter_out_of_scope",
}
"""What is said of an act when no topic is found; of every other act it is that it is not known."""
UNKNOWN = "utter_unknown"
LEADING = {Kind.VERIFY: "utter_verify", Kind.HANDOVER: "utter_handover"}
"""What is said when the way leads to a person."""


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


def say(dispatcher: CollectingDispatcher, topics: Topics, decision: Decision) -> None:
    """Say what a decision gives: a text of the knowledge, or a response of the domain."""
    told = _told(topics, decision)
    if told is not None:
        dispatcher.utter_message(text=told, json_message=hints(decision))
    elif decision.kind is Kind.CHOICE:
        buttons = _choices(topics, decision)
        dispatcher.utter_message(response="utter_choice", buttons=buttons, json_message=hints(decision))
    else:
        response = LEADING.get(decision.kind) or WORDS.get(decision.act, UNKNOWN)
        dispatcher.utter_message(response=response, json_message=hints(decision))


def _told(topics: Topics, decision: Decision) -> str | None:
    """What the knowledge tells; None when the decision does not tell, or what it names is gone by now."""
    verdict, base = decision.verdict, topics.knowledge()
    article = topics.article(decision.article)
    if decision.kind is Kind.FORM and (form := base.forms.by_symbol(verdict.form or "")):
        return form_text(form, article)
    if decision.kind is Kind.TERM and (term := base.glossary.by_name(verdict.term or "")):
        return term_text(term, article)
    if decision.kind is Kind.REDIRECT and (place := base.reference.institutions.get(verdict.institution or "")):
        return redirect_text(place)
    if decision.kind is not Kind.ANSWER or article is None:
        return None
    if verdict.aspect is not None:
        return aspect_text(article, verdict.aspect)
    second = topics.article(verdict.second)
    return "\n\n".join(answer_text(told) for told in (article, second) if told is not None)


def _choices(topics: Topics, decision: Decision) -> list[dict[str, str]]:
    articles = filter(None, map(topics.article, decision.choices))
    return [{"title": article.title, "payload": f"article:{article.id}"} for article in articles]
