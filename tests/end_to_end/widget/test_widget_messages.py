"""What becomes of a message: sent, refused, tried again, too long, too many; and what of it a change of page keeps."""

import pytest
from playwright.sync_api import expect

from tests.end_to_end.widget.conftest import Widget
from tests.end_to_end.widget.played import PlayedGateway
from tests.end_to_end.widget.states import STATES


def test_refused_message_is_tried_again_under_its_own_id(widget: Widget, gateway: PlayedGateway) -> None:
    STATES["failed"](widget, gateway)

    widget.button("Spróbuj ponownie").click()

    expect(widget.message("pytanie o wniosek")).to_contain_text("Wysłano")
    expect(widget.input).to_be_focused()
    assert len({frame["client_id"] for frame in gateway.heard}) == 1


def test_refused_message_goes_back_into_the_field_to_be_changed(widget: Widget, gateway: PlayedGateway) -> None:
    STATES["failed"](widget, gateway)

    widget.button("Popraw treść").click()

    expect(widget.input).to_have_value("pytanie o wniosek")
    expect(widget.message("pytanie o wniosek")).to_have_count(0)


@pytest.mark.parametrize("status", [429, 503])
def test_what_was_too_much_or_met_no_service_is_sent_later_by_itself(
    widget: Widget, gateway: PlayedGateway, status: int
) -> None:
    gateway.refusals.append({"status": status, "text": "Proszę chwilę zaczekać.", "retry_after": 1})

    widget.say("jeszcze jedno pytanie")

    expect(widget.message("jeszcze jedno pytanie")).to_contain_text("Wysłano")
    assert [frame["text"] for frame in gateway.heard] == ["jeszcze jedno pytanie"] * 2


def test_who_waits_for_a_later_try_is_told_so_kindly(widget: Widget, gateway: PlayedGateway) -> None:
    gateway.refusals.append({"status": 429, "text": "Proszę chwilę zaczekać.", "retry_after": 600})

    widget.say("jeszcze jedno pytanie")

    expect(widget.message("jeszcze jedno pytanie")).to_contain_text("Proszę chwilę zaczekać. Za chwilę spróbujemy")
    expect(widget.button("Spróbuj ponownie")).to_be_visible()


def test_message_over_the_limit_is_not_sent(widget: Widget, gateway: PlayedGateway) -> None:
    STATES["over limit"](widget, gateway)

    expect(widget.input).to_have_attribute("aria-invalid", "true")
    expect(widget.dialog).to_contain_text("najwyżej 2000 znaków")
    assert not gateway.heard


def test_conversation_that_the_server_forgot_goes_on_in_a_new_one(widget: Widget, gateway: PlayedGateway) -> None:
    STATES["answer"](widget, gateway)
    gateway.refusals.append({"status": 404, "text": "Nie znaleziono tej rozmowy."})
    gateway.replies.clear()
    gateway.token = "another-secret"

    widget.say("a ile to trwa?")

    expect(widget.message("a ile to trwa?")).to_contain_text("Wysłano")
    expect(widget.log).to_contain_text("Zaczynamy nową")
    expect(widget.log).not_to_contain_text("100% podstawy")


def test_draft_and_open_window_survive_a_change_of_page(widget: Widget, gateway: PlayedGateway) -> None:
    STATES["answer"](widget, gateway)
    widget.input.fill("zaczęte pytanie")

    widget.page.reload()

    expect(widget.input).to_have_value("zaczęte pytanie")
    expect(widget.log).to_contain_text("100% podstawy")


def test_closed_window_counts_what_a_consultant_writes(widget: Widget, gateway: PlayedGateway) -> None:
    STATES["human"](widget, gateway)
    widget.button("Zamknij okno rozmowy").click()

    gateway.say("Jeszcze jedno.", "consultant", "text", name="Ewa")
    gateway.say("I drugie.", "consultant", "text", name="Ewa")

    expect(widget.page.get_by_role("button", name="2 nowe wiadomości")).to_be_visible()
    expect(widget.page).to_have_title("● Konsultant odpowiedział – Strona urzędu")


def test_new_conversation_begins_empty_after_a_question(widget: Widget, gateway: PlayedGateway) -> None:
    STATES["new question"](widget, gateway)

    widget.button("Zacznij nową").click()

    expect(widget.log).not_to_contain_text("100% podstawy")
    expect(widget.input).to_be_focused()
    assert widget.page.evaluate("localStorage.getItem('okienko.conversation')") is None


def test_choice_of_a_term_is_sent_with_its_payload(widget: Widget, gateway: PlayedGateway) -> None:
    STATES["slots"](widget, gateway)

    widget.button("środa, 2 grudnia 2026, godz. 10.30").click()

    expect(widget.message("godz. 10.30")).to_contain_text("Wysłano")
    assert gateway.heard[-1]["payload"] == "option:2026-12-02T10:30"
    expect(widget.button("środa, 2 grudnia 2026, godz. 11.00")).to_have_count(0)
