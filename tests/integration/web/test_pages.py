"""Health, documentation of the API, and the files of the widget."""

from fastapi.testclient import TestClient

from tests.integration.web.conftest import House


def test_health_and_metrics_tell_of_this_process(house: House) -> None:
    client = house.customer()

    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").status_code == 200
    assert "okienko_messages_total" in client.get("/metrics").text


def test_documentation_of_the_api_needs_no_other_host(house: House) -> None:
    client = house.customer()

    docs = client.get("/api/docs").text

    assert "https://" not in docs
    assert client.get("/api/docs-static/swagger-ui-bundle.js").status_code == 200
    assert "/api/chat" in client.get("/api/openapi.json").json()["paths"]


def test_widget_and_its_words_are_served_to_any_page(house: House) -> None:
    client = house.customer()

    for name in ("widget.js", "widget.css", "widget.json"):
        response = client.get(f"/{name}", headers={"Origin": "https://example.com"})
        assert response.status_code == 200
        assert response.headers["access-control-allow-origin"] == "*"


def test_every_answer_allows_nothing_inline_and_nothing_from_elsewhere(house: House) -> None:
    client = house.customer()

    for path in ("/wiedza", "/desk/login", "/api/docs", "/api/chat/unknown", "/widget.js", "/nowhere"):
        policy = client.get(path).headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy


def test_documentation_of_the_api_starts_without_inline_script(house: House) -> None:
    docs = house.customer().get("/api/docs").text

    assert "<script>" not in docs
    assert "SwaggerUIBundle" in house.customer().get("/static/api_docs.js").text


def test_conversation_can_be_started_before_its_first_message(house: House) -> None:
    client = house.customer()
    house.will_say(text="Dzień dobry")

    started = client.post("/api/chat/start", json={"profile": "platnik"}).json()
    client.post("/api/chat", json={"conversation": started["conversation"], "text": "cześć", "client_id": "a1"})

    assert (started["mode"], started["replies"]) == ("bot", [])
    [own, reply] = client.get(f"/api/chat/{started['conversation']}").json()["replies"]
    assert (own["client_id"], reply["client_id"], reply["text"]) == ("a1", None, "Dzień dobry")


def test_readiness_can_be_asked_of_some_parts_only(house: House) -> None:
    async def away() -> bool:
        return False

    client = house.customer()
    house.app.state.checks = {**house.app.state.checks, "rasa": away}

    assert client.get("/readyz").status_code == 503
    assert client.get("/readyz", params={"only": "database"}).json() == {"database": "ok"}
    assert client.get("/readyz", params={"only": "telephone"}).status_code == 503


def test_failures_of_the_bot_and_of_ours_are_counted(house: House) -> None:
    client = house.customer()

    before = figures(client)
    client.post("/api/chat", json={"text": "Dzień dobry"})
    client.get("/nowhere")
    after = figures(client)

    assert after["okienko_bot_failures_total"] == before["okienko_bot_failures_total"] + 1
    assert (
        after['okienko_http_responses_total{status="4xx"}'] == before['okienko_http_responses_total{status="4xx"}'] + 1
    )


def figures(client: TestClient) -> dict[str, float]:
    lines = (line.rpartition(" ") for line in client.get("/metrics").text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}
