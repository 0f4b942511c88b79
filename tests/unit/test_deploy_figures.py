"""The alert rules and the dashboard ask only for figures that the running application has, by labels that they have."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from helpdesk.database import Database
from okienko.schema import upgrade
from tests.conftest import NOON, SEALER
from web import gateway, health, identity_desk, rates, rounds  # noqa: F401  # what registers figures

DEPLOY = Path(__file__).parents[2] / "deploy"
ALERTS = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))
BOARD = json.loads((DEPLOY / "grafana" / "okienko.json").read_text(encoding="utf-8"))
OTHERS = {"up": {"job", "instance"}}
"""Prometheus' own. What begins with `haproxy_` is compared with the real proxy in tests/integration/deploy."""
WORDS = {"sum", "max", "rate", "increase", "by", "le", "histogram_quantile", "on", "for"}


def alerts() -> Iterator[dict[str, object]]:
    for group in ALERTS["groups"]:
        yield from group["rules"]


def expressions() -> Iterator[str]:
    yield from (str(rule["expr"]) for rule in alerts())
    for panel in BOARD["panels"]:
        yield from (target["expr"] for target in panel.get("targets", ()))


EXPRESSIONS = sorted(set(expressions()))


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, set[str]]:
    """The samples that `/metrics` gives, each with the names of its labels."""
    app = FastAPI()
    app.include_router(health.router)
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('figures')}/empty.db", SEALER)
    upgrade(database)

    class Parts:
        clock = staticmethod(lambda: NOON)

    Parts.database = database
    app.state.parts = Parts
    given = TestClient(app).get("/metrics").text
    database.close()
    names: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(given):
        own = set(getattr(REGISTRY._names_to_collectors.get(family.name), "_labelnames", ()))
        suffixes = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}.get(family.type, ("",))
        for suffix in suffixes:
            names[family.name + suffix] = own | ({"le"} if suffix == "_bucket" else set())
    return names


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_expression_asks_for_figures_that_there_are(figures: Mapping[str, set[str]], expression: str) -> None:
    known = {**figures, **OTHERS}
    asked = set(re.findall(r"\b(?:okienko|process|python)_\w+|\bup\b", expression))

    assert asked or "haproxy_" in expression
    assert asked <= known.keys()
    labels = set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)\s*\"", expression))
    labels |= {name for group in re.findall(r"by \(([^)]*)\)", expression) for name in re.split(r",\s*", group)}
    allowed = {"job", "instance", "proxy"}.union(*(known[name] for name in asked))
    assert labels <= allowed


def test_every_figure_of_ours_is_on_the_dashboard_or_watched(figures: Mapping[str, set[str]]) -> None:
    ours = {name.removesuffix("_bucket") for name in figures if name.startswith("okienko_")}
    ours = {name for name in ours if not name.endswith(("_sum", "_count", "_created"))}
    # The mails' own counts are those of the outgoing figures too.
    ours -= {"okienko_outbox_queued", "okienko_outbox_dead"}

    assert {name for name in ours if not any(name in expression for expression in EXPRESSIONS)} == set()


@pytest.mark.parametrize("rule", list(alerts()), ids=lambda rule: rule["alert"])
def test_alert_says_what_happened_and_what_to_do(rule: dict[str, dict[str, str]]) -> None:
    assert rule["labels"]["severity"] in {"critical", "warning", "info"}
    assert rule["annotations"]["summary"].endswith(".")
    assert len(rule["annotations"]["action"]) > 60


def test_panels_have_titles_and_numbers_of_their_own() -> None:
    numbers = [panel["id"] for panel in BOARD["panels"]]

    assert len(numbers) == len(set(numbers))
    assert all(panel["title"] for panel in BOARD["panels"])
