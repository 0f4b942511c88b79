"""What the widget and the API see of a conversation, as typed values."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from helpdesk import consents, mandates
from helpdesk.lifecycle import Mode
from helpdesk.standing import Standing
from helpdesk.tables import ChatMessage, Conversation, Customer


class Button(BaseModel):
    """Something the customer can press instead of typing."""

    title: str
    payload: str = Field(description="sent back with the next message; its form is the gateway's own")


class Reply(BaseModel):
    """One message of a conversation; the fields after `buttons` say how the bot came to it."""

    id: int
    author: str
    name: str = ""
    at: datetime
    kind: str
    text: str
    article: str | None = None
    buttons: list[Button] = []
    alternatives: list[str] = []
    confidence: float = 0.0
    queue: str | None = None
    individual: bool = False
    form: str | None = None
    institution: str | None = None
    lang: str = "pl"
    urgent: bool = Field(False, description="whether somebody may be in danger: the numbers to call are shown large")
    client_id: str | None = Field(None, description="of the customer's own messages: the id that the widget gave it")


class Principal(BaseModel):
    """A customer whom a representative may act for."""

    id: int
    name: str


class State(BaseModel):
    """A conversation as its customer sees it."""

    conversation: str = Field(description="the secret token; whoever has it has the conversation")
    mode: str = Field(description="bot, waiting, human or closed")
    auth_level: str = Field(description="anonymous, address, verified or representative")
    queue: str | None = Field(None, description="the consultants' queue it waits in, while waiting")
    position: int = Field(0, description="place in the queue while waiting, 1 is next")
    wait_minutes: int | None = Field(
        None, description="minutes until a person comes, measured from the latest waits; null when it is not known"
    )
    ways: list[str] = Field(
        [], description="what can be done while nobody is there: wait, ticket (answer by mail), callback (by telephone)"
    )
    person_wanted: bool = Field(False, description="whether the customer is to say how to be joined with a person")
    principals: list[Principal] = Field([], description="whom the confirmed customer may act for")
    acting_for: Principal | None = Field(None, description="the one acted for now; null for own matters")
    oidc: str | None = Field(None, description="what the button of the operator's sign-in says; null without one")
    consultant: str | None = Field(None, description="the name of the consultant who leads it; null without one")
    read_id: int = Field(0, description="the last message that the consultant has seen")
    consent: int | None = Field(None, description="the question for a consent that waits for an answer; null for none")
    replies: list[Reply] = []


def principal_view(customer: Customer) -> Principal:
    """Return a customer as their representative sees them."""
    return Principal(id=customer.id, name=customer.name)


def principal_views(session: Session, known: Standing, *, now: datetime) -> list[Principal]:
    """Return whom the customer of a conversation may act for; nobody while they are not confirmed."""
    customer = known.customer
    return [principal_view(one) for one in mandates.principals(session, customer.id, now=now)] if customer else []


def consultant_view(session: Session, conversation: Conversation) -> dict[str, Any]:
    """Return what the customer is shown of the consultant who leads a conversation; nothing while none does."""
    if conversation.mode is not Mode.HUMAN or conversation.consultant is None:
        return {}
    asked = consents.unanswered(session, conversation.id)
    return {
        "consultant": conversation.consultant.name,
        "read_id": conversation.consultant_read_id,
        "consent": asked.id if asked else None,
    }


def reply_view(message: ChatMessage, consultant: str = "") -> Reply:
    """Return a stored message as the customer sees it."""
    details: dict[str, Any] = message.details
    return Reply(
        id=message.id,
        author=message.author.value,
        name=consultant,
        at=message.created_at,
        kind=message.kind,
        text=message.text,
        client_id=message.client_id,
        **{key: details[key] for key in _HINTS if details.get(key) is not None},
    )


_HINTS: Sequence[str] = (
    "article",
    "buttons",
    "alternatives",
    "confidence",
    "queue",
    "individual",
    "form",
    "institution",
    "lang",
    "urgent",
)
