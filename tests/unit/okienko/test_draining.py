"""A web node that is told to end: the proxy learns it first, then the node stops."""

import asyncio
import signal

import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from okienko.draining import DrainingServer
from web import health


def node(seconds: float) -> tuple[FastAPI, DrainingServer]:
    app = FastAPI()
    app.include_router(health.router)
    app.state.checks = {}
    return app, DrainingServer(uvicorn.Config(app), leave=lambda: health.leave(app), seconds=seconds)


def ends(server: DrainingServer) -> bool:
    return asyncio.run(server.on_tick(1))


def test_node_that_leaves_says_so_and_still_serves() -> None:
    app, server = node(seconds=60)
    client = TestClient(app)
    before = client.get("/readyz").status_code

    server.handle_exit(signal.SIGTERM, None)

    assert before == 200
    assert client.get("/readyz").status_code == 503
    assert client.get("/readyz", params={"only": "database"}).json()["node"] == "leaving"
    assert client.get("/healthz").status_code == 200
    assert not ends(server)


def test_node_without_a_proxy_ends_at_the_first_signal() -> None:
    _, server = node(seconds=0)

    server.handle_exit(signal.SIGTERM, None)

    assert ends(server)


def test_second_signal_ends_the_wait() -> None:
    _, server = node(seconds=60)

    server.handle_exit(signal.SIGTERM, None)
    server.handle_exit(signal.SIGINT, None)

    assert ends(server)
