"""Records of what was published after the edition of articles that a release brings."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.tables.base import Base


class PublishedArticle(Base):
    """The latest published state of one article; the files of the release hold the others."""

    __tablename__ = "published_article"

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    file: Mapped[str] = mapped_column(String(200))
    """`<queue>/<id>.md`, as in the release's own edition."""
    text: Mapped[str | None] = mapped_column(Text)
    """The article as the text of its file; None when it is withdrawn."""
    revision: Mapped[int] = mapped_column(unique=True)
    """Counts all publications of this database, so that a process sees what is new to it."""
    published_at: Mapped[datetime]
