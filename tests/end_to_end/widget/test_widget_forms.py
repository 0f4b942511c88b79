"""The forms over the conversation, and what is kept out of storage and out of the page."""

import pytest
from playwright.sync_api import Page, expect

from tests.end_to_end.widget.conftest import Widget
from tests.end_to_end.widget.played import PlayedGateway
from tests.end_to_end.widget.states import PRINCIPALS, STATES

STORED = "() => JSON.stringify([{...localStorage}, {...sessionStorage}])"
SHOWN = """() => {
  const root = document.querySelector('okienko-widget').shadowRoot;
  return root.innerHTML + [...root.querySelectorAll('input, textarea')].map((field) => field.value).join();
}"""


def test_identifier_and_pin_leave_the_page_with_the_form(widget: Widget, gateway: PlayedGateway) -> None:
    STATES["verification"](widget, gateway)
    gateway.state["auth_level"] = "verified"
    widget.page.get_by_label("Identyfikator PUE").fill("demo.anna")
    widget.page.get_by_label("PIN", exact=True).fill("4821")
    assert widget.page.get_by_label("PIN", exact=True).get_attribute("autocomplete") == "off"

    widget.button("Potwierdź").click()

    expect(widget.dialog).to_contain_text("Tożsamość potwierdzona")
    for place in (STORED, SHOWN):
        assert "4821" not in widget.page.evaluate(place)
        assert "demo.anna" not in widget.page.evaluate(place)


def test_closing_the_window_forgets_what_was_typed_into_the_form(widget: Widget, gateway: PlayedGateway) -> None:
    STATES["verification"](widget, gateway)
    widget.page.get_by_label("PIN", exact=True).fill("4821")

    widget.button("Zamknij okno rozmowy").click()

    assert "4821" not in widget.page.evaluate(SHOWN)


def test_missing_fields_are_named_beside_them(widget: Widget, gateway: PlayedGateway) -> None:
    STATES["verification"](widget, gateway)
    widget.page.get_by_label("Identyfikator PUE").fill("demo.anna")

    widget.button("Potwierdź").click()

    expect(widget.page.get_by_label("PIN", exact=True)).to_be_focused()
    expect(widget.dialog.locator("#pin-error")).to_have_text("Proszę podać PIN.")
    assert "verify" not in [name for name, _ in gateway.steps]


def test_confirmed_identity_changes_the_secret_of_the_conversation(widget: Widget, gateway: PlayedGateway) -> None:
    STATES["verification"](widget, gateway)
    gateway.token, gateway.state["auth_level"] = "another-secret", "verified"
    widget.page.get_by_label("Identyfikator PUE").fill("demo.anna")
    widget.page.get_by_label("PIN", exact=True).fill("4821")
    connections = len(gateway.sockets)

    widget.button("Potwierdź").click()

    expect(widget.dialog).to_contain_text("Tożsamość potwierdzona")
    widget.say("dziękuję")
    expect(widget.message("dziękuję")).to_contain_text("Wysłano")
    assert widget.page.evaluate("localStorage.getItem('okienko.conversation')") == "another-secret"
    assert len(gateway.sockets) == connections + 1


def test_representative_chooses_whom_the_conversation_is_about(widget: Widget, gateway: PlayedGateway) -> None:
    STATES["principals"](widget, gateway)
    widget.page.get_by_role("radio", name="Piekarnia").check()
    gateway.state.update(auth_level="representative", acting_for=PRINCIPALS[0])

    widget.button("Dalej").click()

    expect(widget.dialog).to_contain_text("W imieniu: Piekarnia Przykładowa")
    assert gateway.steps[-1] == ("act-for", {"principal": 1})


def test_operators_own_sign_in_opens_a_tab_and_is_noticed_here(widget: Widget, gateway: PlayedGateway) -> None:
    STATES["verification"](widget, gateway)
    address = "https://login.example/start"
    widget.page.context.route(address, lambda route: route.fulfill(body="signed in"))
    gateway.answers["oidc"] = (200, {"url": address, "conversation": "another-secret"})

    with widget.page.context.expect_page() as opened:
        widget.button("Potwierdź przez: login.gov.pl").click()
    opened.value.wait_for_url(address)
    expect(widget.dialog).to_contain_text("w nowej karcie")
    gateway.token = "another-secret"
    gateway.say("Na otwartej stronie proszę wpisać kod: 1234.", "system", "notice")
    expect(widget.log).to_contain_text("kod: 1234")
    gateway.become(auth_level="verified", principals=PRINCIPALS)

    expect(widget.dialog).to_contain_text("Tożsamość potwierdzona")
    expect(widget.page.get_by_role("radio", name="Piekarnia")).to_be_visible()


def test_address_that_leads_out_of_the_web_is_not_opened(widget: Widget, gateway: PlayedGateway) -> None:
    STATES["verification"](widget, gateway)
    gateway.answers["oidc"] = (200, {"url": "javascript:window.attacked = true"})

    widget.button("Potwierdź przez: login.gov.pl").click()

    expect(widget.page.get_by_role("alert")).to_contain_text("Nie udało się")
    assert widget.page.evaluate("window.attacked === undefined")


def test_message_is_left_by_mail_when_nobody_is_there(widget: Widget, gateway: PlayedGateway) -> None:
    STATES["ways"](widget, gateway)
    widget.button("Zostawiam wiadomość", exact=False).click()
    widget.page.get_by_label("Adres e-mail").fill("anna@przyklad")
    widget.button("Wyślij wiadomość").click()
    expect(widget.dialog.locator("#address-error")).to_contain_text("nie wygląda na adres")
    widget.page.get_by_label("Adres e-mail").fill("anna@example.com")
    widget.page.get_by_label("Wiadomość (można pominąć)").fill("Proszę o odpowiedź.")
    gateway.state["ways"] = []

    widget.button("Wyślij wiadomość").click()

    expect(widget.input).to_be_focused()
    assert gateway.steps[-1] == ("ticket", {"address": "anna@example.com", "text": "Proszę o odpowiedź."})
    assert not gateway.heard[1:]
    assert "anna@example.com" not in widget.page.evaluate(STORED)


def test_waiting_is_a_choice_that_is_made_once(widget: Widget, gateway: PlayedGateway) -> None:
    STATES["ways"](widget, gateway)
    gateway.become(mode="waiting", position=1)

    widget.button("Czekam na konsultanta").click()

    expect(widget.button("Czekam na konsultanta")).to_be_hidden()
    expect(widget.input).to_be_focused()
    assert not gateway.steps[1:]


def test_callback_is_asked_for_as_a_message(widget: Widget, gateway: PlayedGateway) -> None:
    STATES["ways"](widget, gateway)

    widget.button("Proszę o telefon od konsultanta").click()

    expect(widget.message("Proszę o telefon od konsultanta")).to_contain_text("Wysłano")
    assert gateway.heard[-1]["payload"] == "act:request_callback"


def test_transcript_goes_by_mail(widget: Widget, gateway: PlayedGateway) -> None:
    STATES["transcript"](widget, gateway)
    widget.page.get_by_label("Adres e-mail").fill("anna@example.com")

    widget.button("Wyślij zapis").click()

    expect(widget.dialog).to_contain_text("Zapis rozmowy zostanie wysłany")
    assert gateway.steps[-1] == ("transcript", {"address": "anna@example.com"})


@pytest.mark.parametrize(
    ("typed", "warned"),
    [
        ("mój PESEL to 44051401359", True),
        ("440514-01359 – to ja", True),
        ("mój pin 1234", True),
        ("hasło: 90210", True),
        ("numer 44051401358", False),
        ("rachunek 12 3456 7890 1234", False),
        ("do kiedy złożyć PIT za 2025", False),
        ("opinia 1234", False),
    ],
)
def test_personal_data_are_noticed_before_they_are_sent(typed: str, warned: bool, page: Page, pages: str) -> None:
    gateway = PlayedGateway(page)
    page.goto(pages)
    widget = Widget(page)
    widget.open()

    widget.say(typed)

    if not warned:
        expect(widget.message(typed)).to_contain_text("Wysłano")
        return
    expect(widget.button("Popraw wiadomość")).to_be_focused()
    assert not gateway.heard
    assert typed not in page.evaluate(STORED)
    widget.button("Wyślij mimo to").click()
    expect(widget.message(typed)).to_contain_text("Wysłano")
    expect(widget.input).to_be_focused()
    assert typed not in page.evaluate(STORED)


def test_rating_stays_small_and_thanks(widget: Widget, gateway: PlayedGateway) -> None:
    STATES["rated"](widget, gateway)

    expect(widget.message("100% podstawy")).to_contain_text("Dziękujemy za ocenę: Tak")
    expect(widget.log.locator(".by-customer")).to_have_count(1)
    expect(widget.input).to_be_focused()
    assert gateway.heard[-1]["payload"] == "act:helpful"


def test_consultants_part_is_rated_where_it_ends(widget: Widget, gateway: PlayedGateway) -> None:
    STATES["human"](widget, gateway)
    buttons = [{"title": "Rozmowa pomogła", "payload": "act:helpful"}]
    gateway.state["mode"] = "bot"
    gateway.say("Konsultant zakończył rozmowę. Czy ta rozmowa pomogła?", "system", "notice", buttons=buttons)

    widget.button("Rozmowa pomogła").click()

    expect(widget.log).to_contain_text("Dziękujemy za ocenę: Rozmowa pomogła")
    assert gateway.heard[-1]["payload"] == "act:helpful"
