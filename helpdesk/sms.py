"""Text messages: the port to a gateway, and the messages themselves."""

from datetime import datetime
from functools import cache
from typing import Protocol
from uuid import uuid4

from jinja2 import Environment, PackageLoader, StrictUndefined
from sqlalchemy.orm import Session

from helpdesk import moments
from helpdesk.lifecycle import OutboxStatus
from helpdesk.tables import OutboxSms

ONE_PART = 160
"""GSM-7 characters that travel as one message; a longer one is paid for and may be torn apart (3GPP TS 23.038)."""


class SmsGateway(Protocol):
    """Hands text messages to the telephone network."""

    def send(self, recipient: str, text: str, key: str) -> None:
        """Hand over one message; the same key again means the same message, which is then delivered once.

        Args:
            recipient: the number in E.164, such as `+48501234567`.
            text: what to send.
            key: the message's own key.

        Raises:
            NotTaken: the gateway did not take it.
        """


def render(name: str, **context: object) -> str:
    """Compose a text message from `templates/sms/<name>.txt`; it is one line.

    Raises:
        jinja2.TemplateNotFound: when there is no such message.
        jinja2.UndefinedError: when the context lacks something that the message names.
    """
    return " ".join(_environment().get_template(f"{name}.txt").render(context).split())


def enqueue(
    session: Session,
    *,
    kind: str,
    recipient: str,
    body: str,
    visit_id: int | None,
    due_at: datetime,
    expires_at: datetime | None,
    now: datetime,
) -> OutboxSms:
    """Put a text message into the outbox (flushed, not committed).

    Args:
        session: the unit of work of the change that causes the message.
        kind: its template's name.
        recipient: the number in E.164.
        body: what to send.
        visit_id: the e-visit that it tells of.
        due_at: when to send it.
        expires_at: from when on it says something wrong; None for never.
        now: the instant.
    """
    message = OutboxSms(
        kind=kind,
        recipient=recipient,
        body=body,
        key=uuid4().hex,
        visit_id=visit_id,
        status=OutboxStatus.QUEUED,
        attempts=0,
        due_at=due_at,
        expires_at=expires_at,
        created_at=now,
    )
    session.add(message)
    session.flush()
    return message


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("helpdesk", "templates/sms"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  # text messages are plain text
    )
    moments.add_filters(environment)
    return environment
