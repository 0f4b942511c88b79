"""What lies about for too long, for Prometheus: read from the database when somebody asks for the metrics."""

from datetime import datetime

from prometheus_client import Gauge
from sqlalchemy.orm import Session

from helpdesk import lags

LONGEST_WAIT = Gauge(
    "okienko_chats_longest_wait_seconds", "How long the chat waits for a person that waits longest, by queue", ["queue"]
)
OVERDUE = Gauge("okienko_tickets_overdue", "Tickets with a broken deadline, by queue", ["queue"])
QUEUED = Gauge("okienko_outgoing_queued", "Letters and text messages to be sent, now or later", ["outbox"])
DEAD = Gauge("okienko_outgoing_dead", "Letters and text messages that were given up", ["outbox"])
OLDEST_DUE = Gauge(
    "okienko_outgoing_oldest_due_seconds", "How long what should have been sent is due, for the oldest", ["outbox"]
)
OLDEST_FAILED = Gauge(
    "okienko_outgoing_oldest_failed_seconds", "Age of the oldest that failed and is tried again", ["outbox"]
)


def show(session: Session, *, now: datetime) -> None:
    """Set the gauges; what nobody waits for is 0 seconds old."""
    for queue, since in lags.longest_waiting(session).items():
        LONGEST_WAIT.labels(queue.value).set(_seconds(since, now))
    for queue, number in lags.overdue(session, now=now).items():
        OVERDUE.labels(queue.value).set(number)
    for name, lag in lags.outboxes(session, now=now).items():
        QUEUED.labels(name).set(lag.queued)
        DEAD.labels(name).set(lag.dead)
        OLDEST_DUE.labels(name).set(_seconds(lag.oldest_due_at, now))
        OLDEST_FAILED.labels(name).set(_seconds(lag.oldest_failed_at, now))


def _seconds(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max((now - since).total_seconds(), 0.0)
