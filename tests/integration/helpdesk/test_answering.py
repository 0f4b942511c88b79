"""Answering in the core: revisions, drafts, viewers, canned and proposed answers, files, who reads a verified one."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk import (
    answers,
    blobs,
    canned,
    chat_log,
    continuation,
    conversations,
    deletion,
    drafts,
    identity,
    mandates,
    proposals,
    readings,
    revisions,
    story,
    tickets,
    verified_answers,
    viewers,
)
from helpdesk.answers import File, Obstacle, Post, Written
from helpdesk.canned import BadCanned, NewCanned
from helpdesk.database import Database
from helpdesk.errors import IllegalMove, NotAllowedFile, Stale
from helpdesk.lifecycle import Level, ProposalStatus, TicketStatus
from helpdesk.queues import Queue
from helpdesk.staff import add_staff
from helpdesk.tables import (
    Attachment,
    AuditEntry,
    Blob,
    CannedAnswer,
    ChatMessage,
    Conversation,
    Customer,
    Draft,
    OutboxAttachment,
    OutboxMail,
    Staff,
    Ticket,
    TicketMessage,
)
from helpdesk.tickets import Incoming, NewTicket
from tests.conftest import NOON

POST = Post("zus.pl", "https://example.org", timedelta(days=7))
PDF = b"%PDF-1.4\n1 0 obj"
ANNA = "anna@example.org"


def staff(session: Session, login: str = "ewa", **more: object) -> Staff:
    return add_staff(session, login=login, name=login.title(), password="x", queues=[], now=NOON, **more)


def opened(session: Session, address: str = ANNA, **more: object) -> Ticket:
    ticket = tickets.open_ticket(session, NewTicket(Queue.BENEFITS, "Pytanie", address, **more), now=NOON)
    tickets.add_incoming(session, ticket, Incoming(address, "Kiedy?"), now=NOON)
    return ticket


def account(session: Session, pue_id: str = "demo.anna") -> Customer:
    found = identity.add_account(session, pue_id=pue_id, pin="4821", name=pue_id, now=NOON)
    session.flush()
    return found.customer


def test_every_change_of_a_ticket_counts_and_the_clock_does_not(database: Database) -> None:
    with database.session() as session:
        ticket, ewa = opened(session), staff(session)
        session.commit()
        before = ticket.revision

        tickets.take(session, ticket, ewa, now=NOON)
        session.commit()
        taken = ticket.revision
        ticket.due_at, ticket.warned_at, ticket.clock_used = NOON, NOON, 5
        session.commit()
        clock = ticket.revision
        tickets.add_incoming(session, ticket, Incoming(ANNA, "Jeszcze jedno"), now=NOON)
        session.commit()
        written = ticket.revision

    assert taken > before
    assert clock == taken
    assert written > clock


def test_form_on_an_older_state_is_refused_and_told_what_changed(database: Database) -> None:
    with database.session() as session:
        ticket, ewa = opened(session), staff(session)
        session.commit()
        seen, mark = ticket.revision, revisions.mark(session, ticket.id)
        tickets.add_note(session, ticket, ewa, "Dzwonić", now=NOON + timedelta(minutes=1))
        session.commit()

        with pytest.raises(Stale):
            revisions.check(ticket, seen)
        changes = revisions.since(session, ticket.id, mark)

        assert [entry.action for entry in changes.deeds] == ["noted"]
        assert [message.text for message in changes.messages] == ["Dzwonić"]
        revisions.check(ticket, ticket.revision)


@pytest.mark.parametrize("mark", ["", "1", "x-1", "1-x", "-", "9" * 40])
def test_mark_that_is_none_tells_nothing(database: Database, mark: str) -> None:
    with database.session() as session:
        ticket = opened(session)

        assert revisions.since(session, ticket.id, mark).messages == []


def test_draft_is_one_a_person_and_part_and_goes_with_its_ticket(database: Database) -> None:
    with database.session() as session:
        ticket, ewa, jan = opened(session), staff(session), staff(session, "jan")
        subject = drafts.subject_of(ticket.id, "answer")
        other = drafts.subject_of(ticket.id * 10, "answer")
        for person, place, words in (
            (ewa, subject, "Raz"),
            (ewa, subject, "Dwa"),
            (jan, subject, "Jan"),
            (ewa, other, "x"),
        ):
            drafts.keep(session, person.id, place, words, now=NOON)
        session.commit()
        kept = [drafts.find(session, person.id, subject) for person in (ewa, jan)]
        assert [draft.text for draft in kept if draft] == ["Dwa", "Jan"]

        drafts.keep(session, jan.id, subject, "   ", now=NOON)
        deletion.erase_tickets(session, [ticket.id])
        session.commit()

        assert session.scalars(select(Draft.subject)).all() == [other]


def test_words_of_a_draft_are_sealed(database: Database) -> None:
    with database.session() as session:
        ewa = staff(session)
        drafts.keep(session, ewa.id, "ticket:1:answer", "Tajne", now=NOON)
        session.commit()
        raw = session.connection().exec_driver_sql("SELECT text FROM draft").scalar_one()

    assert "Tajne" not in raw


def test_two_people_at_a_ticket_see_each_other_for_a_minute(database: Database) -> None:
    with database.session() as session:
        ticket, ewa, jan = opened(session), staff(session), staff(session, "jan")
        viewers.look(session, ticket.id, ewa, writing=False, now=NOON)
        viewers.look(session, ticket.id, jan, writing=True, now=NOON)
        viewers.look(session, ticket.id, jan, writing=False, now=NOON + timedelta(seconds=20))
        session.commit()

        soon, later = NOON + timedelta(seconds=30), NOON + timedelta(seconds=90)
        assert [(one.name, one.is_writing) for one in viewers.others(session, ticket.id, ewa, now=soon)] == [
            ("Jan", True)
        ]
        assert [(one.name, one.is_writing) for one in viewers.others(session, ticket.id, jan, now=soon)] == [
            ("Ewa", False)
        ]
        assert viewers.others(session, ticket.id, ewa, now=later) == []


def test_reading_a_confirmed_case_is_noted_once_a_person_and_hour(database: Database) -> None:
    with database.session() as session:
        ewa, jan = staff(session), staff(session, "jan")
        reads = [
            readings.note(session, "ticket:1", person, level, now=NOON + timedelta(minutes=minutes))
            for person, level, minutes in (
                (ewa, Level.ADDRESS, 0),
                (ewa, Level.VERIFIED, 0),
                (ewa, Level.VERIFIED, 59),
                (jan, Level.REPRESENTATIVE, 59),
                (ewa, Level.VERIFIED, 60),
            )
        ]

    assert reads == [False, True, False, True, True]


def test_first_set_of_canned_answers_is_whole_and_overwrites_nothing(database: Database) -> None:
    with database.session() as session:
        ewa = staff(session)
        canned.save(session, NewCanned("placowka", "Moja", "Moje słowa"), by=ewa, now=NOON)
        added = canned.load_first_set(session, by=ewa, now=NOON)
        again = canned.load_first_set(session, by=ewa, now=NOON)
        session.commit()

        assert added >= 24
        assert again == 0
        assert (
            session.scalars(select(CannedAnswer.text).where(CannedAnswer.shortcut == "placowka")).one() == "Moje słowa"
        )
        own = {one.queue for one in canned.for_queue(session, Queue.PAYERS)}
        assert own == {None, Queue.PAYERS}


@pytest.mark.parametrize(
    ("new", "field", "kind"),
    [
        (NewCanned("a b", "T", "x"), "shortcut", "form"),
        (NewCanned("ą", "T", "x"), "shortcut", "form"),
        (NewCanned("a" * 41, "T", "x"), "shortcut", "form"),
        (NewCanned("zajety", "T", "x"), "shortcut", "taken"),
        (NewCanned("a", " ", "x"), "title", "form"),
        (NewCanned("a", "T", " "), "text", "form"),
        (NewCanned("a", "T", "Witam {imie}"), "text", "placeholder"),
    ],
)
def test_canned_answer_that_cannot_be_kept_is_refused(
    database: Database, new: NewCanned, field: str, kind: str
) -> None:
    with database.session() as session:
        canned.save(session, NewCanned("zajety", "T", "x"), by=staff(session), now=NOON)

        with pytest.raises(BadCanned) as refused:
            canned.save(session, new, by=None, now=NOON)

    assert (refused.value.field, refused.value.kind) == (field, kind)


def test_what_a_value_brings_in_braces_is_not_filled_again() -> None:
    assert canned.filled("{temat} {numer} {x}", {"temat": "{numer}", "numer": "1"}) == "{numer} 1 {x}"


@pytest.mark.parametrize(
    ("written", "obstacle"),
    [
        (Written(""), Obstacle.EMPTY),
        (Written("Odpowiemy {termin}."), Obstacle.UNFILLED),
        (Written("PESEL 44051401359"), Obstacle.IDENTIFIERS),
        (Written("PESEL 44051401359", confirmed=answers.seal_of("PESEL 44051401359")), Obstacle.IDENTIFIERS),
        (Written("Pana emerytura wynosi 3000 zł."), Obstacle.ACCOUNT),
        (Written("Pana emerytura wynosi 3000 zł.", confirmed=answers.seal_of("inne słowa")), Obstacle.ACCOUNT),
        (Written("Pana emerytura wynosi 3000 zł.", "verified"), Obstacle.READER),
        (Written("Tak.", "verified", 1, files=[File("a.pdf", PDF)]), Obstacle.FILES_BY_MAIL_ONLY),
        (Written("Pana emerytura wynosi 3000 zł.", "verified", 1), None),
        (Written("Pana emerytura wynosi 3000 zł.", confirmed=answers.seal_of("Pana emerytura wynosi 3000 zł.")), None),
        (Written("Zasiłek wynosi 80% podstawy."), None),
    ],
)
@pytest.mark.parametrize("level", list(Level))
def test_what_stops_an_answer_at_every_level(written: Written, obstacle: Obstacle | None, level: Level) -> None:
    found = answers.stopped(Ticket(address=ANNA, level=level, merged_into_id=None), written)

    assert (found.obstacle if found else None) is obstacle


def test_files_of_an_answer_go_with_the_letter_and_stay_in_the_thread(database: Database) -> None:
    with database.session() as session:
        ticket, ewa = opened(session), staff(session)
        written = Written("W załączniku.", files=[File("ulotka.pdf", PDF), File("../ulotka2.pdf", PDF)])
        answers.check_files(written.files)
        sent = answers.send(session, ticket, ewa, written, POST, now=NOON)
        session.commit()

        mail = session.scalars(select(OutboxMail)).one()
        files = session.scalars(select(OutboxAttachment).order_by(OutboxAttachment.id)).all()
        assert [(file.outbox_mail_id, file.filename) for file in files] == [
            (mail.id, "ulotka.pdf"),
            (mail.id, ".._ulotka2.pdf"),
        ]
        assert [file.filename for file in sent.attachments] == ["ulotka.pdf", ".._ulotka2.pdf"]
        assert blobs.get(session, files[0].sha256) == PDF
        assert session.scalar(select(func.count()).select_from(Blob)) == 1


def test_bytes_of_a_sent_file_go_with_their_last_reference(database: Database) -> None:
    with database.session() as session:
        ticket, ewa = opened(session), staff(session)
        answers.send(session, ticket, ewa, Written("Proszę.", files=[File("a.pdf", PDF)]), POST, now=NOON)
        session.commit()
        letter = session.scalars(select(OutboxMail.id)).one()

        deletion.erase_letters(session, [letter])
        deletion.erase_orphans(session)
        session.commit()
        kept = session.scalar(select(func.count()).select_from(Blob))
        deletion.erase_tickets(session, [ticket.id])
        deletion.erase_orphans(session)
        session.commit()

        assert kept == 1
        assert session.scalar(select(func.count()).select_from(Blob)) == 0
        assert session.scalar(select(func.count()).select_from(Attachment)) == 0


@pytest.mark.parametrize(
    "files",
    [
        [File("a.pdf", PDF)] * 6,
        [File("a.pdf", PDF + bytes(answers.LARGEST_FILE))],
        [File("a.txt", b"x" * 7_000_000)] * 3,
        [File("a.pdf", b"")],
        [File(" ", PDF)],
        [File("a.exe", b"MZ\0\0")],
        [File("a.html", b"<html>")],
        [File("a.pdf", b"\x89PNG\r\n\x1a\n" + bytes(40))],
    ],
)
def test_files_beyond_the_limits_or_of_other_kinds_are_refused(files: list[File]) -> None:
    with pytest.raises(NotAllowedFile):
        answers.check_files(files)


def verified_answer(session: Session, reader: Customer) -> tuple[Ticket, Conversation, str]:
    ticket, ewa = opened(session), staff(session)
    answers.send(session, ticket, ewa, Written("Pana emerytura wynosi 3000 zł.", "verified", reader.id), POST, now=NOON)
    session.commit()
    body = session.scalars(select(OutboxMail.body)).one()
    secret = body.split("/list/")[1].split()[0]
    _, conversation = continuation.begin(session, secret, "token", now=NOON)
    session.commit()
    return ticket, conversation, body


def told(session: Session, conversation: Conversation) -> list[str]:
    return [one.text for one in chat_log.messages(session, conversation.id)]


def test_letter_of_a_verified_answer_says_nothing_of_it(database: Database) -> None:
    with database.session() as session:
        ticket, conversation, body = verified_answer(session, account(session))

        assert "3000" not in body
        assert "emerytura" not in body
        assert ticket.number in body
        assert not conversation.person_wanted
        assert ticket.status is TicketStatus.PENDING


def test_verified_answer_is_told_to_its_reader_once_and_never_before(database: Database) -> None:
    with database.session() as session:
        anna = account(session)
        ticket, conversation, _ = verified_answer(session, anna)
        before = verified_answers.tell(session, conversation, now=NOON)
        identity.confirm(session, conversation, anna.id, how="pin", now=NOON)
        session.flush()
        first = verified_answers.tell(session, conversation, now=NOON)
        second = verified_answers.tell(session, conversation, now=NOON)
        session.commit()

        assert (list(before.numbers), before.for_others) == ([], False)
        assert first.numbers == [ticket.number]
        assert second.numbers == []
        assert told(session, conversation) == ["Pana emerytura wynosi 3000 zł."]
        said = session.scalars(select(ChatMessage)).one()
        assert said.details["level"] == "verified"
        actions = session.scalars(select(AuditEntry.action).where(AuditEntry.subject == f"ticket:{ticket.id}")).all()
        assert "verified answer read" in actions


def test_verified_answer_is_not_told_when_the_time_of_the_identity_is_over(database: Database) -> None:
    with database.session() as session:
        anna = account(session)
        _, conversation, _ = verified_answer(session, anna)
        identity.confirm(session, conversation, anna.id, how="pin", now=NOON)
        session.flush()

        verified_answers.tell(session, conversation, now=NOON + timedelta(minutes=16))

        assert told(session, conversation) == []


def test_verified_answer_is_not_told_to_another_confirmed_customer(database: Database) -> None:
    with database.session() as session:
        anna, jan = account(session), account(session, "demo.jan")
        _, conversation, _ = verified_answer(session, anna)
        identity.confirm(session, conversation, jan.id, how="pin", now=NOON)
        session.flush()

        result = verified_answers.tell(session, conversation, now=NOON)

        assert result.for_others
        assert told(session, conversation) == []


@pytest.mark.parametrize(("queues", "is_told"), [(["zasilki"], True), (["platnicy"], False)])
def test_verified_answer_is_told_to_a_representative_within_the_mandate(
    database: Database, queues: list[str], is_told: bool
) -> None:
    with database.session() as session:
        anna, jan = account(session), account(session, "demo.jan")
        mandate = {"for": "demo.anna", "queues": queues}
        mandates.load_mandates(session, jan, [mandate], {"demo.anna": anna}, now=NOON)
        _, conversation, _ = verified_answer(session, anna)
        identity.confirm(session, conversation, jan.id, how="pin", now=NOON)
        session.flush()
        identity.act_for(session, conversation, anna.id, now=NOON)
        session.flush()

        verified_answers.tell(session, conversation, now=NOON)

        assert bool(told(session, conversation)) is is_told


def test_proposed_answer_is_sent_in_its_authors_name_by_a_second_person_only(database: Database) -> None:
    with database.session() as session:
        ticket, ewa, boss = opened(session), staff(session), staff(session, "boss")
        proposal = proposals.propose(session, ticket, ewa, Written("Proszę złożyć wniosek."), now=NOON)
        session.commit()
        unsent = session.scalar(select(func.count()).select_from(OutboxMail))
        with pytest.raises(IllegalMove):
            proposals.approve(session, proposal, ticket, ewa, Written("x"), POST, now=NOON)
        proposals.approve(session, proposal, ticket, boss, Written("Proszę złożyć ZAS-53."), POST, now=NOON)
        session.commit()

        assert unsent == 0
        sent = session.scalars(select(TicketMessage).where(TicketMessage.staff_id == ewa.id)).one()
        assert sent.text == "Proszę złożyć ZAS-53."
        with pytest.raises(IllegalMove):
            proposals.give_back(session, proposal, boss, "za późno", now=NOON)
        assert session.scalar(select(func.count()).select_from(OutboxMail)) == 1


def test_returned_answer_tells_why_and_a_changed_ticket_makes_one_stale(database: Database) -> None:
    with database.session() as session:
        ticket, ewa, boss = opened(session), staff(session), staff(session, "boss")
        session.commit()
        proposal = proposals.propose(session, ticket, ewa, Written("Tak."), now=NOON)
        session.commit()
        fresh = proposals.waiting(session, frozenset(Queue))[0].is_stale
        tickets.add_incoming(session, ticket, Incoming(ANNA, "Już nieaktualne"), now=NOON + timedelta(minutes=1))
        session.commit()
        stale = proposals.waiting(session, frozenset(Queue))[0].is_stale
        proposals.give_back(session, proposal, boss, "Proszę dodać termin.", now=NOON)
        session.commit()

        assert (fresh, stale) == (False, True)
        assert proposals.count_waiting(session) == 0
        (own,) = proposals.of_author(session, ewa)
        assert (own.proposal.status, own.proposal.comment) == (ProposalStatus.RETURNED, "Proszę dodać termin.")


def test_story_parts_the_confirmed_customer_from_the_same_address(database: Database) -> None:
    with database.session() as session:
        anna, ewa = account(session), staff(session)
        mine = opened(session, level=Level.VERIFIED, customer_id=anna.id)
        again = opened(session, "anna2@example.org", level=Level.VERIFIED, customer_id=anna.id)
        same = opened(session)
        opened(session, "jan@example.org")
        chat = conversations.start(session, "t", now=NOON)
        chat.customer_id = anna.id
        session.commit()

        found = story.story(session, mine, ewa)

        assert {(event.what.value, event.id) for event in found.confirmed.events} == {
            ("ticket", again.id),
            ("chat", chat.id),
        }
        assert [(event.id, event.level) for event in found.same_address.events] == [(same.id, Level.ADDRESS)]


def test_story_counts_what_others_work_on_and_is_bounded(database: Database) -> None:
    with database.session() as session:
        ticket = opened(session)
        payers = add_staff(session, login="marek", name="M", password="x", queues=[Queue.PAYERS], now=NOON)
        for _ in range(4):
            opened(session)
        session.commit()

        found = story.story(session, ticket, payers, limit=3)

        assert found.same_address.events == []
        assert found.same_address.hidden == 3
        assert found.same_address.has_more
