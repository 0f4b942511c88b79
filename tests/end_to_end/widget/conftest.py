"""Pages with the widget: over a gateway that the test plays, and over the real one with a bot of few words."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.end_to_end.widget.played import PlayedGateway
from tests.servers.ports import free_port
from tests.servers.site import site
from web import widget_files
from web.headers import SafeHeaders

HOST_PAGE = (Path(__file__).parent / "host_page.html").read_text(encoding="utf-8")
SLOW = 30_000
"""Milliseconds that a busy machine may take for what takes a blink elsewhere."""


def widget_app() -> FastAPI:
    """A server with the widget's files and a page that embeds it."""
    app = FastAPI()
    app.add_middleware(SafeHeaders)
    app.include_router(widget_files.router)

    @app.get("/")
    def host() -> HTMLResponse:
        return HTMLResponse(HOST_PAGE)

    return app


@pytest.fixture(scope="session")
def pages() -> Iterator[str]:
    """The address of a page that embeds the widget; its gateway is for the test to play."""
    with site(widget_app(), free_port()) as url:
        yield url


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 380, "height": 740})
    context.set_default_timeout(SLOW)
    expect.set_options(timeout=SLOW)
    yield context
    context.close()


@pytest.fixture
def page(phone: BrowserContext) -> Page:
    return phone.new_page()


@pytest.fixture
def gateway(page: Page) -> PlayedGateway:
    return PlayedGateway(page)


@pytest.fixture
def widget(page: Page, gateway: PlayedGateway, pages: str) -> "Widget":
    """An open widget over a played gateway."""
    page.goto(pages)
    shown = Widget(page)
    shown.open()
    return shown


class Widget:
    """What a customer does with the widget."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.launcher = page.get_by_role("button", name="Zapytaj ZUS-asystenta")
        self.dialog = page.get_by_role("dialog")
        self.log = page.get_by_role("log")
        self.input = page.get_by_role("textbox", name="Treść wiadomości")

    def open(self) -> None:
        self.launcher.click()
        expect(self.input).to_be_visible()

    def say(self, text: str) -> None:
        self.input.fill(text)
        self.input.press("Enter")

    def button(self, name: str, *, exact: bool = True) -> Locator:
        return self.dialog.get_by_role("button", name=name, exact=exact)

    def open_menu(self) -> None:
        self.button("Menu", exact=False).click()

    def message(self, text: str) -> Locator:
        return self.log.locator(".message").filter(has_text=text)
