"""What the API answers when it cannot do what was asked, as its documentation says it."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

MEANINGS: Mapping[int, str] = {
    403: "Not allowed, or the identity was not confirmed.",
    404: "No such conversation, or its token was renewed.",
    409: "Somebody was quicker.",
    413: "The request is too large.",
    422: "The request cannot be read, or something in it cannot be taken.",
    429: "Too often; `Retry-After` says after how many seconds it can be tried again.",
}


class Problem(BaseModel):
    """Why something was not done."""

    detail: str = Field(description="what to tell the customer, in Polish")


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the documentation of these statuses for routes that answer with them."""
    return {status: {"model": Problem, "description": MEANINGS[status]} for status in statuses}
