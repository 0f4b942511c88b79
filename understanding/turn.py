"""One turn of the bot: what came in with what is known around it, and what goes out with what is remembered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from understanding.acts import Act
from understanding.memory import Memory
from understanding.said import Said


@dataclass(frozen=True)
class Turn:
    """A message of a customer to the bot.

    Attributes:
        text: the masked words; empty when a button was pressed.
        act: the dialogue act.
        confidence: how sure the act is (0..1).
        conversation: the number of the conversation; None outside of the gateway.
        option: what a pressed button carries.
        article: the article whose button was pressed.
        lang: the language, as the gate found it.
        profile: the customer's group, if known.
        topic: the article last talked of.
        memory: what is remembered of the conversation.
        sealed: numbers of the sealed values of the message, by kind.
    """

    text: str
    act: Act
    confidence: float = 1.0
    conversation: int | None = None
    option: str | None = None
    article: str | None = None
    lang: str = "pl"
    profile: str | None = None
    topic: str | None = None
    memory: Memory = field(default_factory=Memory)
    sealed: Mapping[str, Sequence[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What the bot says, in order, and what it then remembers; `profile` is set when the customer told it."""

    said: Sequence[Said]
    memory: Memory
    profile: str | None = None
