"""Finding a branch by a postal code or a town."""

from collections.abc import Mapping, Sequence

from knowledge.offices import Office
from understanding.acts import Act
from understanding.decision import Kind
from understanding.dialogues.base import Asking
from understanding.dialogues.model import Checked, Heard, Scene, Slot
from understanding.dialogues.reading import postal_code
from understanding.memory import OpenDialogue
from understanding.said import Said, bare
from understanding.words import asks

ARTICLE = "wlasciwa-placowka"
MOST = 4
LONGEST_NAME = 60


def _place(heard: Heard, open_: OpenDialogue) -> str | None:
    if open_.asked == "place" and not asks(heard.text):
        return heard.text.strip()[:LONGEST_NAME] or None
    return postal_code(heard, open_)


class FindOffice(Asking):
    """Names the branch for a place."""

    name = "office"
    slots: Sequence[Slot] = (Slot("place", _place, early=True),)

    def opening(self, heard: Heard, act: Act, scene: Scene) -> Mapping[str, str]:
        """Take the place from the question when it names one that is known."""
        return {"place": heard.text} if scene.offices.in_text(heard.text) else {}

    def check(self, slot: str, value: str, open_: OpenDialogue, scene: Scene) -> Checked:
        """Take what leads to a branch."""
        return Checked(value) if _found(value, scene) else Checked(None, "utter_place_unknown")

    def finish(self, open_: OpenDialogue, scene: Scene) -> Sequence[Said]:
        """Name the branches, and that the office's own search has the last word."""
        offices = "\n".join(f"- {_line(office)}" for office in _found(open_.values["place"], scene)[:MOST])
        return [Said(bare(Kind.ANSWER, Act.FIND_OFFICE, article=ARTICLE), "utter_office_found", {"offices": offices})]


def _found(place: str, scene: Scene) -> Sequence[Office]:
    return scene.offices.in_text(place) or scene.offices.for_postal_code(place)


def _line(office: Office) -> str:
    return ", ".join(filter(None, (office.name, office.address)))
