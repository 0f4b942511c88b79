"""The sender of text messages: claims due ones and hands them to the gateway."""

import threading
from dataclasses import dataclass

from helpdesk.sms import SmsGateway
from helpdesk.tables import OutboxSms
from mail_ingest.delivery import Delivery


@dataclass(frozen=True)
class SmsSender:
    """Sends the text messages of the outbox, at least once each, with a key by which a repetition is known.

    Attributes:
        gateway: the way to the telephone network.
        delivery: claims them and notes what became of them.
    """

    gateway: SmsGateway
    delivery: Delivery[OutboxSms]

    def run(self, stop: threading.Event) -> None:
        """Send what is due until told to stop."""
        self.delivery.run(self.send_due, stop)

    def send_due(self) -> int:
        """Send one batch of due text messages; return how many the gateway took."""
        return sum(self._send(message) for message in self.delivery.claim())

    def _send(self, message: OutboxSms) -> bool:
        hand_over = self.gateway.send
        return self.delivery.deliver(message, lambda: hand_over(message.recipient, message.body, message.key))
