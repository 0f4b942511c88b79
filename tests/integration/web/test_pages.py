"""Public pages, search, health and documentation of the API."""

from tests.integration.web.conftest import House


def test_search_finds_the_article_with_and_without_diacritics(house: House) -> None:
    client = house.customer()

    for question in ("ile wynosi zasiłek macierzyński", "ile wynosi zasilek macierzynski"):
        found = client.get("/api/knowledge/search", params={"q": question}).json()
        assert found["results"][0]["article"] == "zasilek-macierzynski"


def test_topic_page_shows_date_and_sources(house: House) -> None:
    page = house.customer().get("/wiedza/zasilek-macierzynski")

    assert page.status_code == 200
    assert "Stan na:" in page.text
    assert "Źródła" in page.text


def test_unknown_topic_is_a_kind_404(house: House) -> None:
    page = house.customer().get("/wiedza/nie-ma")

    assert page.status_code == 404
    assert "Nie ma takiej strony" in page.text


def test_search_words_come_back_as_text(house: House) -> None:
    page = house.customer().get("/wiedza", params={"q": '"><script>alert(1)</script>'})

    assert "<script>alert" not in page.text


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
