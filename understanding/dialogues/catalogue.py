"""All dialogues, by name and by the act that begins them."""

from collections.abc import Mapping

from understanding.acts import Act
from understanding.dialogues.callback import RequestCallback
from understanding.dialogues.feedback import CLASSES, GiveFeedback
from understanding.dialogues.model import Dialogue
from understanding.dialogues.own_visits import CancelVisit, CheckVisit, MoveVisit
from understanding.dialogues.place import FindOffice
from understanding.dialogues.status import CheckStatus
from understanding.dialogues.visit import BookVisit

_BEGUN_BY: Mapping[Act, Dialogue] = {
    Act.BOOK_VISIT: BookVisit(),
    Act.CHECK_VISIT: CheckVisit(),
    Act.MOVE_VISIT: MoveVisit(),
    Act.CANCEL_VISIT: CancelVisit(),
    Act.REQUEST_CALLBACK: RequestCallback(),
    Act.CHECK_STATUS: CheckStatus(),
    Act.FIND_OFFICE: FindOffice(),
    **dict.fromkeys(CLASSES, GiveFeedback()),
}
BY_NAME: Mapping[str, Dialogue] = {dialogue.name: dialogue for dialogue in _BEGUN_BY.values()}


def begun_by(act: Act) -> Dialogue | None:
    """Return the dialogue that an act begins, if any."""
    return _BEGUN_BY.get(act)
