"""The question in a consultant's letter whether the answer helped: who is asked, and what is kept of the answer."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import answers, letter_links, outbox, ratings, tickets
from helpdesk.answers import Post, Written
from helpdesk.database import Database
from helpdesk.lifecycle import Author, Level, LinkPurpose, Priority, TicketClass
from helpdesk.queues import Queue
from helpdesk.tables import Customer, LetterLink, OutboxMail, Rating, Staff, Ticket
from helpdesk.tickets import NewTicket
from helpdesk.verified_answers import VERIFIED
from tests.conftest import NOON
from tests.quality_cases import chat, person

ANNA = "anna@example.org"
POST = Post("zus.pl", "https://okienko.example.org", timedelta(days=7))
LINK = re.compile(r"https://okienko\.example\.org/list/(\S+)")


def answered(session: Session, staff: Staff, *, channel: str = "mail", **about: object) -> tuple[Ticket, OutboxMail]:
    ticket = tickets.open_ticket(session, NewTicket(Queue.BENEFITS, "Zasiłek", ANNA, article="zasilek"), now=NOON)
    for name, value in about.items():
        setattr(ticket, name, value)
    answers.send(session, ticket, staff, Written("W ciągu 30 dni.", channel, ticket.customer_id), POST, now=NOON)
    return ticket, session.scalars(select(OutboxMail).order_by(OutboxMail.id.desc())).first()


def test_answer_asks_with_two_links_and_the_rating_is_the_consultants(database: Database) -> None:
    with database.session() as session:
        ewa = person(session, "ewa")
        ticket, letter = answered(session, ewa)
        secrets = LINK.findall(letter.body)
        links = [letter_links.find(session, secret, now=NOON) for secret in secrets]
        rating = ratings.rate_letter(session, links[1], helpful=False, now=NOON)

        assert [link.purpose for link in links] == [LinkPurpose.HELPFUL, LinkPurpose.UNHELPFUL]
        assert all(f'href="{POST.site}/list/{secret}"' in letter.html for secret in secrets)
        assert (rating.ticket_id, rating.part, rating.staff_id) == (ticket.id, Author.CONSULTANT, ewa.id)
        assert (rating.queue, rating.article, rating.helpful) == (Queue.BENEFITS, "zasilek", False)


def test_the_automatic_answer_and_the_consultants_have_a_rating_each(database: Database) -> None:
    with database.session() as session:
        ewa = person(session, "ewa")
        ticket, letter = answered(session, ewa)
        automatic = letter_links.issue(
            session, ticket.id, LinkPurpose.UNHELPFUL, lasts=timedelta(days=7), now=NOON, article="zasilek"
        )
        ratings.rate_letter(session, letter_links.find(session, automatic, now=NOON), helpful=False, now=NOON)
        yes = letter_links.find(session, LINK.findall(letter.body)[0], now=NOON)
        for _ in range(2):
            ratings.rate_letter(session, yes, helpful=True, now=NOON)

        found = {one.part: (one.helpful, one.staff_id) for one in session.scalars(select(Rating))}
        count = ratings.ratings_of_article(session, "zasilek")

    assert found == {Author.BOT: (False, None), Author.CONSULTANT: (True, ewa.id)}
    assert (count.helpful, count.unhelpful) == (0, 1)


def test_who_answered_later_has_the_rating_that_came_later(database: Database) -> None:
    with database.session() as session:
        ewa, marek = person(session, "ewa"), person(session, "marek")
        ticket, first = answered(session, ewa)
        answers.send(session, ticket, marek, Written("I jeszcze jedno."), POST, now=NOON)
        second = session.scalars(select(OutboxMail).order_by(OutboxMail.id.desc())).first()
        for letter, helpful in ((first, 1), (second, 0)):
            link = letter_links.find(session, LINK.findall(letter.body)[0], now=NOON)
            ratings.rate_letter(session, link, helpful=bool(helpful), now=NOON)

        assert [(one.staff_id, one.helpful) for one in session.scalars(select(Rating))] == [(marek.id, False)]


@pytest.mark.parametrize(
    "about",
    [
        {"kind": TicketClass.COMPLAINT},
        {"kind": TicketClass.SUGGESTION},
        {"kind": TicketClass.PERSONAL_DATA},
        {"kind": TicketClass.PRAISE},
        {"priority": Priority.URGENT},
    ],
    ids=lambda about: next(iter(about.values())).value,
)
def test_formal_answers_and_those_in_danger_are_not_asked(database: Database, about: dict[str, object]) -> None:
    with database.session() as session:
        _, letter = answered(session, person(session, "ewa"), **about)

        assert "pomogła" not in letter.body + letter.html
        assert session.scalars(select(LetterLink)).all() == []


def test_notice_that_an_answer_waits_and_mail_to_a_dead_address_do_not_ask(database: Database) -> None:
    with database.session() as session:
        ewa = person(session, "ewa")
        _, notice = answered(session, ewa, channel=VERIFIED, level=Level.VERIFIED)
        purposes = session.scalars(select(LetterLink.purpose)).all()
        session.flush()
        outbox.note_unreachable(session, ANNA, now=NOON)
        session.flush()
        _, letter = answered(session, ewa)

        assert notice.kind == letter.kind == "answer"
        assert purposes == [LinkPurpose.CONTINUE]
        assert "pomogła" not in notice.body + letter.body
        assert session.scalars(select(Customer.address)).all() == [ANNA]


def test_rating_of_a_chats_part_has_its_consultant_its_queue_and_the_customers_group(database: Database) -> None:
    with database.session() as session:
        ewa = person(session, "ewa")
        led = chat(session, "1", ewa, queue=Queue.PAYERS)
        led.queue, led.profile = Queue.PENSIONS, "platnik"
        session.flush()

        rating = ratings.rate(session, led.id, helpful=True, now=NOON)

        assert rating is not None
        assert (rating.part, rating.staff_id) == (Author.CONSULTANT, ewa.id)
        assert (rating.queue, rating.profile) == (Queue.PAYERS, "platnik")
