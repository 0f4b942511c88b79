"""The widget on a page: its size, its requests, and the strictest policies a page can set."""

import json
import re

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from fastapi.testclient import TestClient
from playwright.sync_api import ConsoleMessage, Page, Request, expect

from tests.end_to_end.widget.conftest import HOST_PAGE, Widget
from tests.end_to_end.widget.played import PlayedGateway
from tests.end_to_end.widget.states import STATES
from tests.servers.ports import free_port
from tests.servers.site import site
from web import widget_files

MOST_BYTES = 40 * 1024


def files() -> TestClient:
    app = FastAPI()
    app.include_router(widget_files.router)
    return TestClient(app)


def test_three_files_travel_compressed_in_less_than_40_kilobytes() -> None:
    client = files()
    total = 0
    for name in widget_files.FILES:
        response = client.get(f"/{name}", headers={"Accept-Encoding": "gzip"})
        assert response.headers["content-encoding"] == "gzip"
        total += int(response.headers["content-length"])

    assert total < MOST_BYTES


def test_file_in_the_browser_is_asked_for_again_but_sent_only_when_it_changed() -> None:
    client = files()
    first = client.get("/widget.js")

    again = client.get("/widget.js", headers={"If-None-Match": first.headers["etag"]})
    other = client.get("/widget.js", headers={"If-None-Match": '"another"'})

    assert (again.status_code, other.status_code) == (304, 200)
    assert first.headers["vary"] == "Accept-Encoding"
    assert "max-age=300" in first.headers["cache-control"]


def test_who_understands_no_compression_gets_the_plain_file() -> None:
    response = files().get("/widget.css", headers={"Accept-Encoding": "identity"})

    assert "content-encoding" not in response.headers
    assert ":host" in response.text


def test_modules_share_one_scope_without_a_clash() -> None:
    script = widget_files.script()
    names = re.findall(r"^(?:const|class|let) (\w+)", script, re.MULTILINE)

    assert len(names) == len(set(names))
    assert "import " not in re.sub(r"^//.*|^ ?\*.*|/\*\*.*", "", script, flags=re.MULTILINE)


def test_every_word_that_is_said_is_in_the_data_file_and_none_is_left_over() -> None:
    script, words = widget_files.script(), set(json.loads(widget_files.words()))
    said = set(re.findall(r'words\.(\w+)|(?:say|sayCount)\("(\w+)"', script))
    names = {name for pair in said for name in pair if name}
    by_rule = {f"author_{one}" for one in ("bot", "consultant", "customer", "system")}
    by_rule |= {f"{one}_{part}" for one in ("look", "size") for part in ("legend", "names")}
    by_rule |= {"sending", "sending_offline", "sent", "read", "verified", "representative"}

    assert names - words == set()
    assert words - names - by_rule == set()


def test_nothing_is_asked_of_another_server(page: Page, gateway: PlayedGateway, pages: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(pages)
    widget = Widget(page)
    widget.open()

    STATES["answer"](widget, gateway)
    widget.open_menu()

    assert [url for url in asked if not url.startswith((pages, "data:"))] == []
    assert len([url for url in asked if "/widget." in url]) == 3


@pytest.mark.parametrize("extra", ["", "; require-trusted-types-for 'script'"])
def test_strictest_policy_of_another_site_is_kept(extra: str, page: Page, gateway: PlayedGateway, pages: str) -> None:
    """No inline script, no inline style, nothing but the widget's own server; and styles do apply."""
    sources = " ".join(f"{kind}-src {pages};" for kind in ("script", "style", "connect", "img"))
    strict = FastAPI()

    @strict.get("/")
    def host() -> HTMLResponse:
        embedded = HOST_PAGE.replace("/widget.js", f"{pages}/widget.js")
        return HTMLResponse(embedded, headers={"Content-Security-Policy": f"default-src 'none'; {sources}{extra}"})

    broken: list[str] = []

    def notice(message: ConsoleMessage) -> None:
        if message.type == "error" and "favicon" not in message.text:
            broken.append(message.text)

    page.on("console", notice)
    with site(strict, free_port()) as url:
        page.goto(url)
        widget = Widget(page)
        widget.open()
        STATES["answer"](widget, gateway)
        expect(widget.dialog).to_have_css("position", "fixed")
        widget.open_menu()
        widget.page.get_by_role("radio", name="Wysoki kontrast").check()
        expect(widget.dialog).to_have_css("background-color", "rgb(0, 0, 0)")

    assert broken == []


def test_widget_is_asked_for_once_per_page(page: Page, gateway: PlayedGateway, pages: str) -> None:
    def twice(request: Request) -> bool:
        return request.url.endswith("/widget.json")

    page.goto(pages)
    expect(Widget(page).launcher).to_be_visible()
    with page.expect_request(twice):
        page.add_script_tag(url=f"{pages}/widget.js?again")

    expect(page.locator("okienko-widget")).to_have_count(1)
