"""What a customer takes along from the chat: a ticket answered by mail, and the transcript as a file or a mail."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from web.api_answers import problems
from web.chat_api import TheGateway, moved
from web.chat_line import Token, rates
from web.leaving import Leaving
from web.push import queue_topic
from web.views import State

BYTE_ORDER_MARK = "\ufeff"
"""Older programs on Windows take a file without it for one of their own code page, and lose the Polish letters."""

router = APIRouter(prefix="/api/chat", tags=["chat"], responses=problems(404, 413, 422, 429))


class AddressIn(BaseModel):
    """Where a transcript goes."""

    address: str = Field(max_length=1_000, description="a mail address")


class TicketIn(AddressIn):
    """What is left for a consultant to answer by mail."""

    text: str = Field("", description="what the customer adds to the conversation")


def leaving(request: Request) -> Leaving:
    """Return the use cases of this module over the application's parts."""
    return Leaving(request.app.state.parts)


TheLeaving = Annotated[Leaving, Depends(leaving)]


@router.post("/{conversation}/ticket")
async def leave_ticket(
    conversation: Token, ticket: TicketIn, gateway: TheGateway, leaving: TheLeaving, request: Request
) -> State:
    """Leave a ticket with the whole conversation, to be answered by mail; asked twice, it is one ticket.

    422: the address is none, or the text is too long; 429: this conversation left as many as a day allows.
    """
    await rates(request).message(request, conversation)
    gone = await run_in_threadpool(leaving.ticket, conversation, ticket.address, ticket.text)
    if gone.left is not None:
        await gateway.push.publish(queue_topic(gone.left))
    return await moved(gateway, conversation, gone.number)


TEXT: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "The transcript."}
}


@router.get("/{conversation}/transcript.txt", response_class=Response, responses=TEXT)
def download_transcript(conversation: Token, leaving: TheLeaving) -> Response:
    """Give the transcript as a text file in UTF-8; personal data are masked in it."""
    transcript = leaving.transcript(conversation)
    content = f"{BYTE_ORDER_MARK}{transcript.text}".replace("\n", "\r\n").encode()
    headers = {
        "Content-Disposition": f'attachment; filename="rozmowa-ZUS-{transcript.day.isoformat()}.txt"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type="text/plain; charset=utf-8", headers=headers)


@router.post("/{conversation}/transcript")
async def mail_transcript(
    conversation: Token, to: AddressIn, gateway: TheGateway, leaving: TheLeaving, request: Request
) -> State:
    """Send the transcript by mail, without what mail may not carry; 422: no address, 429: too many in a day."""
    await rates(request).message(request, conversation)
    number = await run_in_threadpool(leaving.mail_transcript, conversation, to.address)
    return await moved(gateway, conversation, number)
