"""What the forms of a ticket's page bring, and what the page says when one was refused."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Form

from helpdesk.answers import MAIL, Stopped, seal_of
from helpdesk.revisions import Changes
from web.labels import name_of
from web.texts import text

MOST_CHARS = 20_000
Words = Annotated[str, Form(alias="text", max_length=MOST_CHARS)]
Revision = Annotated[int | None, Form(ge=0, le=2**31 - 1)]
"""The state of the ticket that the form was filled in on."""
Mark = Annotated[str, Form(max_length=30)]
"""From where the changes since then are told."""


@dataclass(frozen=True)
class Problem:
    """Why a form was refused.

    Attributes:
        name: a name of `Obstacle` in `web/labels.yaml`.
        part: the form: `answer`, `note` or `deed`.
        words: what the page says.
        signs: what was found of an account: what it is, and the words.
        seal: confirms these very words; empty when nothing can be confirmed.
        changes: what happened since the page was read.
    """

    name: str
    part: str
    words: str
    signs: Sequence[tuple[str, str]] = ()
    seal: str = ""
    changes: Changes = field(default_factory=lambda: Changes([], []))


@dataclass(frozen=True)
class Typed:
    """What somebody has typed into the forms of the page, kept when one is refused; None for nothing yet."""

    answer: str | None = None
    note: str | None = None
    channel: str = MAIL
    reader: str = ""
    problem: Problem | None = None


def stopped_problem(stopped: Stopped, words: str) -> Problem:
    """Return what the page says of an answer that was stopped."""
    name = stopped.obstacle.value
    about = [text(f"kind_{one}") if name == "identifiers" else f"{{{one}}}" for one in stopped.about]
    signs = [(name_of("AccountSign", sign.rule), sign.words) for sign in stopped.signs]
    return Problem(name, "answer", _said(name, ", ".join(about)), signs, seal_of(words) if signs else "")


def problem_of(name: str, part: str, about: str = "", changes: Changes | None = None) -> Problem:
    """Return what the page says of a form that was refused for another reason."""
    return Problem(name, part, _said(name, about), changes=changes or Changes([], []))


def _said(name: str, about: str) -> str:
    return name_of("Obstacle", name).replace("{about}", about)
