"""Deletion in every copy: what goes with a conversation, a ticket, an appointment, a mail, when it goes.

All functions take ids of rows (at most a batch of some hundred), delete, flush nothing to other systems, and return
how many rows of each table went. The caller commits.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Select, delete, func, or_, select, union, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from helpdesk import blobs, drafts, facts, scoring_cases
from helpdesk.tables import (
    Account,
    Attachment,
    Base,
    Blob,
    BotTurn,
    Callback,
    CallbackTry,
    ChatMessage,
    ChatNote,
    ChatOffer,
    Consent,
    ConsultantPart,
    Conversation,
    Customer,
    Draft,
    LetterLink,
    Mandate,
    OidcLogin,
    OutboxAttachment,
    OutboxMail,
    OutboxSms,
    ProposedAnswer,
    Rating,
    RawMail,
    SealedValue,
    Ticket,
    TicketLink,
    TicketMessage,
    TicketTag,
    TicketWatcher,
    TicketWords,
    Viewer,
    Visit,
    Wait,
)

Ids = Collection[int]


def erase_conversations(session: Session, ids: Ids) -> Counter[str]:
    """Delete conversations with their messages, sealed values, offers, notes, consents and drafts.

    What the reports count stays, without a reference: that there was a chat, the bot's turns, ratings, waits, parts.
    Score cards keep their points and lose their words.
    """
    scoring_cases.blank_words_of_chats(session, ids)
    facts.keep_chats(session, ids)
    messages = select(ChatMessage.id).where(ChatMessage.conversation_id.in_(ids))
    gone = _gone(session, SealedValue, SealedValue.chat_message_id.in_(messages))
    _unlink_turns(session, messages)
    for table in (OidcLogin, ChatOffer, ChatNote, Consent, ChatMessage):
        gone += _gone(session, table, table.conversation_id.in_(ids))
    gone += _gone(session, Draft, Draft.subject.in_([f"conversation:{number}" for number in ids]))
    kept = (BotTurn.conversation_id, ConsultantPart.conversation_id, Rating.conversation_id, Wait.conversation_id)
    for column in (Ticket.conversation_id, Visit.conversation_id, Callback.conversation_id, *kept):
        _unlink(session, column, ids)
    return gone + _gone(session, Conversation, Conversation.id.in_(ids))


def erase_tickets(session: Session, ids: Ids) -> Counter[str]:
    """Delete tickets with all that belongs to them.

    That is their messages, sealed values, attachments, letters, links, ratings, drafts, proposed answers, the words by
    which they are found, what people at the desk noted of them, and the content of their raw mails. Score cards keep
    their points and lose their words.
    """
    scoring_cases.blank_words_of_tickets(session, ids)
    messages = select(TicketMessage.id).where(TicketMessage.ticket_id.in_(ids))
    mails = session.scalars(
        select(TicketMessage.raw_mail_id).where(
            TicketMessage.ticket_id.in_(ids), TicketMessage.raw_mail_id.is_not(None)
        )
    ).all()
    gone = _gone(session, SealedValue, SealedValue.ticket_message_id.in_(messages))
    gone += _gone(session, Attachment, Attachment.message_id.in_(messages))
    gone += _gone(session, TicketMessage, TicketMessage.ticket_id.in_(ids))
    gone += _letters(session, OutboxMail.ticket_id.in_(ids))
    for table in (LetterLink, Rating, ProposedAnswer, TicketTag, TicketWatcher, TicketWords, Viewer):
        gone += _gone(session, table, table.ticket_id.in_(ids))
    gone += _gone(session, TicketLink, or_(TicketLink.ticket_id.in_(ids), TicketLink.other_id.in_(ids)))
    gone += Counter({"draft": drafts.erase_of_tickets(session, ids)})
    _unlink(session, BotTurn.ticket_id, ids)
    _unlink(session, Ticket.likely_ticket_id, ids)
    _unlink(session, Ticket.merged_into_id, ids)
    gone += _gone(session, Ticket, Ticket.id.in_(ids))
    return gone + empty_mails(session, [mail for mail in mails if mail is not None])


def erase_visits(session: Session, ids: Ids) -> Counter[str]:
    """Delete e-visits with their letters and text messages."""
    gone = _letters(session, OutboxMail.visit_id.in_(ids))
    gone += _gone(session, OutboxSms, OutboxSms.visit_id.in_(ids))
    return gone + _gone(session, Visit, Visit.id.in_(ids))


def erase_callbacks(session: Session, ids: Ids) -> Counter[str]:
    """Delete callbacks with what was noted of each try."""
    gone = _gone(session, CallbackTry, CallbackTry.callback_id.in_(ids))
    return gone + _gone(session, Callback, Callback.id.in_(ids))


def empty_mails(session: Session, ids: Ids) -> Counter[str]:
    """Delete the content of raw mails.

    Their rows stay, with the place in the mailbox and nothing of the mail: the count of mails still agrees, and a
    mail that the server shows again is known and not answered twice.
    """
    hashes = set(session.scalars(select(RawMail.sha256).where(RawMail.id.in_(ids), RawMail.size > 0)))
    emptied = update(RawMail).where(RawMail.sha256.in_(hashes)).values(size=0, cause="")
    _empty_blobs(session, hashes)
    return Counter({"raw_mail": _rows(session.execute(emptied.execution_options(synchronize_session=False)))})


def _empty_blobs(session: Session, hashes: Collection[str]) -> int:
    """Empty the bytes of mails, unless they are a file of a ticket or of a letter too."""
    attached = set(session.scalars(select(Attachment.sha256).where(Attachment.sha256.in_(hashes))))
    attached |= set(session.scalars(select(OutboxAttachment.sha256).where(OutboxAttachment.sha256.in_(hashes))))
    for sha256 in sorted(set(hashes) - attached):
        blobs.replace(session, sha256, b"")
    return len(set(hashes) - attached)


def erase_letters(session: Session, ids: Ids) -> Counter[str]:
    """Delete mails of the outbox."""
    return _letters(session, OutboxMail.id.in_(ids))


def erase_text_messages(session: Session, ids: Ids) -> Counter[str]:
    """Delete text messages of the outbox."""
    return _gone(session, OutboxSms, OutboxSms.id.in_(ids))


def erase_sealed_values(session: Session, ids: Ids) -> Counter[str]:
    """Delete originals of masked data; the masked texts stay."""
    return _gone(session, SealedValue, SealedValue.id.in_(ids))


def erase_orphans(session: Session) -> Counter[str]:
    """Delete what nothing refers to any more: files, and customers without any record and account."""
    # A mail that was kept because it was somebody's attachment is emptied when that is gone.
    left = (
        select(RawMail.sha256)
        .join(Blob, Blob.sha256 == RawMail.sha256)
        .where(RawMail.size == 0, func.length(Blob.content) > blobs.EMPTY_BYTES)
    )
    _empty_blobs(session, set(session.scalars(left)))
    used = select(RawMail.sha256).union(select(Attachment.sha256), select(OutboxAttachment.sha256))
    blobs.leave_files(session, Blob.sha256.not_in(used))
    gone = _gone(session, Blob, Blob.sha256.not_in(used))
    owners: Sequence[InstrumentedAttribute[Any]] = (
        Account.customer_id,
        Conversation.customer_id,
        Conversation.acting_for_id,
        Ticket.customer_id,
        Visit.customer_id,
        Callback.customer_id,
        Mandate.representative_id,
        Mandate.principal_id,
        TicketMessage.reader_id,
        ProposedAnswer.reader_id,
    )
    referred = union(*(select(owner).where(owner.is_not(None)) for owner in owners))
    return gone + _gone(session, Customer, Customer.id.not_in(referred))


def _unlink_turns(session: Session, messages: Select[int]) -> None:
    """Keep the facts of the bot's answers and the ratings, without the messages that they were."""
    for column in (BotTurn.question_id, BotTurn.reply_id, Rating.message_id):
        _unlink(session, column, messages)


def _letters(session: Session, where: ColumnElement[bool]) -> Counter[str]:
    """Delete mails of the outbox with the files that go along; the bytes go with their last reference."""
    theirs = select(OutboxMail.id).where(where)
    gone = _gone(session, OutboxAttachment, OutboxAttachment.outbox_mail_id.in_(theirs))
    return gone + _gone(session, OutboxMail, where)


def _gone(session: Session, table: type[Base], where: ColumnElement[bool]) -> Counter[str]:
    done = session.execute(delete(table).where(where).execution_options(synchronize_session=False))
    return Counter({table.__tablename__: _rows(done)})


def _unlink(session: Session, column: InstrumentedAttribute[Any], ids: Ids | Select[int]) -> None:
    owner = column.class_
    session.execute(
        update(owner).where(column.in_(ids)).values({column.key: None}).execution_options(synchronize_session=False)
    )


def _rows(result: object) -> int:
    return cast("CursorResult[Any]", result).rowcount
