"""What a customer sees of a conversation at this moment."""

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk import chat_log, waiting
from helpdesk import staff as people
from helpdesk.hours import Hours
from helpdesk.lifecycle import Mode
from helpdesk.standing import standing
from helpdesk.tables import Conversation
from web.views import State, consultant_view, principal_view, principal_views, reply_view


def state_of(
    session: Session, conversation: Conversation, token: str, *, after: int, hours: Hours, now: datetime
) -> State:
    """Return a conversation with its messages above an id, for whoever has its token."""
    known = standing(session, conversation, now)
    found = chat_log.messages(session, conversation.id, after=after)
    names = people.names(session, {message.staff_id for message in found if message.staff_id})
    outlook = waiting.outlook(session, conversation, hours=hours, now=now)
    return State(
        conversation=token,
        mode=conversation.mode.value,
        auth_level=known.level.value,
        queue=conversation.queue.value if outlook.position and conversation.queue else None,
        position=outlook.position,
        wait_minutes=outlook.minutes,
        ways=[way.value for way in outlook.ways],
        person_wanted=conversation.person_wanted and conversation.mode is Mode.BOT,
        principals=principal_views(session, known, now=now),
        acting_for=principal_view(known.principal) if known.principal else None,
        **consultant_view(session, conversation),
        replies=[reply_view(message, names.get(message.staff_id or 0, "")) for message in found],
    )
