"""The state of one's own tickets, e-visits and callbacks."""

from collections.abc import Mapping, Sequence

from helpdesk import status
from helpdesk.status import Case
from understanding.acts import Act
from understanding.decision import Kind
from understanding.dialogues.base import Asking, moment_title, moment_value
from understanding.dialogues.model import Checked, Heard, Question, Scene, Slot
from understanding.dialogues.reading import case_number, personal
from understanding.memory import OpenDialogue
from understanding.said import Said, bare
from understanding.words import data

CALLBACKS = "OD-"
"""The beginning of the numbers of callbacks: they are known by a telephone number, all others by a mail address."""
OWN = "own"


class CheckStatus(Asking):
    """Tells the state of a case by its number and contact data; all own cases to a confirmed customer."""

    name = "status"
    slots: Sequence[Slot] = (
        Slot("number", case_number, early=True),
        Slot("email", personal("email"), early=True),
        Slot("phone", personal("phone"), early=True),
    )

    def opening(self, heard: Heard, act: Act, scene: Scene) -> Mapping[str, str]:
        """A confirmed customer who names no number wants to know of all."""
        confirmed = scene.customer_id is not None
        named = case_number(heard, OpenDialogue(self.name, ""))
        return {OWN: "yes"} if confirmed and named is None else {}

    def wanted(self, open_: OpenDialogue, scene: Scene) -> str | None:
        """Return what is missing: the number, then the contact data that goes with it."""
        if OWN in open_.values:
            return None
        if "number" not in open_.values:
            return "number"
        contact = "phone" if open_.values["number"].startswith(CALLBACKS) else "email"
        return contact if contact not in open_.values else None

    def question(self, slot: str, open_: OpenDialogue, scene: Scene) -> Question:
        """Ask for number, mail address or telephone number."""
        return Question(f"utter_ask_status_{slot}")

    def check(self, slot: str, value: str, open_: OpenDialogue, scene: Scene) -> Checked:
        """Take every value: a number that does not exist is answered like one that is not the customer's."""
        return Checked(value)

    def finish(self, open_: OpenDialogue, scene: Scene) -> Sequence[Said]:
        """Tell the state, and no more than the level allows."""
        decision = bare(Kind.STATUS, Act.CHECK_STATUS)
        if OWN in open_.values:
            cases = status.own_cases(scene.session, scene.customer_id or 0, level=scene.level)
            if not cases:
                return [Said(decision, "utter_status_none")]
            lines = "\n".join(_line(case) for case in cases)
            return [Said(decision, "utter_status_own", {"cases": lines})]
        number = open_.values["number"]
        contact = open_.values["phone" if number.startswith(CALLBACKS) else "email"]
        found = status.state_of(scene.session, number, scene.opened(contact))
        if found is None:
            return [Said(decision, "utter_status_not_found")]
        return [Said(decision, "utter_status_state", {"number": number, "state": _words(found.status.value)})]


def _line(case: Case) -> str:
    about = ", ".join(filter(None, (case.about, moment_title(moment_value(case.when)))))
    return f"- {case.number}: {_words(case.status.value)} ({about})"


def _words(state: str) -> str:
    words: Mapping[str, str] = data("states")
    return words[state]
