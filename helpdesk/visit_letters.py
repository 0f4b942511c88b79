"""What an e-visit's customer is sent: confirmation with a calendar file, a reminder the day before, then the link."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from helpdesk import letters, outbox, outgoing, sms
from helpdesk.calendar_file import Method, visit_calendar
from helpdesk.hours import WARSAW
from helpdesk.phones import takes_sms
from helpdesk.tables import Visit
from helpdesk.visit_slots import LENGTH

REMINDED_AT = time(10)
"""When the text message of the day before comes: awake, and time is left to move the e-visit."""
REMINDED_UNTIL = time(20)
"""Later it would wake people, and the next day "tomorrow" would be wrong."""
LINK_BEFORE = timedelta(hours=1)


@dataclass(frozen=True)
class VisitLetters:
    """Who writes to customers about e-visits.

    Attributes:
        office_address: the office's mail address, the organizer in calendar files.
        meetings_url: the address of the meetings; the e-visit's secret is put behind it.
    """

    office_address: str
    meetings_url: str

    def announce(self, session: Session, visit: Visit, *, now: datetime) -> None:
        """Put confirmation and reminders of a new e-visit into the outbox."""
        self._confirm(session, visit, "visit_booked", now)

    def announce_move(self, session: Session, visit: Visit, *, now: datetime) -> None:
        """Withdraw what was not sent yet, and put confirmation and reminders of the new time into the outbox."""
        outgoing.withdraw_for_visit(session, visit.id)
        self._confirm(session, visit, "visit_moved", now)

    def announce_cancelling(self, session: Session, visit: Visit, *, now: datetime) -> None:
        """Withdraw what was not sent yet, and put the letter that takes it out of the calendar into the outbox."""
        outgoing.withdraw_for_visit(session, visit.id)
        self._mail(session, visit, "visit_cancelled", now, method=Method.CANCEL)

    def _confirm(self, session: Session, visit: Visit, kind: str, now: datetime) -> None:
        reminder = reminder_at(visit.starts_at)
        reminding = "no_mobile" if not takes_sms(visit.phone) else "yes" if reminder > now else "too_late"
        self._mail(session, visit, kind, now, method=Method.REQUEST, reminding=reminding)
        self._mail(session, visit, "visit_link", now, due_at=max(now, visit.starts_at - LINK_BEFORE))
        if reminding == "yes":
            body = sms.render("visit_tomorrow", number=visit.number, starts_at=visit.starts_at)
            sms.enqueue(
                session,
                kind="visit_tomorrow",
                recipient=visit.phone,
                body=body,
                visit_id=visit.id,
                due_at=reminder,
                expires_at=datetime.combine(reminder.date(), REMINDED_UNTIL, WARSAW),
                now=now,
            )

    def _mail(
        self,
        session: Session,
        visit: Visit,
        kind: str,
        now: datetime,
        *,
        method: Method | None = None,
        due_at: datetime | None = None,
        reminding: str = "no",
    ) -> None:
        letter = letters.render(
            kind,
            number=visit.number,
            office=visit.office,
            starts_at=visit.starts_at,
            ends_at=visit.starts_at + LENGTH,
            company=visit.company.value,
            link=f"{self.meetings_url.rstrip('/')}/{visit.link}",
            reminding=reminding,
        )
        calendar = visit_calendar(visit, method, organizer=self.office_address, now=now) if method else ""
        outbox.enqueue(
            session,
            kind=kind,
            recipient=visit.email,
            letter=letter,
            ticket_id=None,
            automatic=True,
            now=now,
            domain=self.office_address.rpartition("@")[2],
            due_at=due_at,
            expires_at=visit.starts_at + LENGTH if kind == "visit_link" else None,
            calendar=calendar,
            visit_id=visit.id,
        )


def reminder_at(starts_at: datetime) -> datetime:
    """Return when the text message of the day before is due, in Warsaw time."""
    day_before = starts_at.astimezone(WARSAW).date() - timedelta(days=1)
    return datetime.combine(day_before, REMINDED_AT, WARSAW)
