"""What the forms of a live chat share: where they lead back to, and whom they tell."""

from typing import Annotated

from fastapi import Form, HTTPException, Request, Response

from helpdesk.errors import NotFound
from helpdesk.tables import StaffSession
from web.desk.signed_in import back_to, parts_of
from web.push import DESK, conversation_topic, staff_topic

PAGES = r"|/desk|/desk/chats(\?(open=\d{1,12}&){0,3}current=\d{1,12}|/\d{1,12})?"
Back = Annotated[str, Form(pattern=f"^({PAGES})$", max_length=120)]
"""The page that a form was on, among those that hold such forms; empty for the usual one."""
BY_SCRIPT = "x-okienko-script"


def after_form(request: Request, path: str) -> Response:
    """Send the browser on after a form; a script that stays on its page is given nothing to follow."""
    return Response(status_code=204) if BY_SCRIPT in request.headers else back_to(path)


async def hint(request: Request, chat_id: int, me: StaffSession) -> None:
    """Hint that a chat changed: to its customer, to the lists, and to who changed it, in all their windows."""
    topics = conversation_topic(chat_id), DESK, staff_topic(me.staff_id)
    await parts_of(request).gateway.push.publish(*topics)


class OwnOnly:
    """Turns the core's «not yours» into «not found» for the browser."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, problem: BaseException | None, _trace: object) -> None:
        if isinstance(problem, NotFound):
            raise HTTPException(404) from None
