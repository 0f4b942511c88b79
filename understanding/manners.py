"""What is no question of the office's matters: insults, despair, fraud, thanks, small talk, and bare yes or no."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk import ratings
from helpdesk.hours import Hours
from helpdesk.lifecycle import Author
from understanding.acts import Act
from understanding.answers import PERSON
from understanding.decision import Kind
from understanding.memory import Memory
from understanding.safety import is_bereaved, is_hardship
from understanding.said import Button, Said, bare
from understanding.turn import Answer, Turn
from understanding.words import data

FRAUD = "oszustwa-podszywanie-sie"
CONTACT = "infolinia-kontakt-zus"
RATING = "rating"
MOST_INSULTS = 3
"""With the third insult the conversation ends; the second one is offered a person."""


def distress(turn: Turn, hours: Hours, now: datetime) -> Answer:
    """Return where help is at once, and call a person."""
    response = "utter_distress" if hours.is_open(now) else "utter_distress_closed"
    return Answer([Said(bare(Kind.HANDOVER, Act.DISTRESS), response, urgent=True)], turn.memory)


def with_tact(turn: Turn, answer: Answer) -> Answer:
    """Return an answer with a word for who lost somebody or lives in want."""
    said = list(answer.said)
    if turn.text and is_bereaved(turn.text):
        said.insert(0, Said(bare(Kind.SMALLTALK, turn.act), "utter_bereaved"))
    elif turn.text and is_hardship(turn.text):
        said.append(Said(bare(Kind.SMALLTALK, turn.act), "utter_hardship"))
    return replace(answer, said=said)


def insult(turn: Turn) -> Answer:
    """Stay calm; offer a person; at last end the conversation."""
    memory = replace(turn.memory, insults=turn.memory.insults + 1)
    if memory.insults >= MOST_INSULTS:
        said = Said(bare(Kind.SMALLTALK, Act.INSULT), "utter_insult_end", end=True)
        return Answer([said], replace(memory, insults=0))
    if memory.insults > 1:
        said = Said(bare(Kind.HANDOVER, Act.INSULT), "utter_insult_again", person=True)
        return Answer([said], replace(memory, offered=PERSON))
    return Answer([Said(bare(Kind.SMALLTALK, Act.INSULT), "utter_insult_first")], memory)


def fraud(turn: Turn) -> Answer:
    """Warn, and say where it is reported."""
    return Answer([Said(bare(Kind.ANSWER, Act.REPORT_FRAUD, article=FRAUD), "utter_fraud")], turn.memory)


def contact(turn: Turn) -> Answer:
    """Say how the office is reached."""
    return Answer([Said(bare(Kind.ANSWER, Act.ASK_CONTACT, article=CONTACT), "utter_contact")], turn.memory)


def transcript(turn: Turn) -> Answer:
    """Say how one gets a record of the conversation."""
    button = {"title": data("buttons")["transcript"], "payload": "transcript"}
    said = Said(bare(Kind.SMALLTALK, Act.REQUEST_TRANSCRIPT), "utter_transcript", buttons=[button])
    return Answer([said], turn.memory)


def verify(turn: Turn, *, confirmed: bool) -> Answer:
    """Lead to the form; who is confirmed already is told so."""
    button = {"title": data("buttons")["verify"], "payload": "verify"}
    response = "utter_verified_already" if confirmed else "utter_verify_me"
    said = Said(bare(Kind.VERIFY, Act.VERIFY_ME), response, buttons=[] if confirmed else [button])
    return Answer([said], turn.memory)


def thanks(turn: Turn, session: Session, conversation: int) -> Answer:
    """Accept thanks; when there was an answer, ask whether it helped."""
    decision = bare(Kind.SMALLTALK, Act.THANK)
    if ratings.last_rateable(session, conversation) is None:
        return Answer([Said(decision, "utter_thank")], turn.memory)
    return Answer([Said(decision, "utter_thank_rate", buttons=rating_buttons())], replace(turn.memory, offered=RATING))


def rated(turn: Turn, session: Session, conversation: int, *, helpful: bool, now: datetime) -> Answer:
    """Store a rating of the last answer, and thank for it."""
    memory = replace(turn.memory, offered="")
    rating = ratings.rate(session, conversation, helpful=helpful, now=now)
    act = Act.HELPFUL if helpful else Act.UNHELPFUL
    if rating is None:
        return Answer([Said(bare(Kind.SMALLTALK, act), "utter_nothing_to_rate")], memory)
    if helpful or rating.part is not Author.BOT:
        response = "utter_rated_helpful" if helpful else "utter_rated_unhelpful_person"
        return Answer([Said(bare(Kind.SMALLTALK, act), response)], memory)
    button = {"title": data("buttons")["consultant"], "payload": "consultant"}
    return Answer([Said(bare(Kind.SMALLTALK, act), "utter_rated_unhelpful", buttons=[button])], memory)


def said_again(turn: Turn, text: str) -> Answer:
    """Repeat the bot's last words."""
    if not text:
        return Answer([Said(bare(Kind.SMALLTALK, Act.REPEAT), "utter_nothing_to_repeat")], turn.memory)
    return Answer([Said(bare(Kind.SMALLTALK, Act.REPEAT), text=text)], turn.memory)


def plain(turn: Turn, response: str, memory: Memory | None = None, values: Mapping[str, str] | None = None) -> Answer:
    """Return one response that leads nowhere."""
    return Answer([Said(bare(Kind.SMALLTALK, turn.act), response, values or {})], memory or turn.memory)


def rating_buttons() -> list[Button]:
    """Return the buttons that rate the last answer."""
    titles = data("buttons")
    return [{"title": titles[act.value], "payload": f"act:{act.value}"} for act in (Act.HELPFUL, Act.UNHELPFUL)]
