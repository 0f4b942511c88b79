"""How far the mail is behind, for Prometheus: read from the database when somebody asks for the metrics."""

from datetime import datetime

from prometheus_client import Gauge

from helpdesk.overview import MailLag

BEHIND = Gauge("okienko_mailbox_behind", "Mails in the mailbox that are not stored yet")
UNPROCESSED = Gauge("okienko_mail_unprocessed", "Stored mails that are not processed yet")
OLDEST = Gauge("okienko_mail_oldest_unprocessed_seconds", "How long the oldest stored mail waits to be processed")
SINCE_LOOK = Gauge("okienko_mailbox_seconds_since_look", "Seconds since the folder left alone longest was looked at")
QUEUED = Gauge("okienko_outbox_queued", "Mails that wait to be sent")
DEAD = Gauge("okienko_outbox_dead", "Mails that could not be delivered and wait for a person")


def show(lag: MailLag, *, now: datetime) -> None:
    """Set the gauges; a mailbox that was never looked at counts as looked at never (NaN)."""
    BEHIND.set(lag.behind)
    UNPROCESSED.set(lag.unprocessed)
    OLDEST.set(_seconds(lag.oldest_unprocessed_at, now) if lag.oldest_unprocessed_at else 0)
    SINCE_LOOK.set(_seconds(lag.seen_at, now) if lag.seen_at else float("nan"))
    QUEUED.set(lag.queued)
    DEAD.set(lag.dead)


def _seconds(moment: datetime, now: datetime) -> float:
    return max((now - moment).total_seconds(), 0.0)
