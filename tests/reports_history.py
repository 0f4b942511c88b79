"""An invented history of three days that the tests of the reports count by hand.

The period is Saturday 24 to Monday 26 October 2026. In the night to Sunday the clocks go back: 3:00 (UTC+2) becomes
2:00 (UTC+1), so that the period begins on Friday at 22:00 UTC and ends on Monday at 23:00 UTC, after 73 hours.
`warsaw` gives instants as the clocks show them (`fold=1` for the second 2:30 of Sunday), `utc` as they are.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from helpdesk import blobs, deletion
from helpdesk.hours import WARSAW
from helpdesk.lifecycle import (
    Author,
    CallbackStatus,
    CallResult,
    Direction,
    Mode,
    OfferOutcome,
    OutboxStatus,
    RawMailState,
    TicketStatus,
    VisitStatus,
    WaitOutcome,
)
from helpdesk.queues import Queue
from helpdesk.reports.periods import Period
from helpdesk.reports.scope import Scope
from helpdesk.staff import add_staff
from helpdesk.tables import (
    BotTurn,
    Callback,
    CallbackTry,
    ChatMessage,
    ChatOffer,
    ConsultantPart,
    Conversation,
    OutboxMail,
    OutboxSms,
    Rating,
    RawMail,
    Staff,
    Ticket,
    TicketMessage,
    Visit,
    Wait,
)

PERIOD = Period(date(2026, 10, 24), date(2026, 10, 26))
SCOPE = Scope(PERIOD)
BENEFITS, PAYERS = Queue.BENEFITS, Queue.PAYERS
SICKNESS, CONTRIBUTIONS = "zasilek-chorobowy", "skladki"


def warsaw(day: int, hour: int, minute: int = 0, *, fold: int = 0) -> datetime:
    """Return an instant of October 2026 as the clocks in Warsaw show it."""
    return datetime(2026, 10, day, hour, minute, fold=fold, tzinfo=WARSAW).astimezone(UTC)


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    """Return an instant of October 2026."""
    return datetime(2026, 10, day, hour, minute, tzinfo=UTC)


NOW = warsaw(27, 12)
"""Tuesday noon, when the history is looked at."""


class History:
    """Writes the history into a unit of work."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.chats: dict[str, int] = {}
        self.tickets: dict[str, int] = {}
        self.mails = 0
        self.ewa, self.marek = (
            add_staff(session, login=login, name=name, password="x", queues=[], now=utc(1, 0))
            for login, name in (("ewa.h", "Ewa Historyczna"), ("marek.h", "Marek Historyczny"))
        )
        session.flush()

    def write(self) -> "History":
        """Write everything, and delete two conversations as the retention would."""
        self._chats()
        self._tickets()
        self._waits_and_parts()
        self._turns()
        self._offers()
        self._appointments()
        self._ratings()
        self._post()
        self.session.flush()
        deletion.erase_conversations(self.session, [self.chats["person"], self.chats["redirected"]])
        self.session.flush()
        return self

    def _add(self, *records: Any) -> None:
        self.session.add_all(records)
        self.session.flush()

    def _chat(self, name: str, at: datetime, queue: Queue | None, mode: Mode = Mode.BOT, *, asked: bool = True) -> None:
        chat = Conversation(token_hash=name, mode=mode, queue=queue, created_at=at, updated_at=at)
        self._add(chat)
        self.chats[name] = chat.id
        if asked:
            said = ChatMessage(conversation_id=chat.id, author=Author.CUSTOMER, text="pytanie", created_at=at)
            self._add(said)
        self._add(ChatMessage(conversation_id=chat.id, author=Author.BOT, text="odpowiedź", created_at=at))

    def _chats(self) -> None:
        self._chat("before", warsaw(23, 23, 59), BENEFITS)
        self._chat("answered", warsaw(24, 0), BENEFITS)  # the first instant of the period: Friday 22:00 UTC
        self._chat("person", utc(25, 0, 58), PAYERS, Mode.CLOSED)  # Sunday 2:58, before the clocks go back
        self._chat("unknown", utc(25, 1, 30), PAYERS)  # Sunday 2:30, after it
        self._chat("redirected", warsaw(25, 12), PAYERS)
        self._chat("left", warsaw(26, 9, 10), BENEFITS)
        self._chat("ticket", warsaw(26, 9, 20), BENEFITS, Mode.CLOSED)
        self._chat("silent", warsaw(26, 9, 40), BENEFITS, asked=False)  # opened, and nothing written
        self._chat("waiting", warsaw(26, 10), BENEFITS, Mode.WAITING)
        self._chat("greeting", warsaw(26, 23, 59), None)  # Monday 22:59 UTC
        self._chat("after", warsaw(27, 0), BENEFITS)  # the first instant after the period: Monday 23:00 UTC

    def _ticket(self, name: str, at: datetime, queue: Queue, status: TicketStatus, **more: Any) -> None:
        ticket = Ticket(
            number=f"OK-{name}", queue=queue, status=status, subject=name, address="anna@example.org",
            created_at=at, updated_at=at, **more,
        )  # fmt: skip
        self._add(ticket)
        self.tickets[name] = ticket.id

    def _raw(self, at: datetime, state: RawMailState, outcome: str = "") -> RawMail:
        self.mails += 1
        digest = blobs.put(self.session, b"%d" % self.mails)
        raw = RawMail(mailbox="cot", folder="INBOX", uidvalidity=1, uid=self.mails, sha256=digest, size=1,
                      state=state, outcome=outcome, stored_at=at)  # fmt: skip
        self._add(raw)
        return raw

    def _wrote(self, name: str, at: datetime) -> None:
        raw = self._raw(at, RawMailState.PROCESSED)
        self._add(
            TicketMessage(
                ticket_id=self.tickets[name], direction=Direction.IN, text="x", raw_mail_id=raw.id, created_at=at
            )
        )

    def _answer(self, name: str, at: datetime, staff: Staff | None) -> None:
        self._add(
            TicketMessage(
                ticket_id=self.tickets[name], direction=Direction.OUT, text="x",
                staff_id=staff.id if staff else None, created_at=at,
            )
        )  # fmt: skip

    def _tickets(self) -> None:
        ewa, marek = self.ewa.id, self.marek.id
        self._ticket("old", warsaw(23, 17, 30), BENEFITS, TicketStatus.SOLVED, solved_at=warsaw(26, 8),
                     solution_kept=False, clock_used=5400, consultant_id=ewa)  # fmt: skip
        self._ticket("automatic", warsaw(24, 10), PAYERS, TicketStatus.PENDING, response_kept=True)
        self._ticket("night", warsaw(25, 23, 50), PAYERS, TicketStatus.SOLVED, solved_at=warsaw(26, 12),
                     response_kept=True, solution_kept=True, clock_used=3600, consultant_id=ewa)  # fmt: skip
        self._ticket("late", warsaw(26, 8), BENEFITS, TicketStatus.OPEN, response_kept=False, due_at=warsaw(28, 12))
        self._ticket("owed", warsaw(26, 9), BENEFITS, TicketStatus.NEW, response_due_at=warsaw(26, 11),
                     due_at=warsaw(26, 11))  # fmt: skip
        self._ticket("merged", warsaw(26, 8, 5), BENEFITS, TicketStatus.SOLVED, solved_at=warsaw(26, 8, 10),
                     solution_kept=True, clock_used=60, merged_into_id=self.tickets["late"])  # fmt: skip
        self._ticket("chat", warsaw(26, 9, 22), BENEFITS, TicketStatus.NEW, channel="chat",
                     conversation_id=self.chats["ticket"])  # fmt: skip
        self._ticket("unanswered", warsaw(26, 13), PAYERS, TicketStatus.SOLVED, solved_at=warsaw(26, 14),
                     solution_kept=True, clock_used=1800, consultant_id=marek)  # fmt: skip
        for name, at in (("old", warsaw(23, 17, 30)), ("automatic", warsaw(24, 10)), ("night", warsaw(25, 23, 50)),
                         ("night", warsaw(26, 9, 30)), ("late", warsaw(26, 8)), ("owed", warsaw(26, 9)),
                         ("merged", warsaw(26, 8, 5)), ("unanswered", warsaw(26, 13))):  # fmt: skip
            self._wrote(name, at)
        self._answer("old", warsaw(26, 7, 30), self.ewa)
        self._answer("automatic", warsaw(24, 10, 1), None)
        self._answer("night", warsaw(26, 7, 20), self.ewa)
        self._answer("night", warsaw(26, 9), self.marek)
        self._answer("late", warsaw(26, 10, 30), self.marek)

    def _wait(
        self, chat: str | None, at: datetime, queue: Queue, place: int, outcome: WaitOutcome | None, s: int
    ) -> None:
        ended = None if outcome is None else at + timedelta(seconds=s)
        number = self.chats[chat] if chat else None
        self._add(Wait(conversation_id=number, queue=queue, place=place, began_at=at, ended_at=ended, outcome=outcome))

    def _part(self, staff: Staff, at: datetime, queue: Queue, seconds: int | None, chat: str | None = None) -> None:
        ended = None if seconds is None else at + timedelta(seconds=seconds)
        number = self.chats[chat] if chat else None
        self._add(ConsultantPart(conversation_id=number, staff_id=staff.id, queue=queue, began_at=at, ended_at=ended))

    def _waits_and_parts(self) -> None:
        # The clocks show 2:59 when it begins and 2:01 when it ends; it lasts two minutes.
        self._wait("person", utc(25, 0, 59), PAYERS, 1, WaitOutcome.TAKEN, 120)
        self._wait("left", warsaw(26, 9, 11), BENEFITS, 1, WaitOutcome.LEFT, 600)
        self._wait("ticket", warsaw(26, 9, 21), BENEFITS, 2, WaitOutcome.TICKET, 60)
        self._wait("waiting", warsaw(26, 10, 1), BENEFITS, 3, None, 0)
        for place, seconds in ((1, 60), (1, 180), (2, 181), (2, 600)):
            self._wait(None, warsaw(26, 11), BENEFITS, place, WaitOutcome.TAKEN, seconds)
        self._wait("after", warsaw(27, 0), BENEFITS, 9, WaitOutcome.TAKEN, 9999)
        self._part(self.ewa, utc(25, 1, 1), PAYERS, 600, "person")
        self._part(self.ewa, warsaw(26, 11, 1), BENEFITS, 300)
        self._part(self.marek, warsaw(26, 11, 2), BENEFITS, 900)
        self._part(self.marek, warsaw(26, 17), BENEFITS, None)
        self._part(self.marek, warsaw(23, 17), BENEFITS, 9999)

    def _turn(self, at: datetime, kind: str, queue: Queue | None, chat: str | None = None, **more: Any) -> None:
        number = self.chats[chat] if chat else None
        self._add(
            BotTurn(conversation_id=number, channel="chat" if chat else "mail", kind=kind, queue=queue,
                    created_at=at, **more)
        )  # fmt: skip

    def _turns(self) -> None:
        self._turn(warsaw(23, 23, 59), "answer", BENEFITS, "before", article=SICKNESS)
        self._turn(warsaw(24, 0), "answer", BENEFITS, "answered", article=SICKNESS, helpful=True)
        self._turn(utc(25, 0, 58), "choice", PAYERS, "person", handed_over=True)
        self._turn(utc(25, 1, 30), "unknown", PAYERS, "unknown")
        self._turn(warsaw(25, 12), "redirect", PAYERS, "redirected")
        self._turn(warsaw(26, 9, 10), "answer", BENEFITS, "left", article=SICKNESS, handed_over=True)
        self._turn(warsaw(26, 9, 20), "verify", BENEFITS, "ticket")
        self._turn(warsaw(26, 23, 59), "smalltalk", None, "greeting")
        self._turn(warsaw(24, 10), "answer", PAYERS, article=CONTRIBUTIONS, ticket_id=self.tickets["automatic"])
        self._turn(warsaw(26, 8), "unknown", BENEFITS, ticket_id=self.tickets["late"])

    def _offers(self) -> None:
        for staff, chat, outcome in (
            (self.marek, "ticket", OfferOutcome.ACCEPTED),
            (self.marek, "left", OfferOutcome.DECLINED),
            (self.ewa, "left", OfferOutcome.EXPIRED),
            (self.ewa, "waiting", OfferOutcome.WITHDRAWN),
        ):
            at = warsaw(26, 10)
            self._add(
                ChatOffer(conversation_id=self.chats[chat], staff_id=staff.id, made_at=at, expires_at=at,
                          outcome=outcome, ended_at=at)
            )  # fmt: skip

    def _appointments(self) -> None:
        ordered = warsaw(25, 12, 30)
        for number, (at, queue, status) in enumerate((
            (warsaw(26, 10), BENEFITS, CallbackStatus.DONE),
            (warsaw(26, 11), PAYERS, CallbackStatus.REQUESTED),
            (warsaw(26, 12), BENEFITS, CallbackStatus.CANCELLED),
            (warsaw(26, 13), BENEFITS, CallbackStatus.FAILED),
        )):  # fmt: skip
            self._add(
                Callback(id=number + 1, number=f"OD-{number}", request_key=f"c{number}", phone="501234567",
                         starts_at=at, queue=queue, status=status, created_at=ordered, updated_at=ordered)
            )  # fmt: skip
        for callback, staff, at, result in (
            (1, self.marek, warsaw(26, 10, 5), CallResult.NOT_REACHED),
            (1, self.marek, warsaw(26, 10, 40), CallResult.REACHED),
            (4, self.ewa, warsaw(26, 13, 5), CallResult.WRONG_NUMBER),
        ):
            self._add(CallbackTry(callback_id=callback, staff_id=staff.id, result=result, at=at))
        for number, (hour, visit) in enumerate((
            (9, VisitStatus.HELD), (10, VisitStatus.MISSED), (14, VisitStatus.BOOKED), (12, VisitStatus.CANCELLED)
        )):  # fmt: skip
            self._add(
                Visit(number=f"EW-{number}", request_key=f"v{number}", office="Gdańsk", starts_at=warsaw(26, hour),
                      queue=BENEFITS, matter="x", postal_code="80-001", phone="501234567", email="a@example.org",
                      status=visit, link=f"x{number}", created_at=warsaw(23, 9), updated_at=warsaw(23, 9))
            )  # fmt: skip

    def _rating(self, part: Author, queue: Queue, at: datetime, profile: str | None, **more: Any) -> None:
        self._add(Rating(part=part, queue=queue, profile=profile, created_at=at, **more))

    def _ratings(self) -> None:
        last = utc(26, 22, 59)
        for number in range(12):
            self._rating(Author.CONSULTANT, PAYERS, last, "platnik", helpful=number < 9, staff_id=self.ewa.id)
        for number in range(3):
            self._rating(Author.BOT, BENEFITS, warsaw(24, 0), "lekarz", helpful=number < 2)
        self._rating(Author.BOT, PAYERS, last, None, helpful=False, ticket_id=self.tickets["automatic"])
        self._rating(Author.BOT, PAYERS, utc(26, 23), "platnik", helpful=False)  # the next day

    def _post(self) -> None:
        self._raw(warsaw(24, 8), RawMailState.SET_ASIDE, "spam")
        self._raw(warsaw(24, 9), RawMailState.PROCESSED, "bounce")
        self._raw(warsaw(26, 22), RawMailState.STORED)
        for number, status in enumerate((OutboxStatus.SENT, OutboxStatus.SENT, OutboxStatus.DEAD)):
            self._add(
                OutboxMail(kind="answer", recipient="anna@example.org", subject="x", body="x",
                           message_id=f"<{number}@example.org>", status=status, due_at=warsaw(26, 8),
                           created_at=warsaw(26, 8))
            )  # fmt: skip
        self._add(
            OutboxSms(kind="visit_tomorrow", key="1", recipient="501234567", body="x", status=OutboxStatus.DEAD,
                      due_at=warsaw(26, 8), created_at=warsaw(26, 8))
        )  # fmt: skip
