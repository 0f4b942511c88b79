"""What a ticket's page tells beside its words: how mails were judged, what was asked, where the case goes on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import outbox, ratings, threads
from helpdesk.lifecycle import Author, Direction
from helpdesk.tables import Rating, RawMail, Ticket, TicketMessage
from web.labels import name_of
from web.parts import Parts

METHODS = ("spf", "dkim", "dmarc")


@dataclass(frozen=True)
class MailFacts:
    """How one mail was judged.

    Attributes:
        reason: why it was treated as it was.
        sender: what the receiving server found of the sender, in words; empty when nothing is known.
        is_forged: whether the sender's domain says that the mail is not its own.
        has_original: whether the mail is still kept as it arrived.
    """

    reason: str
    sender: Sequence[str]
    is_forged: bool
    has_original: bool


@dataclass(frozen=True)
class QuestionFacts:
    """One question of the mail with the title of the article that may answer it."""

    text: str
    kind: str
    title: str
    article: str
    percent: int


@dataclass(frozen=True)
class TicketFacts:
    """Everything of that kind that is known of a ticket."""

    mails: Mapping[int, MailFacts]
    """By message."""
    questions: Sequence[QuestionFacts]
    answered_automatically: bool
    rating: Rating | None
    """Of the automatic answer."""
    answer_rating: Rating | None
    """Of a consultant's answer."""
    is_unreachable: bool
    merged_into: Ticket | None
    merged: Sequence[Ticket]
    can_split: bool


def facts_of(session: Session, parts: Parts, ticket: Ticket, messages: Sequence[TicketMessage]) -> TicketFacts:
    """Return what a ticket's page tells beside its words."""
    incoming = [message for message in messages if message.direction is Direction.IN]
    return TicketFacts(
        mails=_mails(session, parts, incoming),
        questions=_questions(parts, ticket),
        answered_automatically=any(
            message.direction is Direction.OUT and message.staff_id is None for message in messages
        ),
        rating=ratings.rating_of_letter(session, ticket.id),
        answer_rating=ratings.rating_of_letter(session, ticket.id, Author.CONSULTANT),
        is_unreachable=bool(ticket.address) and outbox.is_unreachable(session, ticket.address),
        merged_into=threads.merged_root(session, ticket) if ticket.merged_into_id else None,
        merged=threads.merged_tickets(session, ticket),
        can_split=len(incoming) > 1,
    )


def _mails(session: Session, parts: Parts, messages: Sequence[TicketMessage]) -> Mapping[int, MailFacts]:
    numbers = [message.raw_mail_id for message in messages if message.raw_mail_id]
    raw = {mail.id: mail for mail in session.scalars(select(RawMail).where(RawMail.id.in_(numbers)))}
    found = {message.id: raw.get(message.raw_mail_id or 0) for message in messages}
    return {number: _mail(parts, mail) for number, mail in found.items() if mail is not None}


def _mail(parts: Parts, mail: RawMail) -> MailFacts:
    rule = parts.mail_rules.get(mail.outcome)
    results = mail.authentication
    sender = [f"{name.upper()}: {name_of('Authentication', results[name])}" for name in METHODS if name in results]
    forged = results.get("dmarc") in {"fail", "quarantine"}
    return MailFacts(rule.reason if rule else "", sender, forged, has_original=mail.size > 0)


def _questions(parts: Parts, ticket: Ticket) -> Sequence[QuestionFacts]:
    facts = []
    for asked in ticket.questions:
        article = parts.article(asked.get("article"))
        facts.append(
            QuestionFacts(
                text=asked["text"],
                kind=name_of("QuestionKind", asked["kind"]),
                title=article.title if article else "",
                article=article.id if article else "",
                percent=round(asked["confidence"] * 100),
            )
        )
    return facts
