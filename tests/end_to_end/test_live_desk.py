"""Two consultants and a customer in Chromium: offered, declined, accepted, talked, passed on, ended."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.end_to_end.live_site import LiveSite, live_site

SLOW = 30_000


@pytest.fixture
def people(database_url: str, tmp_path: Path) -> Iterator[LiveSite]:
    with live_site(database_url, tmp_path / "data") as running:
        yield running


@pytest.fixture
def second_desk(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context
    context.close()


def say(page: Page, field: str, words: str) -> None:
    box = page.get_by_role("textbox", name=field, exact=True)
    box.fill(words)
    box.press("Enter")


def test_chat_is_offered_declined_accepted_led_passed_on_and_ended(
    people: LiveSite, customer_browser: BrowserContext, desk_browser: BrowserContext, second_desk: BrowserContext
) -> None:
    expect.set_options(timeout=SLOW)
    people.make_available("ewa", "marek")
    # Offers reach consultants on any page of the desk.
    desks = [people.desk(desk_browser, "ewa", "/desk/visits"), people.desk(second_desk, "marek", "/desk/callbacks")]
    customer = people.customer(customer_browser)
    log = customer.get_by_role("log")

    anybody = desks[0].get_by_role("button", name="Przyjmij"), desks[1].get_by_role("button", name="Przyjmij")
    while not any(button.is_visible() for button in anybody):
        customer.wait_for_timeout(100)
    first, second = desks if anybody[0].is_visible() else desks[::-1]
    first.get_by_role("button", name="Odrzuć").click()
    second.get_by_role("button", name="Przyjmij").click()
    expect(first.get_by_role("button", name="Przyjmij")).to_have_count(0)
    expect(log).to_contain_text("Rozmowę prowadzi teraz konsultant")

    # Typing and reading, both ways; an unsent word is never shown.
    second.get_by_role("textbox", name="Odpowiedź", exact=True).press_sequentially("Już")
    expect(log.locator(".typing")).to_contain_text("pisze…")
    say(second, "Odpowiedź", "Już sprawdzam.")
    expect(log).to_contain_text("Już sprawdzam.")
    expect(second.get_by_role("log")).to_contain_text("przeczytane")
    customer.get_by_role("textbox", name="Treść wiadomości").press_sequentially("niewysłane")
    expect(second.get_by_text("Klient pisze…")).to_be_visible()
    assert "niewysłane" not in second.content()
    say(customer, "Treść wiadomości", "Dziękuję")
    expect(second.get_by_role("log")).to_contain_text("Dziękuję")
    expect(log).to_contain_text("Przeczytano")

    # A draft outlives the page.
    second.get_by_role("textbox", name="Odpowiedź", exact=True).fill("Jeszcze jedno")
    with second.expect_response("**/draft"):
        second.get_by_role("textbox", name="Odpowiedź", exact=True).press("End")
        second.get_by_role("textbox", name="Odpowiedź", exact=True).press_sequentially("!")
    second.reload()
    expect(second.get_by_role("textbox", name="Odpowiedź", exact=True)).to_have_value("Jeszcze jedno!")

    # Asked for a consent; the button answers.
    second.get_by_text("Tożsamość i zgody").click()
    second.get_by_role("button", name="Zapytaj o zgodę").click()
    log.get_by_role("button", name="Tak, zgadzam się").click()
    expect(second.get_by_role("list", name="Zgody")).to_contain_text("zgoda,")

    # Passed on with a note, which the customer does not see.
    second.get_by_text("Przekazanie", exact=True).click()
    second.get_by_label("Notatka dla tej osoby").fill("Pyta o raty")
    second.get_by_role("button", name="Przekaż osobie").click()
    first.get_by_role("button", name="Przyjmij").click()
    expect(first.get_by_role("log")).to_contain_text("Pyta o raty")
    first.get_by_text("Zakończenie", exact=True).click()
    first.get_by_label("Powód zakończenia").select_option(label="klient otrzymał odpowiedź")
    first.get_by_role("button", name="Zakończ rozmowę").click()
    expect(log).to_contain_text("Czy ta rozmowa pomogła?")
    assert "Pyta o raty" not in customer.content() + log.inner_text()
