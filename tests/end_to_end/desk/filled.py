"""A desk with something on every page: chats, tickets from mail and chat, files, visits, calls, ratings."""

from datetime import timedelta

from sqlalchemy.orm import Session

from helpdesk import blobs, conversations, ticket_answers, tickets
from helpdesk.letters import render
from helpdesk.lifecycle import Level, Priority, RawMailState, Role, TicketClass
from helpdesk.queues import Queue
from helpdesk.staff import add_staff
from helpdesk.tables import Attachment, Callback, Customer, RawMail, Staff, Visit
from helpdesk.tickets import Incoming, NewTicket
from tests.conftest import NOON
from tests.end_to_end.desk.filled_models import fill_models
from tests.end_to_end.desk.filled_quality import fill_quality
from tests.end_to_end.desk.filled_questions import fill_questions
from tests.end_to_end.desk.filled_reports import fill_reports

PASSWORD = "invented-password"
ATTACK = "<img src=x onerror=document.body.dataset.attacked=1>"


def add_roles(session: Session) -> None:
    """Add one person of each role besides the consultants of the house."""
    for login, role in (("zofia", Role.SUPERVISOR), ("piotr", Role.EDITOR), ("admin", Role.ADMINISTRATOR)):
        add_staff(
            session, login=login, name=f"{login.title()} Wymyślona", password=PASSWORD, queues=[], now=NOON, role=role
        )


def fill(session: Session, staff: Staff) -> None:
    """Give the desk something to show; `staff` leads a chat and owns a ticket."""
    customer = Customer(name="Anna Przykładowa", address="anna@example.org", created_at=NOON)
    session.add(customer)
    session.flush()
    _chats(session, staff, customer)
    _tickets(session, staff)
    _appointments(session, customer)
    fill_quality(session, staff, PASSWORD)
    fill_reports(session, staff)
    fill_models(session, staff)
    fill_questions(session)


def _chats(session: Session, staff: Staff, customer: Customer) -> None:
    for number in range(3):
        chat = conversations.start(session, f"token-{number}", now=NOON - timedelta(minutes=9 - number))
        chat.queue, chat.topic = Queue.BENEFITS, "zasilek-macierzynski"
        if number == 1:
            chat.customer_id, chat.level = customer.id, Level.VERIFIED
            chat.verified_until = NOON + timedelta(minutes=10)
        conversations.hear(session, chat, f"Kiedy dostanę zasiłek? {ATTACK}", client_id=None, now=NOON)
        conversations.wait_for_person(session, chat, now=NOON - timedelta(minutes=5))
        if number:
            conversations.claim(session, chat.id, staff, now=NOON)
            conversations.say_as_consultant(session, chat.id, staff, "Dzień dobry, już sprawdzam.", now=NOON)


def _tickets(session: Session, staff: Staff) -> None:
    for number, queue in enumerate(Queue):
        ticket = tickets.open_ticket(
            session,
            NewTicket(
                queue=queue,
                subject=f"Pytanie o świadczenie {number} {ATTACK}",
                address="anna@example.org",
                name="Anna",
                article="zasilek-macierzynski",
                confidence=0.8,
            ),
            now=NOON - timedelta(days=number),
        )
        ticket.priority = list(Priority)[number % 3]
        ticket.kind = TicketClass.COMPLAINT if number == 1 else TicketClass.QUESTION
        incoming = Incoming(
            sender="anna@example.org", text=f"Dzień dobry, kiedy wypłata? {ATTACK}", quoted="> dawny list"
        )
        message = tickets.add_incoming(session, ticket, incoming, now=NOON - timedelta(days=number))
        digest = blobs.put(session, b"%PDF-1.4 invented")
        session.add(
            Attachment(
                message_id=message.id, filename="wniosek.pdf", content_type="application/pdf", size=17, sha256=digest
            )
        )
        if number == 0:
            tickets.take(session, ticket, staff, now=NOON)
            tickets.add_note(session, ticket, staff, "Sprawdzono w kartotece.", now=NOON)
        if number == 2:
            letter = render("answer", number=ticket.number, subject="Pytanie", text="Odpowiedź", consultant=staff.name)
            ticket_answers.answer(session, ticket, staff, letter, "Odpowiedź", domain="zus.pl", now=NOON)
            session.flush()
    raw = blobs.put(session, b"Subject: odlozony\r\n\r\ntresc")
    aside = RawMail(mailbox="cot", folder="INBOX", uidvalidity=1, uid=1, sha256=raw, size=27, stored_at=NOON)
    aside.state, aside.outcome, aside.cause = RawMailState.SET_ASIDE, "spam", "Oznaczona jako niechciana."
    session.add(aside)


def _appointments(session: Session, customer: Customer) -> None:
    for number, hours in enumerate((-3, 0, 2)):
        at = NOON + timedelta(hours=hours)
        session.add(
            Callback(
                number=f"OD-00000{number}",
                request_key=f"call-{number}",
                phone="+48221234567",
                starts_at=at,
                queue=Queue.BENEFITS,
                matter="zasiłek",
                customer_id=customer.id,
                created_at=NOON,
                updated_at=NOON,
            )
        )
        session.add(
            Visit(
                number=f"EW-00000{number}",
                request_key=f"visit-{number}",
                office="Oddział w Gdańsku",
                starts_at=at,
                queue=Queue.BENEFITS,
                matter="emerytura",
                postal_code="80-001",
                phone="+48221234567",
                email="anna@example.org",
                link=f"invented-{number}",
                customer_id=customer.id,
                created_at=NOON,
                updated_at=NOON,
            )
        )
