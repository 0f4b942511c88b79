"""What a question by mail gets without a person: an article, an invitation to the chat, or a suggestion."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from helpdesk.database import Database
from helpdesk.lifecycle import Direction, LinkPurpose, TicketClass, TicketStatus
from helpdesk.queues import Queue
from helpdesk.secrets import token_hash
from helpdesk.tables import LetterLink
from knowledge.base import KnowledgeBase
from knowledge.decision import Thresholds
from mail_ingest.answering import Writer
from tests.conftest import NOON
from tests.mail_desk import ANNA, QUESTION, Desk, mail
from tests.servers.dovecot import DovecotServer, dovecot
from understanding.inquiries import Question, Understood
from understanding.topics import Topics

SITE = "https://okienko.example.org"
MATERNITY, SICKNESS = "zasilek-macierzynski", "zasilek-chorobowy"


@pytest.fixture(scope="module")
def server() -> Iterator[DovecotServer]:
    with dovecot() as server:
        yield server


@pytest.fixture
def desk(server: DovecotServer, database: Database, base: KnowledgeBase) -> Desk:
    writer = Writer(Topics(lambda: base, Thresholds(0.75, 0.3, 0.25), NOON.date), SITE)
    return Desk(server.fresh(), database, office={"answer_confidence": 0.95}, writer=writer)


def asked(*questions: Question, **known: object) -> Understood:
    first = questions[0]
    plain = Understood(
        kind=first.kind,
        act="ask_general",
        lang="pl",
        article=first.article,
        alternatives=(),
        confidence=first.confidence,
        queue=Queue.BENEFITS,
        individual=False,
        questions=questions,
    )
    return replace(plain, **known)


def question(article: str = MATERNITY, confidence: float = 0.97, kind: str = "answer") -> Question:
    return Question(QUESTION, kind, article, (), confidence)


def links(desk: Desk, purpose: LinkPurpose) -> list[LetterLink]:
    with desk.database.reading() as session:
        return list(session.scalars(select(LetterLink).where(LetterLink.purpose == purpose)))


def test_sure_general_question_is_answered_from_the_article_with_date_source_and_links(desk: Desk) -> None:
    desk.understander.understood = asked(question())

    desk.drain(mail(mid="first"))

    (ticket,), (letter,) = desk.tickets(), desk.letters()
    assert (letter.kind, letter.automatic, letter.in_reply_to) == ("automatic_answer", True, "<first@example.org>")
    for words in (
        "Zasiłek macierzyński",
        "Stan na",
        "zus.pl",
        f"{SITE}/wiedza/{MATERNITY}",
        "Czy ta odpowiedź pomogła?",
    ):
        assert words in letter.body
        assert words in letter.html
    helpful, unhelpful = links(desk, LinkPurpose.HELPFUL) + links(desk, LinkPurpose.UNHELPFUL)
    secrets = [word.rpartition("/")[2] for word in letter.body.split() if word.startswith(f"{SITE}/list/")]
    assert [token_hash(secret) for secret in secrets] == [helpful.token_hash, unhelpful.token_hash]
    assert (helpful.article, ticket.status) == (MATERNITY, TicketStatus.PENDING)
    assert [message.direction for message in desk.messages()] == [Direction.IN, Direction.OUT]


def test_reply_to_an_automatic_answer_brings_the_ticket_to_a_person(desk: Desk) -> None:
    desk.understander.understood = asked(question())
    desk.drain(mail(mid="first"))
    (letter,) = desk.letters()

    desk.drain(mail("A ojciec?", headers=f"In-Reply-To: {letter.message_id}\r\n"))

    assert desk.tickets()[0].status is TicketStatus.OPEN
    assert len(desk.letters()) == 1


@pytest.mark.parametrize(
    "understood",
    [
        asked(question(confidence=0.94)),
        asked(question(kind="choice")),
        asked(question(), question(SICKNESS, 0.9)),
        asked(question(), act="complain"),
        asked(question(), questions=()),
        asked(question(article="nie-ma-takiego")),
    ],
    ids=["unsure", "choice", "one of two unsure", "another act", "no question", "article gone"],
)
def test_unsure_questions_are_acknowledged_and_suggested_to_a_person(desk: Desk, understood: Understood) -> None:
    desk.understander.understood = understood

    desk.drain(mail())

    (ticket,) = desk.tickets()
    assert [letter.kind for letter in desk.letters()] == ["acknowledgement"]
    assert (ticket.status, len(ticket.questions)) == (TicketStatus.NEW, len(understood.questions))
    assert not links(desk, LinkPurpose.HELPFUL)


def test_several_sure_questions_are_answered_one_by_one(desk: Desk) -> None:
    desk.understander.understood = asked(question(), question(SICKNESS))

    desk.drain(mail())

    (letter,) = desk.letters()
    assert "Pytanie 1:" in letter.body
    assert "Pytanie 2:" in letter.body
    assert f"/wiedza/{SICKNESS}" in letter.body


def test_mail_with_a_file_that_must_be_read_is_left_to_a_person(desk: Desk) -> None:
    desk.understander.understood = asked(question())
    parts = (
        "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nIle wynosi?\r\n--b\r\nContent-Type: application/pdf\r\n"
        "Content-Disposition: attachment; filename=a.pdf\r\n\r\n%PDF\r\n--b--\r\n"
    )

    desk.drain(f"From: {ANNA}\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{parts}".encode())

    assert [letter.kind for letter in desk.letters()] == ["acknowledgement"]


def test_account_question_is_invited_to_a_verified_conversation_and_told_nothing_of_the_account(desk: Desk) -> None:
    desk.understander.understood = asked(question(), individual=True, act="ask_account")

    desk.drain(mail("Ile dostanę emerytury? Mój PESEL to 44051401359."))

    (letter,), (link,) = desk.letters(), links(desk, LinkPurpose.CONTINUE)
    (ticket,) = desk.tickets()
    secret = next(word.rpartition("/")[2] for word in letter.body.split() if f"{SITE}/list/" in word)
    assert letter.kind == "account"
    assert "nie jest na to bezpiecznym" in letter.body
    assert (token_hash(secret), link.ticket_id) == (link.token_hash, ticket.id)
    assert "44051401359" not in letter.body + letter.html
    assert (ticket.individual, ticket.status) == (True, TicketStatus.NEW)


def test_matter_of_another_institution_is_sent_there(desk: Desk, base: KnowledgeBase) -> None:
    place = next(iter(base.reference.institutions.values()))
    desk.understander.understood = asked(question(kind="redirect"), institution=place.id)

    desk.drain(mail())

    (letter,) = desk.letters()
    assert letter.kind == "elsewhere"
    assert place.name in letter.body


def test_ukrainian_question_gets_its_translated_article(desk: Desk) -> None:
    foreign = asked(question(), kind="language", lang="uk", translation=f"uk.{MATERNITY}", questions=())
    desk.understander.understood = foreign

    desk.drain(mail("Скільки становить допомога по материнству?"))

    (letter,) = desk.letters()
    assert letter.kind == "language"
    assert f"/wiedza/uk/{MATERNITY}" in letter.body
    assert 'lang="uk"' in letter.html


def test_complaint_by_mail_has_its_class_and_statutory_time(desk: Desk) -> None:
    desk.understander.understood = asked(question(kind="unknown"), act="complain")

    desk.drain(mail("Składam skargę na oddział."))

    (ticket,) = desk.tickets()
    assert (ticket.kind, ticket.priority.value) == (TicketClass.COMPLAINT, "high")
    assert ticket.answer_by is not None
