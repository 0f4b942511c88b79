"""The hints that travel beside a reply's text from an action to the gateway."""

from typing import Any

from understanding.decision import Decision


def hints(decision: Decision, lang: str = "pl") -> dict[str, Any]:
    """Return a decision as the JSON that the gateway joins with the text."""
    return {
        "kind": decision.kind.value,
        "act": decision.act.value,
        "article": decision.article,
        "alternatives": list(decision.alternatives),
        "confidence": round(decision.confidence, 4),
        "queue": decision.queue.value,
        "individual": decision.individual,
        "lang": lang,
    }
