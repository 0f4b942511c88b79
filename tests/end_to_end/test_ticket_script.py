"""The ticket's page with its script: drafts, insertion and the keyboard, in Chromium and without a bot."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from helpdesk import canned
from helpdesk.canned import NewCanned
from helpdesk.queues import Queue
from helpdesk.tables import Ticket
from tests.conftest import NOON
from tests.integration.web.conftest import PASSWORD, House, clock, house
from tests.integration.web.test_desk import ticket
from tests.servers.ports import free_port
from tests.servers.site import site

__all__ = ["clock", "house"]


pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What keys do has nothing to do with the kind of database behind them."""


@pytest.fixture
def address(house: House) -> Iterator[str]:
    number = ticket(house, Queue.BENEFITS)
    with house.database.session() as session:
        found = session.get_one(Ticket, number)
        found.article, found.confidence = "zasilek-macierzynski", 0.9
        canned.save(session, NewCanned("stan", "Stan", "Sprawa {numer}."), by=None, now=NOON)
        session.commit()
    with site(house.app, free_port()) as url:
        yield f"{url}/desk/tickets/{number}"


@pytest.fixture
def desk(address: str, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield signed_in(context, address)
    context.close()


def signed_in(context: BrowserContext, address: str, login: str = "ewa") -> Page:
    page = context.new_page()
    page.goto(f"{address.split('/desk')[0]}/desk/login")
    page.get_by_label("Login").fill(login)
    page.get_by_label("Hasło").fill(PASSWORD)
    page.get_by_role("button", name="Zaloguj").click()
    page.wait_for_url("**/desk")
    page.goto(address)
    return page


def test_shortcut_and_tab_insert_a_canned_answer_and_tab_alone_moves_on(desk: Page) -> None:
    words = desk.get_by_label("Treść")

    words.press_sequentially("Tak. /stan")
    words.press("Tab")
    inserted = words.input_value()
    words.press("Tab")

    assert inserted == "Tak. Sprawa OK-000001."
    assert not words.evaluate("one => one === document.activeElement")


def test_one_key_inserts_the_first_article_and_does_not_while_typing(desk: Page) -> None:
    words = desk.get_by_label("Treść")
    desk.keyboard.press("w")
    inserted = words.input_value()
    words.fill("")
    words.press_sequentially("w1pr?")

    assert "Stan na:" in inserted
    assert words.input_value() == "w1pr?"
    words.press("Control+Shift+1")
    assert "Stan na:" in words.input_value()


def test_what_is_typed_is_kept_as_a_draft_and_found_on_return(desk: Page, address: str) -> None:
    desk.get_by_label("Treść").press_sequentially("Zaczęte słowa")
    expect(desk.locator("#draft-state")).to_contain_text("Szkic zapisany o", timeout=20_000)

    desk.goto(address)

    assert desk.get_by_label("Treść").input_value() == "Zaczęte słowa"
    assert "Szkic z 20.11.2026" in desk.locator("#draft-state").inner_text()


def test_answer_is_sent_from_the_keyboard_alone(desk: Page, address: str) -> None:
    desk.keyboard.press("o")
    desk.keyboard.type("Zasiłek wypłaca pracodawca.")
    desk.keyboard.press("Control+Enter")
    desk.wait_for_url(address)

    expect(desk.locator("article.said.out")).to_contain_text("Zasiłek wypłaca pracodawca.", timeout=20_000)
    assert desk.get_by_label("Treść").input_value() == ""


def test_single_keys_can_be_switched_off(desk: Page, address: str) -> None:
    desk.keyboard.press("?")
    desk.wait_for_url("**/desk/keys")
    desk.get_by_label("Używaj pojedynczych klawiszy").uncheck()
    desk.goto(address)

    desk.keyboard.press("w")

    assert desk.get_by_label("Treść").input_value() == ""


def test_search_shows_articles_while_typing(desk: Page) -> None:
    desk.get_by_label("Szukaj w bazie wiedzy").press_sequentially("renta rodzinna")

    expect(desk.locator("[data-found] details").first).to_be_visible(timeout=20_000)
