"""WCAG 2.1 AA: axe-core finds nothing in any state and look; widths, magnification, languages, motion."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.end_to_end.widget.conftest import Widget
from tests.end_to_end.widget.played import PlayedGateway
from tests.end_to_end.widget.states import STATES, begun

LOOKS = ["light", "dark", "contrast", "contrast-light"]
AXE = "rules => axe.run(document, {resultTypes: ['violations'], ...(rules ? {runOnly: rules} : {})})"
COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules that can tell one look from another; everything else is the same in all of them."""
SHOW_LOOK = "look => document.querySelector('okienko-widget').dataset.look = look"
OVERFLOW = """() => [document.documentElement, ...document.querySelector('okienko-widget').shadowRoot.querySelectorAll(
    '.panel, .log, .sheets, .header, .composer')].filter((one) => one.scrollWidth > one.clientWidth + 1).length"""


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_in_any_look(state: str, widget: Widget, gateway: PlayedGateway) -> None:
    STATES[state](widget, gateway)
    widget.page.evaluate(AXE_SCRIPT)

    found = {}
    for look in LOOKS:
        widget.page.evaluate(SHOW_LOOK, look)
        violations = widget.page.evaluate(AXE, None if look == LOOKS[0] else COLOURS)["violations"]
        found[look] = [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in violations]

    assert not any(found.values()), found


@pytest.mark.parametrize(("width", "height"), [(320, 568), (320, 256)])
@pytest.mark.parametrize("size", ["100", "200"])
def test_nothing_is_cut_off_on_a_narrow_or_magnified_page(
    width: int, height: int, size: str, page: Page, gateway: PlayedGateway, pages: str
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto(pages)
    page.evaluate("size => localStorage.setItem('okienko.size', size)", size)
    page.reload()
    widget = Widget(page)
    widget.open()

    for state in ("slots", "help", "waiting"):
        STATES[state](widget, gateway)
        assert page.evaluate(OVERFLOW) == 0, state
        if state == "help":
            page.keyboard.press("Escape")


def test_device_wishes_are_followed_until_the_customer_chooses(widget: Widget) -> None:
    host = widget.page.locator("okienko-widget")

    widget.page.emulate_media(color_scheme="dark")
    expect(host).to_have_attribute("data-look", "dark")
    widget.page.emulate_media(color_scheme="light", contrast="more")
    expect(host).to_have_attribute("data-look", "contrast-light")
    widget.open_menu()
    widget.page.get_by_role("radio", name="Ciemny").check()
    widget.page.get_by_role("radio", name="150%").check()
    expect(host).to_have_attribute("data-look", "dark")

    widget.page.reload()
    expect(host).to_have_attribute("data-look", "dark")
    expect(host).to_have_attribute("data-size", "150")
    expect(widget.dialog).to_have_css("font-size", "24px")


def test_nothing_moves_for_who_wants_no_motion(widget: Widget) -> None:
    widget.page.emulate_media(reduced_motion="reduce")

    expect(widget.dialog).to_have_css("animation-name", "none")


def test_replies_in_other_languages_say_so_and_run_their_own_way(widget: Widget, gateway: PlayedGateway) -> None:
    STATES["foreign"](widget, gateway)
    gateway.say("مرحبا، يمكنني ربطك بموظف.", kind="language", lang="ar")

    expect(widget.message("українською").locator(".body")).to_have_attribute("lang", "uk")
    expect(widget.message("مرحبا").locator(".body")).to_have_attribute("dir", "rtl")
    expect(widget.message("مرحبا").locator(".body")).to_have_css("direction", "rtl")


def test_button_of_a_translated_topic_has_its_language(widget: Widget, gateway: PlayedGateway) -> None:
    begun(widget, "help")
    offered = [{"title": "Child benefit 800+", "payload": "option:en.800-plus"}]
    gateway.say("What is it about?", kind="language", lang="en", buttons=offered)

    expect(widget.button("Child benefit 800+")).to_have_attribute("lang", "en")


def test_telephone_numbers_can_be_called_and_sums_cannot(widget: Widget, gateway: PlayedGateway) -> None:
    begun(widget, "telefon")
    gateway.say("Telefon: 22 560 16 00. W razie zagrożenia życia numer alarmowy 112, a wsparcie: 116 123.")
    gateway.say("Dodatek wynosi 112 zł, a razem 116 123 zł. Podstawa: art. 112 ustawy.")

    expect(widget.log.locator("a[href^='tel:']")).to_have_text(["22 560 16 00", "112", "116 123"])
    expect(widget.log.locator("a[href='tel:+48225601600']")).to_be_visible()


def test_somebody_in_danger_sees_two_numbers_to_call(widget: Widget, gateway: PlayedGateway) -> None:
    STATES["urgent"](widget, gateway)

    numbers = widget.page.get_by_role("group", name="Telefony").get_by_role("link")
    expect(numbers).to_have_count(2)
    assert [link.get_attribute("href") for link in numbers.all()] == ["tel:112", "tel:116123"]


def test_who_cannot_hear_is_told_that_writing_is_enough(widget: Widget) -> None:
    widget.button("Pomoc i dostępność").click()

    expect(widget.dialog).to_contain_text("wystarczy pisać")
    signing = widget.page.get_by_role("link", name="tłumacza języka migowego")
    assert (signing.get_attribute("href") or "").endswith("/wiedza/jezyk-migowy-osoby-gluche")


@pytest.mark.parametrize(
    ("length", "told"),
    [(1999, "Pozostał 1 znak"), (1998, "Pozostały 2 znaki"), (1988, "Pozostało 12 znaków"), (2001, "O 1 znak za dużo")],
)
def test_counter_speaks_correct_polish(length: int, told: str, widget: Widget) -> None:
    widget.input.fill("a" * length)

    expect(widget.dialog.locator("#counter")).to_have_text(told)
