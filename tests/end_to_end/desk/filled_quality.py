"""Something on every page of quality: a sample, cards of each status, an appeal, a double scoring."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import appeals, scoring_points
from helpdesk.appeals import Decision
from helpdesk.lifecycle import Author, EndReason, Role
from helpdesk.quality_states import SampleMethod
from helpdesk.staff import add_staff
from helpdesk.tables import Rating, SampleItem, Staff
from tests.conftest import NOON
from tests.quality_cases import card, chat, drawn, item, ticket

DAY = timedelta(days=1)
FEEDBACK = "Odpowiedź jest poprawna, ale zabrakło terminu. Proszę go podawać także wtedy, gdy klient o niego nie pyta."
WHY = "Termin podano w drugim zdaniu, tuż po kwocie."


def fill_quality(session: Session, staff: Staff, password: str) -> None:
    """Give quality something to show: `staff` is scored by two supervisors, of whom `zofia` signs in."""
    zofia = session.scalars(select(Staff).where(Staff.login == "zofia")).one()
    jan = add_staff(
        session, login="jan", name="Jan Wymyślony", password=password, queues=[], now=NOON, role=Role.SUPERVISOR
    )
    _cases(session, staff)
    drawn(session, zofia, size=4, double=50, method=SampleMethod.RISK)
    scored = [chat(session, f"quality-{number}", staff, at=NOON - 2 * DAY) for number in range(4)]
    items = [
        item(session, f"conversation:{one.id}", staff, zofia, double=number == len(scored) - 1)
        for number, one in enumerate(scored)
    ]
    by_jan = card(session, items[0], jan, 2, FEEDBACK, c0=1, c3=None)
    by_zofia = card(session, items[1], zofia, 3, FEEDBACK)
    changed = card(session, items[2], jan, 2, FEEDBACK, c1=0)
    for points, scorer in ((4, zofia), (3, jan)):
        card(session, items[3], scorer, points, FEEDBACK)
    for one in (by_jan, by_zofia, changed):
        appeals.make(session, one, staff, WHY, days=14, now=NOON)
    points = {mark.criterion_id: scoring_points.HIGHEST for mark in changed.marks[:2]}
    appeals.decide(session, changed, zofia, Decision("Termin rzeczywiście był podany.", points), now=NOON)
    _new_card(session, staff, zofia)


def _cases(session: Session, staff: Staff) -> None:
    """Make chats and tickets that are to be scored, with signs of risk."""
    for number in range(3):
        led = chat(
            session,
            f"to-score-{number}",
            staff,
            at=NOON - DAY,
            minutes=20 * number + 10,
            reason=EndReason.NO_SOLUTION if number else EndReason.ANSWERED,
        )
        session.add(
            Rating(
                conversation_id=led.id, part=Author.CONSULTANT, staff_id=staff.id, helpful=bool(number), created_at=NOON
            )
        )
    late = ticket(session, staff, at=NOON - 3 * DAY)
    late.solution_kept = False
    session.flush()


def _new_card(session: Session, staff: Staff, zofia: Staff) -> SampleItem:
    """Give a card that nobody has read or appealed against yet."""
    fresh = item(session, f"ticket:{ticket(session, staff, at=NOON - 2 * DAY).id}", staff, zofia)
    card(session, fresh, zofia, 4, FEEDBACK)
    return fresh
