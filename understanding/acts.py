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
    BOOK_VISIT = "book_visit"
    CHECK_VISIT = "check_visit"
    MOVE_VISIT = "move_visit"
    CANCEL_VISIT = "cancel_visit"
    REQUEST_CALLBACK = "request_callback"
    CHECK_STATUS = "check_status"
    COMPLAIN = "complain"
    PRAISE = "praise"
    SUGGEST = "suggest"
    PROTECT_DATA = "protect_data"
    FIND_OFFICE = "find_office"
    ASK_HOURS = "ask_hours"
    ASK_CONTACT = "ask_contact"
    VERIFY_ME = "verify_me"
    REQUEST_TRANSCRIPT = "request_transcript"
    AFFIRM = "affirm"
    DENY = "deny"
    CANCEL = "cancel"
    CORRECT = "correct"
    INFORM = "inform"
    REPEAT = "repeat"
    MORE = "more"
    REJECT_ANSWER = "reject_answer"
    HELPFUL = "helpful"
    UNHELPFUL = "unhelpful"
    SMALL_TALK = "small_talk"
    INSULT = "insult"
    DISTRESS = "distress"
    REPORT_FRAUD = "report_fraud"
    FOREIGN_LANGUAGE = "foreign_language"
    CHOOSE_ARTICLE = "choose_article"
    FALLBACK = "nlu_fallback"

    @classmethod
    def named(cls, name: str | None) -> "Act":
        """Return the act of an intent's name; FALLBACK for a name that is none."""
        return next((act for act in cls if act.value == name), cls.FALLBACK)


SMALL_TALK = frozenset({Act.GREET, Act.THANK, Act.GOODBYE, Act.ASK_IDENTITY})
