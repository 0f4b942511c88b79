"""The records of the helpdesk, as SQLAlchemy mapped classes."""

# Both keep columns of tickets from the first use of the tables.
import helpdesk.tables.pressure
import helpdesk.tables.revisions  # noqa: F401  # it listens, nothing calls it
from helpdesk.tables.audit import AuditEntry
from helpdesk.tables.base import Base
from helpdesk.tables.chat import ChatMessage, ChatNote, ChatOffer, Consent, Conversation
from helpdesk.tables.desk import CalendarDay, CannedAnswer, DeadlineRule, Draft, HouseSetting, SavedView, Viewer
from helpdesk.tables.editing import ArticleDraft, ArticleVersion
from helpdesk.tables.evaluation import EvaluationRun, TrainedModel
from helpdesk.tables.facts import BotTurn, ChatFact, ConsultantPart
from helpdesk.tables.knowledge import PublishedArticle
from helpdesk.tables.learning import Correction, InstitutionExample, OpenQuestion, QuestionGroup
from helpdesk.tables.mail import MailboxState, OutboxAttachment, OutboxMail, RawMail
from helpdesk.tables.people import (
    Account,
    Customer,
    Mandate,
    OidcLogin,
    RecoveryCode,
    Staff,
    StaffOidcLogin,
    StaffSession,
)
from helpdesk.tables.privacy import RetentionRun, SealedValue
from helpdesk.tables.quality import Rating, Wait
from helpdesk.tables.scoring import Appeal, Criterion, Sample, SampleItem, ScoreCard, ScoreMark
from helpdesk.tables.tickets import (
    Attachment,
    Blob,
    LetterLink,
    ProposedAnswer,
    Ticket,
    TicketLink,
    TicketMessage,
    TicketTag,
    TicketWatcher,
    TicketWords,
)
from helpdesk.tables.visits import Callback, CallbackTry, OutboxSms, Visit

__all__ = [
    "Account",
    "Appeal",
    "ArticleDraft",
    "ArticleVersion",
    "Attachment",
    "AuditEntry",
    "Base",
    "Blob",
    "BotTurn",
    "CalendarDay",
    "Callback",
    "CallbackTry",
    "CannedAnswer",
    "ChatFact",
    "ChatMessage",
    "ChatNote",
    "ChatOffer",
    "Consent",
    "ConsultantPart",
    "Conversation",
    "Correction",
    "Criterion",
    "Customer",
    "DeadlineRule",
    "Draft",
    "EvaluationRun",
    "HouseSetting",
    "InstitutionExample",
    "LetterLink",
    "MailboxState",
    "Mandate",
    "OidcLogin",
    "OpenQuestion",
    "OutboxAttachment",
    "OutboxMail",
    "OutboxSms",
    "ProposedAnswer",
    "PublishedArticle",
    "QuestionGroup",
    "Rating",
    "RawMail",
    "RecoveryCode",
    "RetentionRun",
    "Sample",
    "SampleItem",
    "SavedView",
    "ScoreCard",
    "ScoreMark",
    "SealedValue",
    "Staff",
    "StaffOidcLogin",
    "StaffSession",
    "Ticket",
    "TicketLink",
    "TicketMessage",
    "TicketTag",
    "TicketWatcher",
    "TicketWords",
    "TrainedModel",
    "Viewer",
    "Visit",
    "Wait",
]
