"""Leaving the chat with something in hand: a ticket, or the transcript. Translates between the edge and the core."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from helpdesk import chat_tickets, conversations, transcript_letters
from helpdesk.addresses import read_address
from helpdesk.chat_tickets import Left
from helpdesk.errors import BadAddress, NotFound, TooMany
from helpdesk.hours import WARSAW
from helpdesk.policy import Channel
from helpdesk.queues import Queue
from helpdesk.tables import Conversation
from polish.cleaning import clean
from polish.masking import Masked, mask
from web.errors import BadMessage
from web.handover import Handover
from web.labels import label
from web.lobby import Gone
from web.parts import Parts
from web.texts import text


@dataclass(frozen=True)
class Transcript:
    """A conversation as text, and the day in Warsaw on which it began."""

    text: str
    day: date


@dataclass(frozen=True)
class Leaving:
    """What a customer takes along. Every method raises BadMessage for an unknown conversation."""

    parts: Parts

    def ticket(self, token: str, address: str, words: str) -> Gone:
        """Open a ticket with the conversation in it and tell its number; returns who left which queue.

        Raises:
            BadMessage: the address is none, the words are too long, or there are too many tickets.
        """
        now = self.parts.clock()
        with self.parts.database.session() as session:
            conversation = _find(session, token)
            queue = conversation.queue
            left = self._left(session, conversation, self._address(address), self._words(words))
            waited = conversation.waiting_since is not None
            try:
                domain = self.parts.mail_domain
                ticket, new = chat_tickets.leave(session, conversation, left, domain=domain, now=now)
            except TooMany:
                raise BadMessage(text("too_many_tickets"), 429) from None
            if new:
                conversations.notify(session, conversation, text("ticket_left", number=ticket.number), now=now)
            session.commit()
            return Gone(conversation.id, queue if waited and new else None)

    def transcript(self, token: str) -> Transcript:
        """Return the transcript for its own customer, as the chat shows it."""
        with self.parts.database.reading() as session:
            conversation = _find(session, token)
            return Transcript(self._text(session, conversation), conversation.created_at.astimezone(WARSAW).date())

    def mail_transcript(self, token: str, address: str) -> int:
        """Send the transcript by mail; returns the conversation's id.

        Raises:
            BadMessage: the address is none, or there were too many of them today.
        """
        now, parts = self.parts.clock(), self.parts
        to = self._address(address)
        with parts.database.session() as session:
            conversation = _find(session, token)
            try:
                domain = parts.mail_domain
                transcript_letters.mail(session, conversation, to, site=parts.site, domain=domain, now=now)
            except TooMany:
                raise BadMessage(text("too_many_transcripts"), 429) from None
            conversations.notify(session, conversation, text("transcript_sent"), now=now)
            session.commit()
            return conversation.id

    def _left(self, session: Session, conversation: Conversation, address: str, words: Masked) -> Left:
        handover = Handover.of(session, conversation, self.parts)
        topic = handover.topic_title or label(conversation.queue or Queue.GENERAL)
        return Left(
            address=address,
            subject=text("ticket_subject", topic=topic),
            transcript=self._text(session, conversation),
            words=words,
            summary=handover.note(),
            individual=handover.individual,
        )

    def _text(self, session: Session, conversation: Conversation) -> str:
        return transcript_letters.text_of(session, conversation, channel=Channel.CHAT, site=self.parts.site)

    def _address(self, typed: str) -> str:
        try:
            return read_address(typed, own_domain=self.parts.mail_domain)
        except BadAddress:
            raise BadMessage(text("bad_address")) from None

    def _words(self, typed: str) -> Masked:
        longest = self.parts.gateway.max_chars
        if len(typed) > longest:
            raise BadMessage(text("too_long", length=len(typed), limit=longest), 413)
        return mask(clean(typed))


def _find(session: Session, token: str) -> Conversation:
    try:
        return conversations.find(session, token)
    except NotFound:
        raise BadMessage(text("unknown_conversation"), 404) from None
