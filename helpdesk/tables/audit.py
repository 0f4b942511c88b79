"""Records of who did what; rows are only ever added."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.tables.base import Base
from helpdesk.tables.people import Staff


class AuditEntry(Base):
    """One deed on one subject; never holds message bodies or personal data."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(60), index=True)
    """What it was done to, such as `ticket:12` or `conversation:7`."""
    action: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(400), default="")
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(index=True)

    staff: Mapped[Staff | None] = relationship()
