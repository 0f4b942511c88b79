"""The transcript of a chat: who said what and when, masked, as plain text for a file, a mail or a ticket."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from helpdesk.hours import WARSAW
from helpdesk.lifecycle import Author, Level
from helpdesk.policy import Channel, Matter, may_tell
from helpdesk.tables import ChatMessage

GENERAL_KINDS = frozenset({"answer", "choice", "form", "term", "redirect"})
"""Replies of the bot from the knowledge. All others may repeat or tell what is one customer's own."""
_PATH = re.compile(r"(?<![\w./])/wiedza/")


@dataclass(frozen=True)
class Line:
    """One message of a transcript; `text` is None where it may not be told on this channel."""

    at: datetime
    author: Author
    name: str
    text: str | None
    choices: tuple[str, ...] = ()


def transcript(lines: Sequence[Line], *, left_out: bool = False) -> str:
    """Return the lines as text with Warsaw times; `left_out` adds the sentence that says what is missing and why."""
    text = _environment().get_template("transcript.txt").render(lines=lines, left_out=left_out)
    return f"{text.strip()}\n"


def lines(
    messages: Sequence[ChatMessage], names: Mapping[int, str], *, channel: Channel, site: str
) -> tuple[Sequence[Line], bool]:
    """Return what of a conversation may be told on a channel, and whether something was left out.

    Args:
        messages: the conversation, oldest first.
        names: the names of its consultants by their ids.
        channel: where it goes; by mail goes nothing that a confirmed customer was told of the account.
        site: the address of the office's pages, put before the paths of articles.
    """
    told = [_line(message, names, channel, site) for message in messages]
    return told, any(line.text is None for line in told)


def _line(message: ChatMessage, names: Mapping[int, str], channel: Channel, site: str) -> Line:
    allowed = may_tell(_level(message), matter_of(message), channel) or message.author is Author.CUSTOMER
    return Line(
        at=message.created_at,
        author=message.author,
        name=names.get(message.staff_id or 0, ""),
        text=_text(message, site) if allowed else None,
        choices=_choices(message) if allowed else (),
    )


def matter_of(message: ChatMessage) -> Matter:
    """Return whether a message may tell of the customer's account: what the office said while the identity held.

    Answers from the knowledge stay general. The customers' own words are theirs, and not asked about here.
    """
    if not _level(message).at_least(Level.VERIFIED):
        return Matter.GENERAL
    general = message.author is Author.BOT and message.kind in GENERAL_KINDS
    return Matter.GENERAL if general else Matter.INDIVIDUAL


def _level(message: ChatMessage) -> Level:
    return Level(message.details.get("level", Level.ANONYMOUS.value))


def _text(message: ChatMessage, site: str) -> str:
    return _PATH.sub(f"{site}/wiedza/", message.text) if message.author is Author.BOT else message.text


def _choices(message: ChatMessage) -> tuple[str, ...]:
    if message.author is not Author.BOT or message.kind != "choice":
        return ()
    buttons: Sequence[Mapping[str, str]] = message.details.get("buttons", ())
    return tuple(button["title"] for button in buttons if button["payload"].startswith("article:"))


def _moment(value: datetime) -> str:
    return f"{value.astimezone(WARSAW):%d.%m.%Y, %H:%M}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("helpdesk", "templates/transcript"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  # plain text
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["moment"] = _moment
    return environment
