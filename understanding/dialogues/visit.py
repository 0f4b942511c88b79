"""Booking an e-visit: matter, postal code -> branch, time, who comes along, telephone and mail address."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from helpdesk import visits
from helpdesk.errors import SlotNotOffered, SlotTaken, TooManyAppointments
from helpdesk.lifecycle import Company
from helpdesk.phones import normal_phone
from helpdesk.queues import Queue
from helpdesk.visits import NewVisit
from knowledge.offices import Office
from polish.folding import fold
from understanding.acts import Act
from understanding.decision import Kind
from understanding.dialogues.base import (
    CONFIRMING,
    WISH,
    Asking,
    moment_of,
    moment_options,
    moment_title,
    wish_for,
    wished_after,
    wished_day,
)
from understanding.dialogues.model import Checked, Heard, Question, Scene, Slot, Stay
from understanding.dialogues.reading import MOST_SHORT, POSTAL_CODE, moment, one_of, personal, postal_code, subject
from understanding.memory import OpenDialogue
from understanding.said import Said, bare
from understanding.words import after_any, asks, data, word_count

TOPIC = "topic"
"""The option that takes the topic of the conversation as the matter."""
PAYERS_OFFICE = "e-wizyta-rezerwacja"
"""The article that tells of e-visits."""
LONGEST_MATTER = 500
LONGEST_PLACE = 80


def _place(heard: Heard, open_: OpenDialogue) -> str | None:
    """A postal code; when it was asked for, all words, which may name a town too (`check` knows the towns)."""
    if open_.asked == "postal_code" and not asks(heard.text):
        return heard.text.strip()[:LONGEST_PLACE] or None
    return postal_code(heard, open_)


class BookVisit(Asking):
    """Books an e-visit."""

    name = "visit"
    slots: Sequence[Slot] = (
        Slot("matter", subject, free=True),
        Slot("postal_code", _place, clears=("office", "time", WISH), early=True),
        Slot("office", one_of({}), clears=("time", WISH)),
        Slot("time", moment),
        Slot("company", one_of(data("dialogues")["company"])),
        Slot("phone", personal("phone"), early=True),
        Slot("email", personal("email"), early=True),
        CONFIRMING,
    )
    changeable: ClassVar[tuple[str, ...]] = ("matter", "postal_code", "time", "company", "phone", "email")

    def opening(self, heard: Heard, act: Act, scene: Scene) -> Mapping[str, str]:
        """Take the matter from the words of the wish, when they name one."""
        about = after_any(heard.text, data("dialogues")["about"])
        return {"matter": about[:LONGEST_MATTER]} if about else {}

    def question(self, slot: str, open_: OpenDialogue, scene: Scene) -> Question:
        """Ask with the branch's free times, the branches of a code, or the topic talked of."""
        usual = super().question(slot, open_, scene)
        if slot == "matter":
            article = scene.topics.article(scene.conversation.topic)
            return replace(usual, options=((TOPIC, article.title),) if article else ())
        if slot == "postal_code" and queue_of(open_.values["matter"], scene) is Queue.PAYERS:
            return replace(usual, response="utter_ask_visit_postal_code_company")
        if slot == "office":
            return replace(usual, options=tuple((slug(one), one.name) for one in _offices(open_, scene)))
        if slot == "company":
            titles = data("buttons")
            return replace(usual, options=tuple((who.value, titles[who.value]) for who in Company))
        return times_question(usual, open_, scene) if slot == "time" else usual

    def told(self, open_: OpenDialogue, scene: Scene) -> Mapping[str, str]:
        """Return the branch, the time, the matter and who comes along."""
        office = office_of(open_.values.get("office", ""), scene)
        time, company = open_.values.get("time"), open_.values.get("company", Company.NOBODY.value)
        return {
            "office": office.name if office else "",
            "time": moment_title(time) if time else "",
            "matter": open_.values.get("matter", ""),
            "company": data("dialogues")["company_told"][company],
        }

    def check(self, slot: str, value: str, open_: OpenDialogue, scene: Scene) -> Checked:
        """Check a value against the branches, the free times and what can be called."""
        if slot == "matter":
            return Checked(matter(value, scene))
        if slot == "postal_code":
            return _checked_place(value, scene)
        if slot == "time":
            return checked_time(value, open_)
        if slot == "phone":
            return Checked(value) if normal_phone(scene.opened(value)) else Checked(None, "utter_phone_unusable")
        return Checked(value)

    def finish(self, open_: OpenDialogue, scene: Scene) -> Sequence[Said]:
        """Book it; when somebody was quicker, other times are offered."""
        office = office_of(open_.values["office"], scene)
        queue = queue_of(open_.values["matter"], scene)
        new = NewVisit(
            office=office.name if office else "",
            starts_at=moment_of(open_.values["time"]),
            queue=queue,
            matter=open_.values["matter"],
            postal_code=open_.values["postal_code"][:6],
            company=Company(open_.values["company"]),
            phone=normal_phone(scene.opened(open_.values["phone"])) or "",
            email=scene.opened(open_.values["email"]),
            request_key=open_.key,
            conversation_id=scene.conversation.id,
            customer_id=scene.customer_id,
            level=scene.level,
        )
        sender, officials = scene.settings.letters, scene.settings.officials
        try:
            with scene.session.begin_nested():
                visit = visits.book(scene.session, new, now=scene.now, sender=sender, officials=officials)
        except (SlotTaken, SlotNotOffered):
            raise Stay("time", "utter_visit_time_taken") from None
        except TooManyAppointments:
            return [Said(bare(Kind.APPOINTMENT, Act.BOOK_VISIT, queue, PAYERS_OFFICE), "utter_visit_too_many")]
        told = {**self.told(open_, scene), "number": visit.number}
        return [Said(bare(Kind.APPOINTMENT, Act.BOOK_VISIT, queue, PAYERS_OFFICE), "utter_visit_booked", told)]


def matter(value: str, scene: Scene) -> str:
    """Return the matter that was said: the topic talked of, or what follows "w sprawie"."""
    article = scene.topics.article(scene.conversation.topic) if value == TOPIC else None
    said = after_any(value, data("dialogues")["about"]) or value
    return (article.title if article else said)[:LONGEST_MATTER]


def times_question(usual: Question, open_: OpenDialogue, scene: Scene) -> Question:
    """Return the question for a time with the times of the wish, or else the next ones."""
    office = office_of(open_.values["office"], scene)
    name, wish = office.name if office else "", open_.values.get(WISH)
    wanted_day, officials = wished_day(wish), scene.settings.officials
    days = [wanted_day] if wanted_day else None
    found = visits.offered_slots(
        scene.session, name, now=scene.now, after=wished_after(wish), days=days, officials=officials
    )
    if found or wish is None:
        return replace(usual, options=moment_options(found))
    others = visits.offered_slots(scene.session, name, now=scene.now, officials=officials)
    return replace(usual, response="utter_ask_visit_time_other", options=moment_options(others))


def checked_time(value: str, open_: OpenDialogue) -> Checked:
    """Take one of the offered times, or note which others are wished for."""
    wish = wish_for(value, open_)
    if wish is not None:
        return Checked(None, also={WISH: wish})
    if value not in {option for option, _ in open_.options}:
        return Checked(None, also={WISH: f"on:{value[:10]}"})
    return Checked(value)


def slug(office: Office) -> str:
    """Return a branch's name as the value of an option."""
    return re.sub(r"[^a-z0-9]+", "-", fold(office.name))[:80]


def office_of(value: str, scene: Scene) -> Office | None:
    """Return the branch behind an option's value."""
    return next((one for one in scene.offices.offices if slug(one) == value), None)


def queue_of(matter: str, scene: Scene) -> Queue:
    """Return whose work a matter is."""
    return scene.topics.decide(Act.ASK_GENERAL, matter).queue


def _offices(open_: OpenDialogue, scene: Scene) -> Sequence[Office]:
    place = open_.values["postal_code"]
    return scene.offices.for_postal_code(place) or scene.offices.in_text(place)


def _checked_place(value: str, scene: Scene) -> Checked:
    code = POSTAL_CODE.search(value)
    found = scene.offices.in_text(value) or scene.offices.for_postal_code(f"{code[1]}-{code[2]}" if code else "")
    if not found:
        return Checked(None, "utter_place_unknown" if code or word_count(value) <= MOST_SHORT else "")
    place = f"{code[1]}-{code[2]}" if code else found[0].city
    return Checked(place, also={"office": slug(found[0])} if len(found) == 1 else {})
