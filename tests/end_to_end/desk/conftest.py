"""The filled desk on a port, and a browser at it."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select

from helpdesk.tables import Staff
from knowledge.base import KnowledgeBase
from tests.end_to_end.desk.filled import PASSWORD, add_roles, fill
from tests.integration.web.conftest import House, clock, house
from tests.servers.ports import free_port
from tests.servers.site import site

__all__ = ["clock", "house"]

SignedIn = Callable[..., Page]


@pytest.fixture
def desk(house: House, base: KnowledgeBase) -> Iterator[str]:
    """The address of a desk with something on every page."""
    # The first page of editors shows all articles: their index is loaded before a browser waits for it.
    assert base.library.articles
    with house.database.session() as session:
        add_roles(session)
        fill(session, session.scalars(select(Staff).where(Staff.login == "ewa")).one())
        session.commit()
    with site(house.app, free_port()) as url:
        yield url


@pytest.fixture
def signed_in(desk: str, browser: Browser) -> Iterator[SignedIn]:
    """A function that gives a page on which somebody of the staff is signed in."""
    contexts: list[BrowserContext] = []

    def sign_in(login: str, *, width: int = 1280, height: int = 900, look: str = "light") -> Page:
        contexts.append(browser.new_context(viewport={"width": width, "height": height}, color_scheme=look))
        page = contexts[-1].new_page()
        page.goto(f"{desk}/desk/login")
        page.get_by_label("Login").fill(login)
        page.get_by_label("Hasło").fill(PASSWORD)
        page.get_by_role("button", name="Zaloguj").click()
        return page

    yield sign_in
    for context in contexts:
        context.close()
