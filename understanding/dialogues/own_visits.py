"""Looking up, moving and cancelling an e-visit that was booked before."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from helpdesk import visits
from helpdesk.errors import AppointmentOver, SlotNotOffered, SlotTaken
from helpdesk.lifecycle import Level, VisitStatus
from helpdesk.phones import normal_phone
from helpdesk.tables import Visit
from understanding.acts import Act
from understanding.decision import Kind
from understanding.dialogues.base import CONFIRMING, Asking, moment_of, moment_title, moment_value
from understanding.dialogues.model import CONFIRM, Checked, Heard, Question, Scene, Slot, Stay
from understanding.dialogues.reading import case_number, moment, offered, personal
from understanding.dialogues.visit import PAYERS_OFFICE, checked_time, slug, times_question
from understanding.memory import OpenDialogue
from understanding.said import Said, bare

PROOF = ("number", "email", "phone")
"""What shows, together, that an e-visit is one's own, when it was not booked in this conversation."""


class OwnVisit(Asking):
    """The way to one's own e-visit: booked here, the confirmed customer's, or proved by number and contact data."""

    act: Act
    proof: ClassVar[tuple[str, ...]] = PROOF
    then: ClassVar[tuple[str, ...]] = ()
    """What is asked for when the e-visit is found."""
    slots: Sequence[Slot] = (
        Slot("visit", offered),
        Slot("number", case_number, clears=("visit",), early=True),
        Slot("email", personal("email"), clears=("visit",), early=True),
        Slot("phone", personal("phone"), clears=("visit",), early=True),
        Slot("time", moment),
        CONFIRMING,
    )

    def opening(self, heard: Heard, act: Act, scene: Scene) -> Mapping[str, str]:
        """Take the only e-visit ahead, when there is one."""
        own = self._own(scene)
        return {"visit": own[0].number} if len(own) == 1 else {}

    def wanted(self, open_: OpenDialogue, scene: Scene) -> str | None:
        """Return what is still missing on the way to the e-visit, and then what is to be done with it."""
        if self.visit(open_, scene) is None:
            if len(self._own(scene)) > 1 and "number" not in open_.values:
                return "visit"
            # When everything was said and belongs to no e-visit, `finish` tells so.
            return next((slot for slot in self.proof if slot not in open_.values), None)
        return next((slot for slot in self.then if slot not in open_.values), None)

    def question(self, slot: str, open_: OpenDialogue, scene: Scene) -> Question:
        """Ask; the e-visits to choose from and the free times are offered."""
        if slot in PROOF:
            return Question(f"utter_ask_own_visit_{slot}")
        if slot == "visit":
            own = [(visit.number, moment_title(moment_value(visit.starts_at))) for visit in self._own(scene)]
            return Question("utter_ask_own_visit_visit", options=tuple(own))
        usual = super().question(slot, open_, scene)
        if slot == "time":
            visit = self.visit(open_, scene)
            office = next(slug(one) for one in scene.offices.offices if visit and one.name == visit.office)
            return times_question(usual, replace(open_, values={**open_.values, "office": office}), scene)
        return usual

    def told(self, open_: OpenDialogue, scene: Scene) -> Mapping[str, str]:
        """Return number, branch and time of the e-visit, and the new time."""
        visit, time = self.visit(open_, scene), open_.values.get("time")
        told = {"new_time": moment_title(time) if time else ""}
        if visit is None:
            return told
        at = moment_title(moment_value(visit.starts_at))
        return {**told, "number": visit.number, "office": visit.office, "time": at}

    def check(self, slot: str, value: str, open_: OpenDialogue, scene: Scene) -> Checked:
        """Check a time against those offered."""
        return checked_time(value, open_) if slot == "time" else Checked(value)

    def finish(self, open_: OpenDialogue, scene: Scene) -> Sequence[Said]:
        """Do it, or say that there is no such e-visit."""
        visit = self.visit(open_, scene)
        if visit is None:
            return [self._said("utter_visit_not_found")]
        if visit.status is not VisitStatus.BOOKED or visit.starts_at <= scene.now:
            return [self._said("utter_visit_over", {"number": visit.number})]
        told = self.told(open_, scene)
        try:
            self.do(visit, open_, scene)
        except AppointmentOver:
            return [self._said("utter_visit_over", {"number": visit.number})]
        return [self._said(f"utter_{self.name}_done", told)]

    def do(self, visit: Visit, open_: OpenDialogue, scene: Scene) -> None:
        """Do what the dialogue is for; raises AppointmentOver, or Stay when another time is needed."""

    def visit(self, open_: OpenDialogue, scene: Scene) -> Visit | None:
        """Return the e-visit when it is known and proved to be the customer's."""
        chosen = open_.values.get("visit")
        if chosen is not None:
            return next((visit for visit in self._own(scene) if visit.number == chosen), None)
        if not all(slot in open_.values for slot in self.proof):
            return None
        email = scene.opened(open_.values["email"])
        found = visits.find_visit(scene.session, open_.values["number"], email=email)
        if found is None or "phone" not in self.proof:
            return found
        return found if normal_phone(scene.opened(open_.values["phone"])) == found.phone else None

    def _own(self, scene: Scene) -> Sequence[Visit]:
        here = visits.visits_of(scene.session, now=scene.now, conversation_id=scene.conversation.id)
        if not scene.level.at_least(Level.VERIFIED):
            return here
        own = visits.visits_of(scene.session, now=scene.now, customer_id=scene.customer_id)
        return [*here, *(visit for visit in own if visit not in here)]

    def _said(self, response: str, values: Mapping[str, str] | None = None) -> Said:
        return Said(bare(Kind.APPOINTMENT, self.act, article=PAYERS_OFFICE), response, values or {})


class CheckVisit(OwnVisit):
    """Tells when one's e-visit is; to who only knows number and mail address, its state alone."""

    name, act = "check_visit", Act.CHECK_VISIT
    proof: ClassVar[tuple[str, ...]] = ("number", "email")

    def finish(self, open_: OpenDialogue, scene: Scene) -> Sequence[Said]:
        """Tell one's own e-visits in detail, or the state of one that is only known by its number."""
        if "number" in open_.values:
            visit = self.visit(open_, scene)
            if visit is None:
                return [self._said("utter_visit_not_found")]
            return [self._said(f"utter_visit_{visit.status.value}_state", {"number": visit.number})]
        return super().finish(open_, scene)


class MoveVisit(OwnVisit):
    """Moves an e-visit to another time at the same branch."""

    name, act = "move_visit", Act.MOVE_VISIT
    then: ClassVar[tuple[str, ...]] = ("time", CONFIRM)
    changeable: ClassVar[tuple[str, ...]] = ("time",)

    def do(self, visit: Visit, open_: OpenDialogue, scene: Scene) -> None:
        """Move it; when somebody was quicker, other times are offered."""
        sender, officials = scene.settings.letters, scene.settings.officials
        try:
            with scene.session.begin_nested():
                at = moment_of(open_.values["time"])
                visits.move(scene.session, visit, at, now=scene.now, sender=sender, officials=officials)
        except (SlotTaken, SlotNotOffered):
            raise Stay("time", "utter_visit_time_taken") from None


class CancelVisit(OwnVisit):
    """Cancels an e-visit; its time is free again at once."""

    name, act = "cancel_visit", Act.CANCEL_VISIT
    then: ClassVar[tuple[str, ...]] = (CONFIRM,)

    def do(self, visit: Visit, open_: OpenDialogue, scene: Scene) -> None:
        """Cancel it, unless the customer has thought again."""
        visits.cancel(scene.session, visit, now=scene.now, sender=scene.settings.letters)
