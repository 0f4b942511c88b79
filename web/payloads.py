"""What pressed buttons carry, and what Rasa gets for them and for typed words."""

import re

from understanding.acts import Act
from web.engine import escape

CONSULTANT = "consultant"
"""Wants a person; the bot asks how to be joined with one."""
PERSON = "person"
"""Waits for a person at once."""
VERIFY = "verify"
"""Opens the widget's form."""
CALLBACK = "act:request_callback"
_CONSENT = re.compile(r"consent:(\d{1,12}):(yes|no)")
_ARTICLE = re.compile(r"article:([a-z0-9-]{1,100})")
_ACT = re.compile(r"act:([a-z_]{1,40})")
_OPTION = re.compile(r"option:([A-Za-z0-9:._+-]{1,80})")


def consent_button(consent_id: int, *, granted: bool) -> str:
    """Return what a button carries that answers a question for a consent."""
    return f"consent:{consent_id}:{'yes' if granted else 'no'}"


def consent_answer(payload: str | None) -> tuple[int, bool] | None:
    """Return which question a pressed button answers, and whether the consent is given; None for other buttons."""
    found = _CONSENT.fullmatch(payload or "")
    return (int(found[1]), found[2] == "yes") if found else None


def command(words: str, payload: str | None) -> str:
    """Return what Rasa gets: the words, or the command of a pressed button (never one that was typed)."""
    chosen = _ARTICLE.fullmatch(payload or "")
    if chosen:
        return f'/choose_article{{"article": "{chosen[1]}"}}'
    if payload == CONSULTANT:
        return "/request_consultant"
    act = _ACT.fullmatch(payload or "")
    if act and act[1] in {one.value for one in Act}:
        return f"/{act[1]}"
    option = _OPTION.fullmatch(payload or "")
    if option:
        return f'/inform{{"option": "{option[1]}"}}'
    return escape(words)
