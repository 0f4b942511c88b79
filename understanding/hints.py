"""What travels beside the words of a reply, as JSON: the `ask` contract, and what the gateway is to keep or do."""

from typing import Any

from understanding.said import Said
from understanding.turn import Answer


def hints(said: Said, answer: Answer) -> dict[str, Any]:
    """Return a reply's decision and consequences.

    Its memory and profile are those of the whole answer that the reply belongs to.
    """
    decision, verdict = said.decision, said.decision.verdict
    return {
        "kind": decision.kind.value,
        "act": decision.act.value,
        "article": decision.article,
        "alternatives": list(verdict.alternatives),
        "confidence": round(verdict.confidence, 4),
        "queue": decision.queue.value,
        "individual": decision.individual,
        "lang": said.lang,
        "form": verdict.form,
        "institution": verdict.institution,
        "article_changed": said.changed,
        "person": said.person,
        "urgent": said.urgent,
        "end": said.end,
        "memory": answer.memory.as_json(),
        "profile": answer.profile,
    }
