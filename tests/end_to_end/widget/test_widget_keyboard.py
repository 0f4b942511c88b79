"""A whole conversation by keyboard alone, with the focus never lost and nothing read out twice."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.end_to_end.widget.conftest import Widget
from tests.end_to_end.widget.played import PlayedGateway
from tests.end_to_end.widget.states import ANSWER, MORE, STATES

FOCUSED = """() => {
  const inside = document.querySelector('okienko-widget').shadowRoot.activeElement;
  if (!inside || !inside.getClientRects().length) return null;
  return inside.getAttribute('aria-label') || inside.textContent || inside.id;
}"""
LISTEN = """(root) => {
  window.readOut = [];
  const isSilent = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest('[aria-live]')
    ?.getAttribute('aria-live') === 'off';
  const isInLog = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest('[role=log]');
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) {
      if (isInLog(node) && !isSilent(node) && node.textContent.trim()) window.readOut.push(node.textContent.trim());
    }
  }).observe(root, { childList: true, subtree: true, characterData: true });
}"""
LISTEN_TO_LOG = f"() => ({LISTEN})(document.querySelector('okienko-widget').shadowRoot.querySelector('[role=log]'))"
LISTEN_FROM_THE_START = f"""
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (options) {{
    const root = attach.call(this, options);
    ({LISTEN})(root);
    return root;
  }};"""


class Keyboard:
    """Presses keys and looks where the focus is."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def focused(self) -> str:
        found = self.page.evaluate(FOCUSED)
        assert found is not None, "the focus is lost"
        return str(found)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.focused()

    def to(self, name: str, *, back: bool = False) -> None:
        """Go on by Tab until something with this name has the focus."""
        for _ in range(60):
            if name in self.focused():
                return
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
        raise AssertionError(f"no way by keyboard to {name}")

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)


def test_whole_conversation_by_keyboard(page: Page, gateway: PlayedGateway, pages: str) -> None:
    keys, widget = Keyboard(page), Widget(page)
    page.goto(pages)
    expect(widget.launcher).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert "Zapytaj" in keys.focused()

    keys.press("Enter")
    expect(widget.input).to_be_focused()
    keys.write("ile wynosi zasiłek macierzyński")
    keys.press("Enter")
    gateway_answers(widget, gateway)
    keys.to("Komu przysługuje", back=True)
    keys.press("Enter")
    expect(widget.message("Komu przysługuje")).to_contain_text("Wysłano")
    assert gateway.heard[-1]["payload"] == "article:zasilek-macierzynski"

    offered = [{"title": "Potwierdź tożsamość", "payload": "verify"}]
    gateway.say("O wypłatach z konta mówi konsultant.", kind="verify", buttons=offered)
    expect(widget.button("Potwierdź tożsamość")).to_be_visible()
    keys.to("Potwierdź tożsamość", back=True)
    keys.press("Enter")
    expect(page.get_by_label("Identyfikator PUE")).to_be_focused()
    keys.write("demo.anna")
    keys.press("Tab")
    keys.write("4821")
    gateway.state.update(auth_level="verified", mode="waiting", position=2, wait_minutes=5)
    keys.press("Enter")
    expect(widget.dialog).to_contain_text("Miejsce w kolejce: 2")
    expect(widget.input).to_be_focused()
    assert gateway.steps[-1] == ("verify", {"pue_id": "demo.anna", "pin": "4821"})

    keys.to("Zrezygnuj z oczekiwania", back=True)
    gateway.state.update(mode="bot", position=0)
    keys.press("Enter")
    expect(widget.button("Zrezygnuj z oczekiwania")).to_be_hidden()
    expect(widget.input).to_be_focused()

    keys.to("Menu", back=True)
    keys.press("Enter")
    keys.to("Zapis rozmowy")
    keys.press("Enter")
    expect(widget.button("Pobierz jako plik")).to_be_focused()
    gateway.answers["transcript.txt"] = (200, "Zapis rozmowy")
    with page.expect_download() as download:
        keys.press("Enter")
    assert download.value.suggested_filename.startswith("rozmowa-z-urzedem-")
    keys.press("Escape")
    assert "Menu" in keys.focused()
    keys.press("Escape")
    expect(widget.dialog).to_be_hidden()
    expect(widget.launcher).to_be_focused()


def gateway_answers(widget: Widget, gateway: PlayedGateway) -> None:
    expect(widget.message("ile wynosi")).to_contain_text("Wysłano")
    gateway.say(ANSWER, article="zasilek-macierzynski", buttons=MORE)
    expect(widget.button("Porozmawiaj z konsultantem")).to_be_visible()


def test_escape_closes_what_is_innermost(widget: Widget, gateway: PlayedGateway) -> None:
    keys = Keyboard(widget.page)
    STATES["new question"](widget, gateway)

    keys.press("Escape")
    expect(widget.button("Zacznij nową")).to_be_hidden()
    assert "Menu" in keys.focused()
    keys.press("Enter")
    expect(widget.button("Zacznij nową rozmowę")).to_be_visible()
    keys.press("Escape")
    expect(widget.log).to_be_visible()
    keys.press("Escape")
    expect(widget.dialog).to_be_hidden()


def test_focus_stays_when_the_pressed_or_focused_thing_goes_away(widget: Widget, gateway: PlayedGateway) -> None:
    STATES["waiting"](widget, gateway)
    widget.button("Zrezygnuj z oczekiwania").focus()

    gateway.become(mode="human", position=0)

    expect(widget.button("Zrezygnuj z oczekiwania")).to_be_hidden()
    expect(widget.input).to_be_focused()


def test_focus_stays_in_the_panel_that_covers_a_phone(widget: Widget) -> None:
    keys = Keyboard(widget.page)

    for _ in range(20):
        keys.press("Tab")
    for _ in range(20):
        keys.press("Shift+Tab")


def test_replies_are_read_out_once_and_own_words_never(widget: Widget, gateway: PlayedGateway) -> None:
    widget.page.evaluate(LISTEN_TO_LOG)
    STATES["answer"](widget, gateway)
    widget.say("dziękuję")
    expect(widget.message("dziękuję")).to_contain_text("Wysłano")
    gateway.become(mode="human")
    gateway.say("W czym mogę pomóc?", "consultant", "text", name="Ewa")
    expect(widget.log).to_contain_text("W czym mogę pomóc?")

    read: list[Any] = widget.page.evaluate("window.readOut")

    assert len([text for text in read if "100% podstawy" in text]) == 1, json.dumps(read, ensure_ascii=False)
    assert len([text for text in read if "W czym mogę pomóc?" in text]) == 1
    assert not [text for text in read if "dziękuję" in text]


def test_history_is_not_read_out_after_a_change_of_page(widget: Widget, gateway: PlayedGateway) -> None:
    STATES["answer"](widget, gateway)
    widget.page.add_init_script(LISTEN_FROM_THE_START)

    widget.page.reload()
    expect(widget.log).to_contain_text("100% podstawy")
    gateway.say("Czy mogę jeszcze pomóc?")
    expect(widget.log).to_contain_text("Czy mogę jeszcze pomóc?")

    read: list[str] = widget.page.evaluate("window.readOut")
    assert not [text for text in read if "100% podstawy" in text]


@pytest.mark.parametrize("status", [403, 429])
def test_wrong_pin_keeps_the_focus_and_leaves_no_pin(status: int, widget: Widget, gateway: PlayedGateway) -> None:
    STATES["verification"](widget, gateway)
    gateway.answers["verify"] = (status, {"detail": "Proszę sprawdzić dane."})
    widget.page.get_by_label("Identyfikator PUE").fill("demo.anna")
    widget.page.get_by_label("PIN", exact=True).fill("9876")

    widget.page.keyboard.press("Enter")

    expect(widget.page.get_by_role("alert")).to_have_text("Proszę sprawdzić dane.")
    expect(widget.page.get_by_label("PIN", exact=True)).to_be_focused()
    expect(widget.page.get_by_label("PIN", exact=True)).to_have_value("")
