"""What a new ticket's customer is written by itself: which letter, and what it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy.orm import Session

from helpdesk import letter_links, letters
from helpdesk.letters import Letter
from helpdesk.lifecycle import Level, LinkPurpose
from helpdesk.policy import Channel, Matter, may_tell
from helpdesk.tables import Ticket
from knowledge.article import Article
from knowledge.render import answer_text, redirect_text, translated_text
from mail_ingest.datafiles import words
from mail_ingest.judged import Judged
from mail_ingest.office import Office
from mail_ingest.parsing.model import AttachedFile
from mail_ingest.rules import Outcome
from understanding.acts import Act
from understanding.decision import Kind
from understanding.foreign import translated_article
from understanding.service import Understood
from understanding.topics import Topics

MEGABYTE = 1_000_000
WORDLESS = frozenset(
    {"text/vcard", "text/x-vcard", "text/calendar", "application/pgp-signature", "application/pkcs7-signature"}
    | {"application/x-pkcs7-signature"}
)
"""Files that mail programs add, and that need not be read to answer."""
HARMLESS = ("header ", "date ")
"""How defects begin that concern headers, and not what the customer wrote."""


class Reply(str, Enum):
    """The letters that are written without a person; the values are their names."""

    NONE = ""
    DANGER = "danger"
    ACKNOWLEDGEMENT = "acknowledgement"
    LANGUAGE = "language"
    QUESTION_MISSING = "question_missing"
    TOO_LARGE = "too_large"
    ELSEWHERE = "elsewhere"
    ACCOUNT = "account"
    ANSWER = "automatic_answer"


ANSWERING = frozenset({Reply.ANSWER, Reply.ELSEWHERE})
"""Letters that answer the question, and are kept among the ticket's messages."""
BY_OUTCOME = {
    Outcome.URGENT: Reply.DANGER,
    Outcome.EMPTY: Reply.QUESTION_MISSING,
    Outcome.TOO_LARGE: Reply.TOO_LARGE,
    Outcome.FOREIGN: Reply.LANGUAGE,
    Outcome.ELSEWHERE: Reply.ELSEWHERE,
}


def reply_to(judged: Judged, office: Office) -> Reply:
    """Return which letter a mail that opened a ticket gets: a pure function of what is known of it."""
    if judged.verdict.outcome is not Outcome.WELCOME:
        return BY_OUTCOME.get(judged.verdict.outcome, Reply.NONE)
    asked = judged.understood
    if asked is not None and asked.individual and not may_tell(Level.ADDRESS, Matter.INDIVIDUAL, Channel.MAIL):
        return Reply.ACCOUNT
    if asked is not None and is_sure(judged, asked, office) and may_tell(Level.ADDRESS, Matter.GENERAL, Channel.MAIL):
        return Reply.ANSWER
    return Reply.ACKNOWLEDGEMENT


def is_sure(judged: Judged, asked: Understood, office: Office) -> bool:
    """Return whether articles answer a mail so surely that no person need look at it first."""
    general = asked.act == Act.ASK_GENERAL.value and bool(asked.questions)
    sure = all(
        question.kind == Kind.ANSWER.value and question.article and question.confidence >= office.answer_confidence
        for question in asked.questions
    )
    return (
        general
        and sure
        and not any(map(_loses_words, judged.mail.defects))
        and not any(map(_must_be_read, judged.mail.attachments))
    )


def _loses_words(defect: str) -> bool:
    return not defect.startswith(HARMLESS) and any(mark in defect for mark in words("rules", "lost_words"))


def _must_be_read(file: AttachedFile) -> bool:
    decoration = file.inline and file.content_type.startswith("image/")
    return not decoration and file.content_type not in WORDLESS


@dataclass(frozen=True)
class Answer:
    """One question of a letter with its answer."""

    question: str
    text: str


@dataclass(frozen=True)
class Writer:
    """Writes the letters that need the knowledge.

    Attributes:
        topics: the present knowledge.
        site: the address of the site as customers see it, without a slash at its end.
    """

    topics: Topics
    site: str

    def write(
        self, session: Session, reply: Reply, ticket: Ticket, judged: Judged, office: Office, now: datetime
    ) -> Letter | None:
        """Return a letter; None when what it would tell is not known any more.

        Links in it are made in the session's unit of work, so that they exist when the letter is sent.
        """
        asked = judged.understood
        if reply is Reply.ANSWER and asked is not None:
            return self._answer(session, ticket, asked, office, now)
        if reply is Reply.ACCOUNT:
            return self._account(session, ticket, office, now)
        if reply is Reply.ELSEWHERE and asked is not None:
            place = self.topics.knowledge().reference.institutions.get(asked.institution or "")
            return _letter(reply, ticket, text=redirect_text(place).strip()) if place else None
        return plain_letter(reply, ticket, judged, office, article=self._translated(asked))

    def _answer(
        self, session: Session, ticket: Ticket, asked: Understood, office: Office, now: datetime
    ) -> Letter | None:
        found = [self.topics.article(question.article) for question in asked.questions]
        articles = [article for article in found if article is not None]
        if len(articles) < len(found):
            return None
        # Two questions that one article answers are answered by it once.
        pairs = {article.id: (question, article) for question, article in zip(asked.questions, articles, strict=True)}
        answers = [
            Answer(question.text, answer_text(article, site=self.site).strip()) for question, article in pairs.values()
        ]
        links = {
            purpose.value: self._link(session, ticket, purpose, office, now, articles)
            for purpose in (LinkPurpose.HELPFUL, LinkPurpose.UNHELPFUL)
        }
        return _letter(Reply.ANSWER, ticket, answers=answers, **links)

    def _account(self, session: Session, ticket: Ticket, office: Office, now: datetime) -> Letter:
        article = self.topics.article(ticket.article)
        link = self._link(session, ticket, LinkPurpose.CONTINUE, office, now, [])
        return _letter(
            Reply.ACCOUNT,
            ticket,
            link=link,
            expires=now + office.links_last,
            title=article.title if article else "",
            address=f"{self.site}/wiedza/{article.id}" if article else "",
        )

    def _link(
        self,
        session: Session,
        ticket: Ticket,
        purpose: LinkPurpose,
        office: Office,
        now: datetime,
        articles: Sequence[Article],
    ) -> str:
        rated = articles[0] if articles else None
        secret = letter_links.issue(
            session,
            ticket.id,
            purpose,
            lasts=office.links_last,
            now=now,
            article=rated.id if rated else None,
            article_changed=rated.changed.isoformat() if rated else "",
        )
        return f"{self.site}/list/{secret}"

    def _translated(self, asked: Understood | None) -> str:
        told = translated_article(self.topics, asked.translation) if asked and asked.translation else None
        return translated_text(told, site=self.site).strip() if told else ""


def plain_letter(reply: Reply, ticket: Ticket, judged: Judged, office: Office, article: str = "") -> Letter | None:
    """Return a letter that needs no knowledge; None for one that does."""
    if reply in {Reply.NONE, Reply.ANSWER, Reply.ACCOUNT, Reply.ELSEWHERE}:
        return None
    megabytes = office.limits.max_bytes // MEGABYTE
    return _letter(reply, ticket, lang=judged.language, megabytes=megabytes, article=article)


def _letter(reply: Reply, ticket: Ticket, **context: object) -> Letter:
    return letters.render(reply.value, number=ticket.number, subject=ticket.subject, **context)
