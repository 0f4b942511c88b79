"""Health, documentation of the API, and the files of the widget."""

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
