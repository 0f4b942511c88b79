"""A bot in the place of Rasa that repeats what it is told, after a while: each answer tells which message it is for."""

import asyncio
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI

PREFIX = "Odpowiedź na: "


def echo_bot(seconds: float) -> FastAPI:
    """Return Rasa's channel and the addresses at which the web role asks whether Rasa and the actions live."""
    app = FastAPI()

    @app.post("/webhooks/rest/webhook")
    async def answer(message: dict[str, Any]) -> Sequence[dict[str, str]]:
        await asyncio.sleep(seconds)
        return [{"text": PREFIX + message["message"]}]

    @app.get("/version")
    @app.get("/health")
    def lives() -> dict[str, str]:
        return {"status": "ok"}

    return app
