"""The records of the helpdesk, as SQLAlchemy mapped classes."""

from helpdesk.tables.audit import AuditEntry
from helpdesk.tables.base import Base
from helpdesk.tables.chat import ChatMessage, Conversation
from helpdesk.tables.knowledge import PublishedArticle
from helpdesk.tables.mail import MailboxState, OutboxMail, RawMail
from helpdesk.tables.people import Account, Customer, Mandate, OidcLogin, Staff, StaffSession
from helpdesk.tables.privacy import RetentionRun, SealedValue
from helpdesk.tables.quality import Rating, Wait
from helpdesk.tables.tickets import Attachment, Blob, LetterLink, Ticket, TicketMessage
from helpdesk.tables.visits import Callback, OutboxSms, Visit

__all__ = [
    "Account",
    "Attachment",
    "AuditEntry",
    "Base",
    "Blob",
    "Callback",
    "ChatMessage",
    "Conversation",
    "Customer",
    "LetterLink",
    "MailboxState",
    "Mandate",
    "OidcLogin",
    "OutboxMail",
    "OutboxSms",
    "PublishedArticle",
    "Rating",
    "RawMail",
    "RetentionRun",
    "SealedValue",
    "Staff",
    "StaffSession",
    "Ticket",
    "TicketMessage",
    "Visit",
    "Wait",
]
