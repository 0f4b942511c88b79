"""The records of the helpdesk, as SQLAlchemy mapped classes."""

from helpdesk.tables.audit import AuditEntry
from helpdesk.tables.base import Base
from helpdesk.tables.chat import ChatMessage, Conversation
from helpdesk.tables.knowledge import PublishedArticle
from helpdesk.tables.mail import MailboxState, OutboxMail, RawMail
from helpdesk.tables.people import Account, Customer, Staff, StaffSession
from helpdesk.tables.tickets import Attachment, Blob, Ticket, TicketMessage

__all__ = [
    "Account",
    "Attachment",
    "AuditEntry",
    "Base",
    "Blob",
    "ChatMessage",
    "Conversation",
    "Customer",
    "MailboxState",
    "OutboxMail",
    "PublishedArticle",
    "RawMail",
    "Staff",
    "StaffSession",
    "Ticket",
    "TicketMessage",
]
