"""Quality in a browser, by the keyboard alone: a supervisor scores, the consultant appeals, another one decides."""

import pytest
from playwright.sync_api import Page, expect

from tests.end_to_end.desk.conftest import SignedIn

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

FOCUSED = """() => {
  const here = document.activeElement;
  return [here.tagName, here.type || "", here.textContent.trim()];
}"""
FEEDBACK = "Proszę podać także termin odwołania."
WHY = "Klient nie pytał o termin odwołania."
DECISION = "Termin należy podawać zawsze."


def fill_in(page: Page, words: str, button: str) -> None:
    """Go through a page with the Tab key: choose in each group what has the focus first, write, press the button."""
    for _ in range(150):
        page.keyboard.press("Tab")
        kind, type_, text = page.evaluate(FOCUSED)
        if type_ == "radio":
            page.keyboard.press("Space")
        elif kind == "TEXTAREA":
            page.keyboard.type(words)
        elif kind == "BUTTON" and text == button:
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"the Tab key never came to: {button}")


def test_scored_appealed_and_decided_by_the_keyboard_alone(desk: str, signed_in: SignedIn) -> None:
    zofia = signed_in("zofia")
    zofia.goto(f"{desk}/desk/quality")
    zofia.get_by_role("link", name="Rozmowa 4").focus()
    zofia.keyboard.press("Enter")
    expect(zofia.get_by_role("heading", name="Ocena: Rozmowa 4")).to_be_visible()

    fill_in(zofia, FEEDBACK, "Wystaw kartę")

    expect(zofia.get_by_role("heading", level=1)).to_contain_text("Rozmowa 4")
    expect(zofia.get_by_text("100%")).to_be_visible()
    path = zofia.url.split("/desk/quality/cards/")[1]
    ewa = signed_in("ewa")
    ewa.goto(f"{desk}/desk/quality/mine/{path}")
    expect(ewa.get_by_text(FEEDBACK)).to_be_visible()
    fill_in(ewa, WHY, "Złóż odwołanie")
    expect(ewa.get_by_text("Czeka na decyzję. Rozstrzygnie: Jan Wymyślony.")).to_be_visible()
    zofia.reload()
    expect(zofia.get_by_text(WHY)).to_be_visible()
    expect(zofia.get_by_role("button", name="Zapisz decyzję")).to_have_count(0)

    jan = signed_in("jan")
    jan.goto(f"{desk}/desk/quality/cards/{path}")
    fill_in(jan, DECISION, "Zapisz decyzję")

    expect(jan.get_by_role("heading", name="Decyzja: utrzymana po odwołaniu")).to_be_visible()
    ewa.reload()
    expect(ewa.get_by_text(DECISION)).to_be_visible()
