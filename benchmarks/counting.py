"""Counts afterwards what became of everything that customers said and wrote: nothing lost, nothing doubled."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.lifecycle import Author, RawMailState
from helpdesk.secrets import token_hash
from helpdesk.tables import BotTurn, ChatMessage, Conversation, RawMail, TicketMessage
from polish.cleaning import clean
from polish.masking import mask
from web.texts import text


@dataclass
class Kept:
    """What became of the messages of conversations.

    Attributes:
        said: messages that customers said.
        lost: of these, how many are not in the database.
        doubled: how many are there twice, or were answered twice.
        disordered: conversations whose messages are not in the order in which they were said.
        unanswered: how many have no answer.
        late: how many were told honestly that the bot is away.
    """

    said: int = 0
    lost: int = 0
    doubled: int = 0
    disordered: int = 0
    unanswered: int = 0
    late: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether everything was stored once, in order, and answered once."""
        return not (self.lost or self.doubled or self.disordered or self.unanswered)

    def add(self, session: Session, token: str, said: Sequence[str]) -> None:
        """Count one conversation in which a customer said these texts, all of them different when masked."""
        wanted_texts = [mask(clean(words)).text for words in said]
        conversation = session.scalars(
            select(Conversation.id).where(Conversation.token_hash == token_hash(token))
        ).one()
        wanted = select(ChatMessage.author, ChatMessage.text).where(ChatMessage.conversation_id == conversation)
        rows = [(author, words) for author, words in session.execute(wanted.order_by(ChatMessage.id))]
        # All replies of one turn are stored at one instant.
        turns = select(BotTurn.question_id, func.count(BotTurn.created_at.distinct())).group_by(BotTurn.question_id)
        answered = dict(session.execute(turns.where(BotTurn.conversation_id == conversation)).all())
        stored = [words for author, words in rows if author is Author.CUSTOMER]
        often = Counter(stored)
        following = [*(author for author, _ in rows[1:]), Author.CUSTOMER]
        self.said += len(said)
        self.lost += sum(words not in often for words in wanted_texts)
        self.doubled += sum(many - 1 for many in often.values()) + sum(many > 1 for many in answered.values())
        self.disordered += stored != wanted_texts
        self.unanswered += sum(author is Author.CUSTOMER is following[place] for place, (author, _) in enumerate(rows))
        self.late += sum(author is Author.BOT and words == text("bot_unavailable") for author, words in rows)


def filed(session: Session, senders: Collection[str]) -> set[str]:
    """Return those of the senders whose mail is a ticket's message."""
    wanted = select(TicketMessage.sender).join(RawMail, RawMail.id == TicketMessage.raw_mail_id)
    return set(session.scalars(wanted.where(RawMail.state == RawMailState.PROCESSED))) & set(senders)


def all_filed(session: Session) -> tuple[int, int]:
    """Return how many mails were filed, and how many of them more than once."""
    wanted = select(func.count(), func.count(TicketMessage.raw_mail_id.distinct())).where(
        TicketMessage.raw_mail_id.is_not(None)
    )
    often, once = session.execute(wanted).one()
    return once, often - once


def letters(maildir: Path, recipients: Collection[str]) -> Counter[str]:
    """Return how many letters in a maildir went to each of the recipients."""
    named = (str(BytesHeaderParser().parsebytes(file.read_bytes())["To"]) for file in maildir.glob("new/*"))
    return Counter(address for address in named if address in recipients)
