"""Confirming the identity, acting for another, signing in at the operator's provider: the routes of these steps."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from web.api_answers import problems
from web.chat_api import TheGateway, moved
from web.chat_line import Token, rates
from web.errors import BadMessage
from web.identity_desk import IdentityDesk
from web.parts import Parts
from web.push import DESK, conversation_topic
from web.texts import text
from web.views import State
from web.working import hard_work

router = APIRouter(prefix="/api/chat", tags=["identity"], responses=problems(403, 404, 409, 413, 422, 429))


class VerifyIn(BaseModel):
    """What the verification form of the widget asks for; never stored, never logged."""

    pue_id: str
    pin: str = Field(repr=False)


class ActForIn(BaseModel):
    """Whom a representative acts for from now on."""

    principal: int | None = Field(None, description="the id of one of the state's `principals`; null for own matters")


class OidcBegun(BaseModel):
    """A sign-in at the operator's provider that was begun."""

    url: str = Field(description="to be opened in a new tab; good once, for ten minutes")
    conversation: str = Field(description="the new secret token of the conversation")


def _parts(request: Request) -> Parts:
    found: Parts = request.app.state.parts
    return found


def _identity(request: Request) -> IdentityDesk:
    return _parts(request).identity


TheIdentity = Annotated[IdentityDesk, Depends(_identity)]


@router.post("/{conversation}/verify")
async def verify(
    request: Request, conversation: Token, typed: VerifyIn, gateway: TheGateway, identity: TheIdentity
) -> State:
    """Confirm the identity with PUE identifier and PIN; the state brings a new token, the old one is void.

    403 when they do not belong together, 409 when another tab was quicker, 429 after too many attempts.
    """
    await rates(request).verification(request)
    now_at = await hard_work(identity.verify, conversation, typed.pue_id, typed.pin)
    return await moved(gateway, now_at.token, now_at.number)


@router.post("/{conversation}/act-for")
async def act_for(conversation: Token, wish: ActForIn, gateway: TheGateway, identity: TheIdentity) -> State:
    """Act for another customer under a registered mandate, or for oneself; 403 when that is not allowed today."""
    now_at = await run_in_threadpool(identity.act_for, conversation, wish.principal)
    return await moved(gateway, now_at.token, now_at.number)


@router.post("/{conversation}/oidc")
async def begin_oidc(request: Request, conversation: Token, identity: TheIdentity) -> OidcBegun:
    """Begin a sign-in at the operator's provider; 403 when there is none."""
    parts = _parts(request)
    if parts.provider is None:
        raise BadMessage(text("no_oidc"), 403)
    await rates(request).verification(request)
    now_at, ticket = await run_in_threadpool(identity.begin_oidc, conversation)
    await parts.gateway.push.publish(conversation_topic(now_at.number), DESK)
    return OidcBegun(url=f"{parts.site}/oidc/start?ticket={ticket}", conversation=now_at.token)
