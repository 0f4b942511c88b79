"""Who stands at the counter: a conversation's level as it holds at this moment, and for whom it speaks."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk import mandates
from helpdesk.lifecycle import Level
from helpdesk.policy import current_level
from helpdesk.queues import Queue
from helpdesk.tables import Conversation, Customer


@dataclass(frozen=True)
class Standing:
    """What is known of the customer of a conversation now.

    Attributes:
        level: how well the customer is known.
        customer: the confirmed customer; None below VERIFIED, whoever was confirmed before.
        principal: the customer acted for; only at REPRESENTATIVE.
        queues: the queues in which the mandate holds; empty without one.
    """

    level: Level
    customer: Customer | None = None
    principal: Customer | None = None
    queues: frozenset[Queue] = frozenset()

    def within(self, queue: Queue | None) -> "Standing":
        """Return the standing in the matters of a queue: outside of the mandate one speaks for oneself only.

        A conversation without a queue yet is a general one.
        """
        if self.principal is None or (queue or Queue.GENERAL) in self.queues:
            return self
        return replace(self, level=Level.VERIFIED, principal=None, queues=frozenset())


def standing(session: Session, conversation: Conversation, now: datetime) -> Standing:
    """Return who stands there now; time that ran out and mandates that ended count at once, without being written."""
    level = current_level(conversation.level, conversation.verified_until, now)
    if not level.at_least(Level.VERIFIED):
        return Standing(level)
    customer = conversation.customer
    if customer is None:
        return Standing(Level.ANONYMOUS)
    principal = conversation.acting_for
    queues = mandates.covered(session, customer.id, principal.id, now=now) if principal else frozenset[Queue]()
    if not queues:
        return Standing(Level.VERIFIED, customer)
    return Standing(Level.REPRESENTATIVE, customer, principal, queues)
