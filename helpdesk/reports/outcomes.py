"""Who answered: a consultant, the bot, or nobody; for chats and for tickets that came by mail."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, String, case, exists, func, literal, select, type_coerce, union_all
from sqlalchemy.orm import Session

from helpdesk.lifecycle import Author, ChatOutcome, Direction, Mode, TicketStatus
from helpdesk.reports.measures import Rows, as_counts
from helpdesk.reports.scope import Channel, Scope
from helpdesk.tables import (
    BotTurn,
    Callback,
    ChatFact,
    ChatMessage,
    ConsultantPart,
    Conversation,
    Ticket,
    TicketMessage,
    Visit,
    Wait,
)

ANSWERS = ("answer", "form", "term", "redirect", "status")
"""Kinds of the bot's turns that give what was asked for."""
NO_QUESTIONS = ("smalltalk", "language")
"""Kinds of the bot's turns after which nothing was asked yet."""


def asked() -> ColumnElement[bool]:
    """Return the condition that the customer wrote something in a conversation: only such ones are counted."""
    theirs = ChatMessage.conversation_id == Conversation.id
    return exists().where(theirs, ChatMessage.author == Author.CUSTOMER)


def chat_outcome() -> ColumnElement[Any]:
    """Return who answered a conversation; the first that is true (see `ChatOutcome`)."""

    def has(column: Any, *more: ColumnElement[bool]) -> ColumnElement[bool]:
        return exists().where(column == Conversation.id, *more)

    wanted = has(Wait.conversation_id)
    turn = BotTurn.conversation_id
    later = has(Ticket.conversation_id) | has(Callback.conversation_id) | has(Visit.conversation_id)
    return case(
        (has(ConsultantPart.conversation_id), literal(ChatOutcome.PERSON.value)),
        (later, literal(ChatOutcome.LATER.value)),
        (Conversation.mode == Mode.WAITING, literal(ChatOutcome.UNDER_WAY.value)),
        (wanted, literal(ChatOutcome.NOBODY.value)),
        (has(turn, BotTurn.kind.in_(ANSWERS)), literal(ChatOutcome.BOT.value)),
        (has(turn, BotTurn.kind.not_in(NO_QUESTIONS)), literal(ChatOutcome.NOBODY.value)),
        else_=literal(ChatOutcome.NO_QUESTION.value),
    )


def mail_outcome() -> ColumnElement[Any]:
    """Return who answered a ticket; the first that is true."""
    out = (TicketMessage.ticket_id == Ticket.id, TicketMessage.direction == Direction.OUT)
    return case(
        (exists().where(*out, TicketMessage.staff_id.is_not(None)), literal(ChatOutcome.PERSON.value)),
        (exists().where(*out), literal(ChatOutcome.BOT.value)),
        (Ticket.status.in_((TicketStatus.NEW, TicketStatus.OPEN)), literal(ChatOutcome.UNDER_WAY.value)),
        else_=literal(ChatOutcome.NOBODY.value),
    )


def chats(scope: Scope) -> Rows:
    """Return the query for `outcome` and `number` of the chats that began, those deleted since included."""
    live = select(chat_outcome().label("outcome")).where(
        scope.within(Conversation.created_at), scope.of_queue(Conversation.queue), asked()
    )
    gone = select(type_coerce(ChatFact.outcome, String).label("outcome")).where(
        scope.within(ChatFact.created_at), scope.of_queue(ChatFact.queue)
    )
    both = union_all(live, gone).subquery()
    return select(both.c.outcome, func.count().label("number")).group_by(both.c.outcome)


def mails(scope: Scope) -> Rows:
    """Return the query for `outcome` and `number` of the tickets that mails opened; merged ones are one with others."""
    found = select(mail_outcome().label("outcome")).where(
        scope.within(Ticket.created_at),
        scope.of_queue(Ticket.queue),
        Ticket.channel == Channel.MAIL.value,
        Ticket.merged_into_id.is_(None),
    )
    rows = found.subquery()
    return select(rows.c.outcome, func.count().label("number")).group_by(rows.c.outcome)


def answered_by(session: Session, scope: Scope) -> Mapping[Channel, Mapping[ChatOutcome, int]]:
    """Return for each wanted channel how many chats, or tickets by mail, had which outcome."""
    queries = {Channel.CHAT: chats, Channel.MAIL: mails}
    return {
        channel: {
            ChatOutcome(outcome): number for outcome, number in as_counts(session.execute(query(scope)).all()).items()
        }
        for channel, query in queries.items()
        if scope.takes(channel)
    }


def together(counted: Mapping[Channel, Mapping[ChatOutcome, int]]) -> Mapping[ChatOutcome, int]:
    """Return the numbers of all channels together, outcomes without any included."""
    total: Counter[ChatOutcome] = Counter()
    for numbers in counted.values():
        total.update(numbers)
    return {outcome: total[outcome] for outcome in ChatOutcome}
