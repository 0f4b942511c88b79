"""Complaints, praise, suggestions and requests about personal data: they become tickets of their class."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from helpdesk import feedback
from helpdesk.feedback import FromChat
from helpdesk.hours import WARSAW
from helpdesk.lifecycle import TicketClass
from helpdesk.queues import Queue
from knowledge.polish_dates import polish_date
from understanding.acts import Act
from understanding.decision import Kind
from understanding.dialogues.base import CONFIRMING, Asking
from understanding.dialogues.model import Checked, Heard, Question, Scene, Slot
from understanding.dialogues.reading import SKIPPED, optional, personal, words
from understanding.memory import OpenDialogue
from understanding.said import Said, bare
from understanding.words import data, word_count

CLASSES: Mapping[Act, TicketClass] = {
    Act.COMPLAIN: TicketClass.COMPLAINT,
    Act.PRAISE: TicketClass.PRAISE,
    Act.SUGGEST: TicketClass.SUGGESTION,
    Act.PROTECT_DATA: TicketClass.PERSONAL_DATA,
}
ARTICLES: Mapping[TicketClass, str] = {
    TicketClass.COMPLAINT: "skarga-wniosek",
    TicketClass.SUGGESTION: "skarga-wniosek",
    TicketClass.PERSONAL_DATA: "dane-osobowe-rodo",
}
TELLS_ENOUGH = 12
"""Words of the first message from which it is taken for what is to be passed on."""
LEAST_TEXT = 4


class GiveFeedback(Asking):
    """Takes down what somebody has to say about the office, and where the answer is to go."""

    name = "feedback"
    slots: Sequence[Slot] = (
        Slot("text", words(LEAST_TEXT), free=True),
        Slot("email", optional(personal("email")), early=False),
        CONFIRMING,
    )
    changeable: ClassVar[tuple[str, ...]] = ("text", "email")

    def opening(self, heard: Heard, act: Act, scene: Scene) -> Mapping[str, str]:
        """Take the class from the act, and the text when the first message tells enough."""
        values = {"kind": CLASSES.get(act, TicketClass.COMPLAINT).value}
        if word_count(heard.text) >= TELLS_ENOUGH:
            values["text"] = heard.text
        found = heard.sealed.get("email")
        return {**values, "email": f"sealed:{found[-1]}"} if found else values

    def question(self, slot: str, open_: OpenDialogue, scene: Scene) -> Question:
        """Ask in the words of the class; the mail address may be left out."""
        usual = super().question(slot, open_, scene)
        if slot == "text":
            return Question(f"utter_ask_feedback_text_{open_.values['kind']}")
        if slot == "email":
            skip = ((SKIPPED, data("buttons")["skip"]),)
            return Question("utter_ask_feedback_email", options=skip)
        return usual

    def told(self, open_: OpenDialogue, scene: Scene) -> Mapping[str, str]:
        """Return the text that is passed on."""
        return {"words": open_.values.get("text", "")}

    def check(self, slot: str, value: str, open_: OpenDialogue, scene: Scene) -> Checked:
        """Take every value."""
        return Checked(value)

    def finish(self, open_: OpenDialogue, scene: Scene) -> Sequence[Said]:
        """Open the ticket and tell its number and by when it is answered."""
        kind, email = TicketClass(open_.values["kind"]), open_.values["email"]
        address = scene.opened(email) if email != SKIPPED else None
        new = FromChat(
            kind=kind,
            text=open_.values["text"],
            request_key=open_.key,
            queue=Queue.GENERAL,
            address=address,
            conversation_id=scene.conversation.id,
            customer_id=scene.customer_id,
            level=scene.level,
        )
        domain = scene.settings.office_address.rpartition("@")[2]
        ticket = feedback.open_from_chat(scene.session, new, now=scene.now, domain=domain)
        told = {"number": ticket.number, "day": _day(ticket.answer_by)}
        reached = "" if address else "_unreachable"
        act = next((act for act, one in CLASSES.items() if one is kind), Act.COMPLAIN)
        decision = bare(Kind.COMPLAINT, act, Queue.GENERAL, ARTICLES.get(kind))
        return [Said(decision, f"utter_feedback_{kind.value}{reached}", told)]


def _day(moment: datetime | None) -> str:
    return polish_date(moment.astimezone(WARSAW).date()) if moment else ""
