"""The summary of a conversation for the consultant who takes it over: a pure function over its messages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from helpdesk.lifecycle import Author, Level
from helpdesk.ratings import RATEABLE
from helpdesk.tables import ChatMessage, Conversation

MOST_ASKED = 6
"""Questions shown; of a long conversation the last ones."""
LONGEST_ASKED = 240
UNKNOWN = "unknown"
HANDOVER = "handover"
ASKED_ABOUT = RATEABLE | {UNKNOWN, "choice", "verify"}
"""Kinds of replies to what was a question."""
REFUSALS = frozenset({"reject_answer", "unhelpful"})
"""Acts by which a customer says that an answer was none."""
WISHES = (
    "distress",
    "report_fraud",
    "request_consultant",
    "request_callback",
    "book_visit",
    "move_visit",
    "cancel_visit",
    "check_visit",
    "check_status",
    "complain",
    "praise",
    "suggest",
    "protect_data",
    "request_transcript",
)
"""Acts that say what a customer wants beside an answer; the most urgent first."""


@dataclass(frozen=True)
class Given:
    """One answer that the bot gave: of its kind, with the article, form or institution that it named."""

    kind: str
    article: str | None = None
    form: str | None = None
    institution: str | None = None
    refused: bool = False


@dataclass(frozen=True)
class Summary:
    """What a consultant should know before the first word.

    Attributes:
        topic: the article last talked of.
        asked: the customer's questions in their (masked) words, the oldest first.
        given: the bot's answers in their order, each once.
        failures: how often the bot had no answer, or one that was refused.
        level: how well the customer is known now.
        language: the language the customer writes.
        dialogue: the dialogue that is not finished, by its name.
        wishes: what else was wanted, by the acts' names, the most urgent first.
    """

    topic: str | None
    asked: tuple[str, ...]
    given: tuple[Given, ...]
    failures: int
    level: Level
    language: str
    dialogue: str | None
    wishes: tuple[str, ...]


def summarise(conversation: Conversation, messages: Sequence[ChatMessage], level: Level) -> Summary:
    """Return the summary of a conversation.

    Args:
        conversation: its record.
        messages: what was said, oldest first.
        level: the level that holds now.
    """
    turns = tuple(_turns(messages))
    acts = {act for _said, replies in turns for act in map(_act, replies)}
    return Summary(
        topic=conversation.topic,
        asked=_asked(turns),
        given=_given(turns),
        failures=sum(_is_failure(reply) for _said, replies in turns for reply in replies),
        level=level,
        language=conversation.language or "pl",
        dialogue=_open_dialogue(conversation),
        wishes=tuple(wish for wish in WISHES if wish in acts),
    )


_Turn = tuple[ChatMessage | None, Sequence[ChatMessage]]


def _turns(messages: Sequence[ChatMessage]) -> Iterator[_Turn]:
    """Each message of the customer with the bot's replies to it; what the bot says unasked has no message."""
    said: ChatMessage | None = None
    replies: list[ChatMessage] = []
    for message in messages:
        if message.author is Author.CUSTOMER:
            if said is not None or replies:
                yield said, replies
            said, replies = message, []
        elif message.author is Author.BOT:
            replies.append(message)
    if said is not None or replies:
        yield said, replies


def _asked(turns: Sequence[_Turn]) -> tuple[str, ...]:
    questions = [said.text for said, replies in turns if said is not None and _is_question(replies)]
    # The last of equal ones counts: who repeats a question still wants it answered.
    unlike = list(dict.fromkeys(reversed(questions)))[:MOST_ASKED]
    return tuple(_clipped(question) for question in reversed(unlike))


def _is_question(replies: Sequence[ChatMessage]) -> bool:
    """Whether a message was a question, judged by its replies; one without any waits for the consultant."""
    if not replies:
        return True
    if any(_act(reply) in REFUSALS for reply in replies):
        return False
    return any(
        reply.kind in ASKED_ABOUT or (reply.kind == HANDOVER and reply.details.get("article")) for reply in replies
    )


def _clipped(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= LONGEST_ASKED else f"{words[: LONGEST_ASKED - 1].rstrip()}…"


def _given(turns: Sequence[_Turn]) -> tuple[Given, ...]:
    found: dict[tuple[object, ...], Given] = {}
    latest: tuple[object, ...] | None = None
    for _said, replies in turns:
        for reply in replies:
            if _act(reply) in REFUSALS and latest is not None:
                found[latest] = _refused(found[latest])
            if reply.kind in RATEABLE:
                hints = reply.details
                given = Given(reply.kind, hints.get("article"), hints.get("form"), hints.get("institution"))
                latest = (given.kind, given.article, given.form, given.institution)
                found.setdefault(latest, given)
    return tuple(found.values())


def _refused(given: Given) -> Given:
    return Given(given.kind, given.article, given.form, given.institution, refused=True)


def _is_failure(reply: ChatMessage) -> bool:
    return reply.kind == UNKNOWN or _act(reply) in REFUSALS


def _act(reply: ChatMessage) -> str | None:
    act: str | None = reply.details.get("act")
    return act


def _open_dialogue(conversation: Conversation) -> str | None:
    """The dialogue under way, as `understanding.memory` keeps it with the conversation."""
    dialogues = (conversation.memory or {}).get("dialogues") or ()
    return str(dialogues[-1]["name"]) if dialogues else None
