"""A day at the desk in Chromium: two consultants, a supervisor and three customers, chat and mail, all parts real.

With `OKIENKO_SCREENSHOTS=docs/images` in the environment the pages of the day are kept there as pictures.
"""

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.end_to_end.conftest import Site
from tests.end_to_end.test_mail import ANNA, letter, mail_roles
from tests.servers.dovecot import dovecot
from tests.servers.ports import eventually
from tests.servers.sink import Sink, sink

SLOW = 60_000
PICTURES = os.environ.get("OKIENKO_SCREENSHOTS", "")

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
"""A day is long; the parts of it are tested on both kinds of database."""


class Day:
    """The people of the day, each with a browser of their own."""

    def __init__(self, site: Site, browser: Browser, stack: ExitStack) -> None:
        self.site, self.browser, self.stack = site, browser, stack

    def _page(self, width: int, look: str) -> Page:
        context = self.browser.new_context(viewport={"width": width, "height": 900}, color_scheme=look)
        self.stack.callback(context.close)
        return context.new_page()

    def staff(self, login: str, look: str = "light") -> Page:
        page = self._page(1280, look)
        page.goto(f"{self.site.url}/desk")
        page.get_by_label("Login").fill(login)
        page.get_by_label("Hasło").fill(self.site.sign_in.password)
        page.get_by_role("button", name="Zaloguj").click()
        page.wait_for_url(f"{self.site.url}/desk")
        return page

    def customer(self, question: str) -> Page:
        """A customer who has asked something and then wants a person."""
        page = self._page(380, "light")
        page.goto(self.site.url)
        page.get_by_role("button", name="asystent").first.click()
        say(page, question)
        expect(page.get_by_role("log")).to_contain_text("Stan na:")
        say(page, "chcę rozmawiać z konsultantem")
        page.get_by_role("log").get_by_role("button", name="Połącz bez potwierdzania").click()
        return page


def say(page: Page, words: str) -> None:
    box = page.get_by_role("textbox", name="Treść wiadomości")
    box.fill(words)
    box.press("Enter")


def pane(page: Page) -> Locator:
    """The chat that was accepted last, among those that stand side by side."""
    number = re.search(r"current=(\d+)", page.url)
    assert number, page.url
    return page.locator("section").filter(has=page.locator(f"#answer-{number[1]}"))


def answer(page: Page, words: str) -> None:
    box = pane(page).get_by_role("textbox", name="Odpowiedź", exact=True)
    box.fill(words)
    box.press("Enter")


def keep(page: Page, name: str) -> None:
    """Keep a picture of a page, if pictures are wanted."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"desk-{name}.png", full_page=True)


def whoever_is_offered(*desks: Page) -> Page:
    """Accept the offered chat on whichever desk it is offered, and return that page."""
    buttons = [(desk, desk.get_by_role("button", name="Przyjmij")) for desk in desks]
    offered = eventually(lambda: [(desk, button) for desk, button in buttons if button.first.is_visible()])
    desk, button = offered[0]
    keep(desk, "offer")
    button.first.click()
    desk.wait_for_url("**/desk/chats?current=*")
    return desk


@pytest.fixture
def day(running_site: Site, browser: Browser) -> Iterator[Day]:
    expect.set_options(timeout=SLOW)
    with ExitStack() as stack:
        yield Day(running_site, browser, stack)


@contextmanager
def mail_of_anna(day: Day) -> Iterator[Sink]:
    """The mail's roles over Dovecot, with a question of Anna's that has become a ticket; gives what was sent out."""
    with dovecot() as server, sink() as smtp:
        mailbox = server.fresh()
        urls = {"imap_url": mailbox.url, "smtp_url": f"smtp://127.0.0.1:{smtp.port}"}
        with mail_roles(day.site.settings.model_copy(update=urls)):
            mailbox.deliver(letter("Dzień dobry,\n\nkiedy dostanę mój zasiłek za luty?\n\nAnna", "Mój zasiłek"))
            eventually(lambda: smtp.to(ANNA))
            yield smtp


def test_day_of_two_consultants_a_supervisor_and_three_customers(day: Day) -> None:
    with mail_of_anna(day) as smtp:
        _chats(day)
        _mail(day, smtp)


def _chats(day: Day) -> None:
    ewa, zofia = day.staff("ewa"), day.staff("zofia", look="dark")

    # The first customer is offered to the only consultant who is there.
    first = day.customer("ile wynosi zasilek macierzynski")
    whoever_is_offered(ewa, zofia)
    expect(first.get_by_role("log")).to_contain_text("Rozmowę prowadzi teraz konsultant")

    marek = day.staff("marek")
    second = day.customer("do kiedy trzeba oplacic skladki za pracownika")
    led = whoever_is_offered(marek, ewa, zofia)
    answer(led, "Dzień dobry, w czym mogę pomóc?")
    expect(second.get_by_role("log")).to_contain_text("w czym mogę pomóc")
    say(second, "prowadzę spółkę, chodzi o składki za styczeń")
    expect(pane(led).get_by_role("log")).to_contain_text("spółkę")

    # The third one needs the supervisor, who whispers.
    third = day.customer("jak zlozyc wniosek o emeryture")
    helped = whoever_is_offered(ewa, marek, zofia)
    # The wish for a person left the chat where its question belongs.
    expect(pane(helped).get_by_role("log")).to_contain_text("Emerytury i renty")
    keep(helped, "chats")
    pane(helped).get_by_text("Pomoc kierownika zmiany", exact=True).click()
    # The page comes back without the chat's number in its address.
    called, number = pane(helped), helped.url
    called.get_by_role("button", name="Wezwij kierownika zmiany").click()
    zofia.get_by_role("link", name="Zobacz rozmowę").first.click()
    zofia.get_by_label("Podpowiedź dla konsultanta").fill("Wystarczy formularz EMP.")
    zofia.get_by_role("button", name="Podpowiedz").click()
    expect(helped.get_by_text("Wystarczy formularz EMP.").first).to_be_visible()
    keep(zofia, "supervisor")
    helped.goto(number)
    answer(helped, "Potrzebny jest formularz EMP.")
    expect(third.get_by_role("log")).to_contain_text("formularz EMP")
    assert "Wystarczy" not in third.get_by_role("log").inner_text()


def _mail(day: Day, smtp: Sink) -> None:
    ewa = day.staff("ewa")
    ewa.goto(f"{day.site.url}/desk/tickets")
    keep(ewa, "tickets")
    ewa.get_by_role("link", name="Mój zasiłek").first.click()
    ewa.get_by_role("button", name="Przejmij", exact=True).click()
    keep(ewa, "ticket")
    ewa.get_by_label("Treść", exact=True).fill("O przyznaniu i wypłacie informujemy po potwierdzeniu tożsamości.")
    ewa.get_by_role("button", name="Wyślij odpowiedź").click()
    answered = eventually(lambda: [mail for mail in smtp.to(ANNA) if mail["Auto-Submitted"] is None])
    assert "po potwierdzeniu" in answered[0].get_body(("plain",)).get_content()
    ewa.get_by_role("button", name="Rozwiązane").click()

    ewa.goto(f"{day.site.url}/desk/search?q=zasilkami")
    expect(ewa.locator("main")).to_contain_text("Mój zasiłek")
    keep(ewa, "search")
    ewa.goto(f"{day.site.url}/desk")
    keep(ewa, "start")


def test_keyboard_alone_takes_a_chat_answers_a_mail_and_solves_it(day: Day) -> None:
    with mail_of_anna(day) as smtp:
        ewa = day.staff("ewa")
        customer = day.customer("ile wynosi zasilek macierzynski")
        expect(ewa.get_by_role("button", name="Przyjmij").first).to_be_visible()

        _press_on(ewa, "Przyjmij")
        # Enter sends as soon as the page's script is there; before, it begins a line.
        ewa.wait_for_url("**/desk/chats?current=*")
        expect(ewa.get_by_role("textbox", name="Odpowiedź", exact=True).first).to_be_visible()
        _tab_to(ewa, "document.activeElement.id.startsWith('answer-')")
        ewa.keyboard.type("Dzień dobry, już pomagam.")
        ewa.keyboard.press("Enter")
        expect(customer.get_by_role("log")).to_contain_text("już pomagam")

        _press_on(ewa, "Zgłoszenia")
        ewa.wait_for_url("**/desk/tickets")
        _tab_to(ewa, "document.activeElement.innerText.includes('Mój zasiłek')")
        ewa.keyboard.press("Enter")
        ewa.wait_for_url("**/desk/tickets/*")
        _tab_to(ewa, "document.activeElement.id === 'answer'")
        ewa.keyboard.type("Odpowiemy po potwierdzeniu tożsamości na czacie.")
        with ewa.expect_navigation():
            ewa.keyboard.press("Control+Enter")
        eventually(lambda: [mail for mail in smtp.to(ANNA) if mail["Auto-Submitted"] is None])
        with ewa.expect_navigation():
            _press_on(ewa, "Rozwiązane")
        ewa.goto(f"{day.site.url}/desk/tickets?view=solved")
        expect(ewa.locator("main")).to_contain_text("Mój zasiłek")


def _tab_to(page: Page, condition: str) -> None:
    """Press Tab until a condition on the focused element holds."""
    for _ in range(150):
        if page.evaluate(f"() => document.activeElement !== document.body && ({condition})"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no Tab leads to {condition}")


def _press_on(page: Page, words: str) -> None:
    _tab_to(page, f"document.activeElement.innerText.trim() === '{words}'")
    page.keyboard.press("Enter")
