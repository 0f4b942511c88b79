"""HAProxy with our configuration, in front of two nodes that are small enough to be made ill at will."""

import json
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI, Request

from okienko.places import ROOT
from tests.servers.haproxy import PROGRAM, Proxy, haproxy
from tests.servers.ports import eventually, free_port
from tests.servers.site import site
from web import health

DEPLOY = ROOT / "deploy"


@dataclass
class Node:
    """A node of which only the signs of life are real."""

    name: str
    parts: dict[str, bool] = field(default_factory=lambda: {"database": True, "rasa": True})

    def app(self) -> FastAPI:
        app = FastAPI()
        app.include_router(health.router)
        app.state.checks = {part: self.check(part) for part in self.parts}

        @app.get("/who")
        def who(request: Request) -> dict[str, str]:
            return {"node": self.name, "client": request.client.host, "scheme": request.url.scheme}

        return app

    def check(self, part: str) -> health.Check:
        async def works() -> bool:
            return self.parts[part]

        return works


@dataclass(frozen=True)
class Front:
    proxy: Proxy
    nodes: tuple[Node, Node]

    def get(self, path: str, **headers: str) -> httpx2.Response:
        trust = ssl.create_default_context(cafile=self.proxy.certificate)
        url = f"https://127.0.0.1:{self.proxy.port}{path}"
        return httpx2.get(url, headers=headers, verify=trust, trust_env=False, timeout=30)

    def serving(self) -> set[str]:
        """Return which nodes answer, of several requests; with the status when it is none."""
        answers = [self.get("/who") for _ in range(6)]
        return {str(one.json()["node"]) if one.status_code == 200 else str(one.status_code) for one in answers}

    def sees(self, backend: str, *states: str) -> None:
        """Wait until the proxy sees both nodes so."""
        for server, state in zip("ab", states, strict=True):
            eventually(lambda server=server, state=state: self.proxy.state(backend, server).startswith(state))


@pytest.fixture
def front(tmp_path: Path) -> Iterator[Front]:
    if not PROGRAM.exists():
        pytest.skip("HAProxy is not installed (`apt-get install haproxy` as root)")
    nodes, ports = (Node("a"), Node("b")), (free_port(), free_port())
    with site(nodes[0].app(), ports[0]), site(nodes[1].app(), ports[1]), haproxy(tmp_path, *ports) as proxy:
        front = Front(proxy, nodes)
        front.sees("whole", "UP", "UP")
        yield front


def test_both_nodes_serve_without_a_cookie(front: Front) -> None:
    assert front.serving() == {"a", "b"}
    assert "set-cookie" not in front.get("/who").headers


def test_node_that_is_not_whole_gets_nothing_while_the_other_one_is(front: Front) -> None:
    front.nodes[0].parts["rasa"] = False
    front.sees("whole", "DOWN", "UP")

    assert front.serving() == {"b"}


def test_nodes_without_the_bot_serve_when_no_node_has_it(front: Front) -> None:
    for node in front.nodes:
        node.parts["rasa"] = False
    front.sees("whole", "DOWN", "DOWN")

    assert front.serving() == {"a", "b"}


def test_nothing_is_served_without_a_database(front: Front) -> None:
    for node in front.nodes:
        node.parts["database"] = False
    front.sees("whole", "DOWN", "DOWN")
    front.sees("reduced", "DOWN", "DOWN")

    assert front.serving() == {"503"}


def test_nodes_learn_the_customers_address_and_no_invented_one(front: Front) -> None:
    seen = front.get("/who", **{"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "gopher"}).json()

    assert (seen["client"], seen["scheme"]) == ("127.0.0.1", "https")


@pytest.mark.parametrize("path", ["/metrics", "/readyz", "/healthz"])
def test_signs_of_life_stay_in_the_house(front: Front, path: str) -> None:
    assert front.get(path).status_code == 404


def test_plain_http_is_sent_on_to_https(front: Front) -> None:
    response = httpx2.get(f"http://127.0.0.1:{front.proxy.plain}/wiedza", trust_env=False)

    assert response.status_code == 301
    assert response.headers["Location"].startswith("https://")


def test_proxy_gives_the_figures_that_rules_and_dashboard_ask_for(front: Front) -> None:
    rules = (DEPLOY / "prometheus" / "alerts.yml").read_text(encoding="utf-8")
    board = json.dumps(json.loads((DEPLOY / "grafana" / "okienko.json").read_text(encoding="utf-8")))
    asked = set(re.findall(r"\bhaproxy_\w+", rules + board))

    given = httpx2.get(f"http://127.0.0.1:{front.proxy.figures}/metrics", trust_env=False).text

    assert asked
    assert not [name for name in asked if f"\n{name}{{" not in given]
    assert 'haproxy_backend_active_servers{proxy="whole"} 2' in given
