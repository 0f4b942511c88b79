"""What administrators set for the whole house at the desk: limits of chats and of signing in."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import audit
from helpdesk.calendar import WEEK, Calendar, Span
from helpdesk.tables import HouseSetting, Staff


class House(BaseModel):
    """The settings of the house with their bounds; `web/labels.yaml` names and explains them at the desk."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    chats_at_once: Annotated[int, Field(ge=1, le=20)] = 3
    """Live chats that a consultant leads at the same time, unless their own capacity says otherwise."""
    offer_seconds: Annotated[int, Field(ge=10, le=600)] = 30
    """For how long a waiting chat is offered to one consultant before it goes on to the next."""
    silent_minutes: Annotated[int, Field(ge=1, le=240)] = 10
    """After how long a silence of the customer the chat with a person is announced to end."""
    end_minutes: Annotated[int, Field(ge=1, le=240)] = 5
    """How long after that announcement it ends."""
    gone_minutes: Annotated[int, Field(ge=1, le=240)] = 5
    """For how long a customer whose page is closed is waited for."""
    signed_in_hours: Annotated[int, Field(ge=1, le=24)] = 12
    """The longest shift; afterwards one signs in again."""
    idle_minutes: Annotated[int, Field(ge=5, le=720)] = 120
    """After how long without a request one signs in again."""
    appeal_days: Annotated[int, Field(ge=1, le=90)] = 14
    """For how many days a consultant may appeal against a score card, from when it was shown."""
    service_minutes: Annotated[int, Field(ge=1, le=120)] = 3
    """Within how many minutes a waiting customer should be with a consultant; the service level counts by it."""
    second_factor: bool = False
    """Whether everybody of the staff needs a second factor to sign in."""
    week: tuple[str, ...] = tuple(str(span or "") for span in WEEK)
    """The hours of Monday to Sunday, such as `07:00-18:00`; empty for a day off. Set on the page of hours."""

    @field_validator("week")
    @classmethod
    def _opens(cls, week: tuple[str, ...]) -> tuple[str, ...]:
        Calendar(tuple(map(Span.read, week)))
        return week


def load(session: Session) -> House:
    """Return the settings as they are now: the defaults, and what administrators changed."""
    rows = session.execute(select(HouseSetting.name, HouseSetting.value)).all()
    return House.model_validate(dict(rows))


def change(session: Session, name: str, value: Any, *, by: Staff, now: datetime) -> House:
    """Set one setting, audited, and return them all.

    Raises:
        KeyError: there is no such setting.
        pydantic.ValidationError: the value is of the wrong kind or out of its bounds.
    """
    if name not in House.model_fields:
        raise KeyError(name)
    before = load(session)
    # Read as it would be from now on, so that a wrong value is refused before anything is kept.
    after = House.model_validate({**before.model_dump(), name: value})
    old, new = getattr(before, name), getattr(after, name)
    if old != new:
        session.merge(HouseSetting(name=name, value=new, changed_at=now, staff_id=by.id))
        audit.record(session, f"house:{name}", "setting changed", now=now, by=by, reason=f"{old} -> {new}")
        session.flush()
    return after
