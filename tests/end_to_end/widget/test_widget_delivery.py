"""No message is lost and none is doubled: over the real gateway, on a line that the test cuts."""

from collections.abc import Iterator, Sequence
from typing import cast

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from helpdesk.lifecycle import Author
from helpdesk.tables import ChatMessage
from knowledge.base import KnowledgeBase
from tests.end_to_end.widget.conftest import HOST_PAGE, Widget
from tests.integration.web.conftest import House, clock, house
from tests.servers.cut_line import CutLine
from tests.servers.ports import eventually, free_port
from tests.servers.site import site
from web.app import build_app

__all__ = ["clock", "house"]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""How messages get to the gateway has nothing to do with the kind of database behind it."""


@pytest.fixture
def base() -> KnowledgeBase:
    """Nobody asks for knowledge here; building its index takes minutes."""
    return cast(KnowledgeBase, None)


@pytest.fixture
def line(house: House) -> Iterator[CutLine]:
    """The way to the gateway."""
    port = free_port()
    with site(with_page(house), port), CutLine(port) as line:
        yield line


def with_page(house: House) -> FastAPI:
    """The application with a page that embeds the widget; one of its own, since other tests share the house's."""
    app = build_app(house.app.state.parts)

    @app.get("/")
    def host() -> HTMLResponse:
        return HTMLResponse(HOST_PAGE)

    return app


@pytest.fixture
def customer(page: Page, line: CutLine, house: House) -> Widget:
    for number in range(1, 9):
        house.will_say(text=f"Odpowiedź {number}")
    return visit(page, line)


def visit(page: Page, line: CutLine) -> Widget:
    page.goto(line.url)
    widget = Widget(page)
    widget.open()
    return widget


def stored(house: House) -> Sequence[str]:
    """What the customer said, as the gateway stored it."""
    with house.database.reading() as session:
        found = select(ChatMessage.text).where(ChatMessage.author == Author.CUSTOMER).order_by(ChatMessage.id)
        return session.scalars(found).all()


def own(widget: Widget) -> Sequence[str]:
    return widget.log.locator(".by-customer .body").all_text_contents()


def test_first_message_whose_acknowledgement_is_lost_is_stored_once(
    customer: Widget, line: CutLine, house: House
) -> None:
    eventually(lambda: line.upgrades)
    line.swallow_answers(after='"replies":[]')

    customer.say("pierwsze pytanie")
    eventually(lambda: stored(house) == ["pierwsze pytanie"])
    line.cut()

    expect(customer.log).to_contain_text("Odpowiedź 1")
    expect(customer.message("pierwsze pytanie")).to_contain_text("Wysłano")
    assert own(customer) == stored(house) == ["pierwsze pytanie"]
    assert len(house.bot.given) == 1


def test_later_message_whose_acknowledgement_is_lost_is_stored_once(
    customer: Widget, line: CutLine, house: House
) -> None:
    customer.say("tak")
    expect(customer.log).to_contain_text("Odpowiedź 1")
    line.swallow_answers()

    customer.say("tak")
    eventually(lambda: stored(house) == ["tak", "tak"])
    line.cut()

    expect(customer.log).to_contain_text("Odpowiedź 2")
    assert own(customer) == stored(house) == ["tak", "tak"]
    assert len(house.bot.given) == 2


def test_what_is_written_without_network_is_sent_when_it_is_back(customer: Widget, house: House) -> None:
    customer.say("pierwsze")
    expect(customer.log).to_contain_text("Odpowiedź 1")

    customer.page.context.set_offline(True)
    expect(customer.dialog).to_contain_text("Brak połączenia")
    customer.say("drugie")
    customer.say("trzecie")
    expect(customer.message("trzecie")).to_contain_text("Czeka na połączenie")
    customer.page.context.set_offline(False)

    expect(customer.log).to_contain_text("Odpowiedź 3")
    expect(customer.dialog).not_to_contain_text("Brak połączenia")
    assert own(customer) == stored(house) == ["pierwsze", "drugie", "trzecie"]


def test_written_while_the_server_restarts_and_the_page_is_reloaded(page: Page, house: House) -> None:
    for number in range(1, 4):
        house.will_say(text=f"Odpowiedź {number}")
    port, app = free_port(), with_page(house)
    with CutLine(port) as line:
        with site(app, port):
            customer = visit(page, line)
            customer.say("przed restartem")
            expect(customer.log).to_contain_text("Odpowiedź 1")
        customer.say("w czasie restartu")
        expect(customer.message("w czasie restartu")).to_contain_text("Czeka na połączenie")
        with site(app, port):
            page.reload()

            expect(customer.log).to_contain_text("Odpowiedź 2")
            assert own(customer) == stored(house) == ["przed restartem", "w czasie restartu"]


def test_without_websocket_the_talk_goes_on_by_polling(page: Page, line: CutLine, house: House) -> None:
    house.will_say(text="Odpowiedź 1")
    page.add_init_script("window.WebSocket = function () { throw new Error('forbidden'); }")
    customer = visit(page, line)

    customer.say("pytanie")

    expect(customer.log).to_contain_text("Odpowiedź 1")
    expect(customer.message("pytanie")).to_contain_text("Wysłano")
    assert own(customer) == stored(house) == ["pytanie"]


def test_two_tabs_show_one_conversation(customer: Widget, phone: BrowserContext, line: CutLine, house: House) -> None:
    customer.say("z pierwszej karty")
    expect(customer.log).to_contain_text("Odpowiedź 1")
    other = visit(phone.new_page(), line)
    expect(other.log).to_contain_text("z pierwszej karty")

    other.say("z drugiej karty")

    expect(customer.log).to_contain_text("Odpowiedź 2")
    assert own(customer) == own(other) == stored(house)


def test_confirmed_identity_shows_in_the_other_tab_too(
    customer: Widget, phone: BrowserContext, line: CutLine, house: House
) -> None:
    house.bot.answers.clear()
    offered = [{"title": "Potwierdź tożsamość", "payload": "verify"}]
    house.will_say("verify", "O wypłatach mówi konsultant.", buttons=offered)
    customer.say("kiedy dostanę przelew")
    other = visit(phone.new_page(), line)
    expect(other.log).to_contain_text("kiedy dostanę przelew")

    customer.button("Potwierdź tożsamość").click()
    customer.page.get_by_label("Identyfikator PUE").fill("demo.anna")
    customer.page.get_by_label("PIN", exact=True).fill("4821")
    customer.button("Potwierdź").click()

    expect(customer.dialog).to_contain_text("Tożsamość potwierdzona")
    expect(other.dialog).to_contain_text("Tożsamość potwierdzona")
    expect(other.log).to_contain_text("kiedy dostanę przelew")


def test_script_in_a_message_stays_text(customer: Widget, house: House) -> None:
    house.bot.answers.clear()
    attack = "<img src=x onerror='window.attacked = true'>"
    house.will_say(text=attack)

    customer.say(attack)

    expect(customer.log.locator(".by-bot .body").last).to_have_text(attack)
    assert customer.page.evaluate("window.attacked === undefined")
