"""The dialogue acts that Rasa tells apart; the values are the names of its intents."""

from enum import Enum


class Act(str, Enum):
    """What a customer does with a message."""

    GREET = "greet"
    THANK = "thank"
    GOODBYE = "goodbye"
    ASK_IDENTITY = "ask_identity"
    ASK_GENERAL = "ask_general"
    ASK_ACCOUNT = "ask_account"
    REQUEST_CONSULTANT = "request_consultant"
    OUT_OF_SCOPE = "out_of_scope"
    FOREIGN_LANGUAGE = "foreign_language"
    CHOOSE_ARTICLE = "choose_article"
    FALLBACK = "nlu_fallback"

    @classmethod
    def named(cls, name: str | None) -> "Act":
        """Return the act of an intent's name; FALLBACK for a name that is none."""
        return next((act for act in cls if act.value == name), cls.FALLBACK)


SMALL_TALK = frozenset({Act.GREET, Act.THANK, Act.GOODBYE, Act.ASK_IDENTITY})
