"""Asking for a call: the matter, the telephone number, and an hour within the office's hours."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from helpdesk import callbacks
from helpdesk.callbacks import NewCallback
from helpdesk.errors import SlotNotOffered, SlotTaken, TooManyAppointments
from helpdesk.phones import normal_phone
from understanding.acts import Act
from understanding.decision import Kind
from understanding.dialogues.base import (
    CONFIRMING,
    Asking,
    moment_of,
    moment_title,
    moment_value,
    wish_for,
)
from understanding.dialogues.model import Checked, Heard, Question, Scene, Slot, Stay
from understanding.dialogues.reading import moment, personal, subject
from understanding.dialogues.visit import LONGEST_MATTER, matter, queue_of
from understanding.memory import OpenDialogue
from understanding.said import Said, bare


class RequestCallback(Asking):
    """Arranges a call of a consultant."""

    name = "callback"
    slots: Sequence[Slot] = (
        Slot("matter", subject, free=True),
        Slot("phone", personal("phone"), early=True),
        Slot("time", moment),
        CONFIRMING,
    )
    changeable: ClassVar[tuple[str, ...]] = ("matter", "phone", "time")

    def opening(self, heard: Heard, act: Act, scene: Scene) -> Mapping[str, str]:
        """Take the topic of the conversation as the matter, when there is one."""
        article = scene.topics.article(scene.conversation.topic)
        return {"matter": article.title[:LONGEST_MATTER]} if article else {}

    def question(self, slot: str, open_: OpenDialogue, scene: Scene) -> Question:
        """Ask for the hour with those that are free."""
        usual = super().question(slot, open_, scene)
        if slot != "time":
            return usual
        hours = callbacks.offered_hours(scene.session, now=scene.now, per_hour=scene.settings.calls_per_hour)
        return replace(usual, options=tuple((moment_value(at), moment_title(moment_value(at))) for at in hours))

    def told(self, open_: OpenDialogue, scene: Scene) -> Mapping[str, str]:
        """Return the hour and the matter."""
        time = open_.values.get("time")
        return {"time": moment_title(time) if time else "", "matter": open_.values.get("matter", "")}

    def check(self, slot: str, value: str, open_: OpenDialogue, scene: Scene) -> Checked:
        """Check the number, and that the hour is one of those offered."""
        if slot == "phone":
            return Checked(value) if normal_phone(scene.opened(value)) else Checked(None, "utter_phone_unusable")
        if slot == "time":
            known = value in {option for option, _ in open_.options} and wish_for(value, open_) is None
            return Checked(value) if known else Checked(None, "utter_callback_time_only")
        if slot == "matter":
            return Checked(matter(value, scene))
        return Checked(value)

    def finish(self, open_: OpenDialogue, scene: Scene) -> Sequence[Said]:
        """Note the call; when the hour is full by now, others are offered."""
        conversation = scene.conversation
        queue = conversation.queue or queue_of(open_.values["matter"], scene)
        new = NewCallback(
            phone=normal_phone(scene.opened(open_.values["phone"])) or "",
            starts_at=moment_of(open_.values["time"]),
            queue=queue,
            matter=open_.values["matter"],
            topic=conversation.topic,
            request_key=open_.key,
            conversation_id=conversation.id,
            customer_id=scene.customer_id,
        )
        try:
            with scene.session.begin_nested():
                per_hour = scene.settings.calls_per_hour
                callback = callbacks.request(scene.session, new, now=scene.now, per_hour=per_hour)
        except (SlotTaken, SlotNotOffered):
            raise Stay("time", "utter_callback_time_taken") from None
        except TooManyAppointments:
            return [Said(bare(Kind.CALLBACK, Act.REQUEST_CALLBACK, queue), "utter_callback_too_many")]
        told = {**self.told(open_, scene), "number": callback.number}
        return [Said(bare(Kind.CALLBACK, Act.REQUEST_CALLBACK, queue), "utter_callback_arranged", told)]
