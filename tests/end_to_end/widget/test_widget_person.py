"""The widget while a consultant leads the chat: who it is, who types, what was read, and what is asked."""

from playwright.sync_api import expect

from tests.end_to_end.widget.conftest import Widget
from tests.end_to_end.widget.played import PlayedGateway


def joined(widget: Widget, gateway: PlayedGateway) -> None:
    widget.say("Mam sprawę")
    expect(widget.message("Mam sprawę")).to_be_visible()
    gateway.become(mode="human", consultant="Ewa Konsultantka", read_id=0, consent=None)
    expect(widget.dialog).to_contain_text("Rozmowa z konsultantem: Ewa Konsultantka")


def test_consultant_who_types_is_named_until_the_answer_comes(widget: Widget, gateway: PlayedGateway) -> None:
    joined(widget, gateway)

    gateway.write()
    expect(widget.log).to_contain_text("Ewa Konsultantka pisze…")
    gateway.say("W czym pomóc?", "consultant", "text", name="Ewa Konsultantka")

    expect(widget.message("W czym pomóc?")).to_be_visible()
    expect(widget.log.locator(".typing")).to_be_hidden()


def test_typing_is_told_without_the_words(widget: Widget, gateway: PlayedGateway) -> None:
    joined(widget, gateway)

    widget.input.press_sequentially("tajne słowa")
    widget.page.wait_for_function("() => true")
    expect(widget.input).to_have_value("tajne słowa")

    typed = [sign for sign in gateway.signs if sign["type"] == "typing"]
    assert typed
    assert all(sign == {"type": "typing"} for sign in typed)


def test_nothing_is_told_of_typing_while_the_bot_leads(widget: Widget, gateway: PlayedGateway) -> None:
    widget.say("Mam sprawę")
    expect(widget.message("Mam sprawę")).to_be_visible()
    widget.input.press_sequentially("jeszcze")

    assert not gateway.signs


def test_read_marks_go_both_ways(widget: Widget, gateway: PlayedGateway) -> None:
    joined(widget, gateway)
    gateway.say("W czym pomóc?", "consultant", "text", name="Ewa Konsultantka")
    expect(widget.message("W czym pomóc?")).to_be_visible()
    widget.say("Pytanie o zasiłek")
    expect(widget.message("Pytanie o zasiłek")).to_contain_text("Wysłano")

    gateway.become(read_id=len(gateway.replies))

    expect(widget.message("Pytanie o zasiłek")).to_contain_text("Przeczytano")
    assert {"type": "read", "id": 2} in gateway.signs


def test_consent_is_answered_with_a_button_that_then_goes(widget: Widget, gateway: PlayedGateway) -> None:
    joined(widget, gateway)
    buttons = [{"title": "Tak, zgadzam się", "payload": "consent:5:yes"}]
    buttons.append({"title": "Nie zgadzam się", "payload": "consent:5:no"})
    gateway.become(consent=5)
    gateway.say("Czy możemy zadzwonić?", "system", "notice", buttons=buttons)
    gateway.say("Proszę odpowiedzieć", "consultant", "text", name="Ewa Konsultantka")

    widget.button("Nie zgadzam się").click()
    expect(widget.message("Nie zgadzam się")).to_have_count(2)  # the question's button, and the answer
    gateway.become(consent=None)

    expect(widget.button("Nie zgadzam się")).to_have_count(0)
    assert gateway.heard[-1]["payload"] == "consent:5:no"


def test_request_to_verify_opens_the_widgets_own_form(widget: Widget, gateway: PlayedGateway) -> None:
    joined(widget, gateway)
    button = {"title": "Potwierdź tożsamość", "payload": "verify"}
    gateway.say("Konsultant prosi o potwierdzenie tożsamości.", "system", "notice", buttons=[button])

    widget.log.get_by_role("button", name="Potwierdź tożsamość").click()

    expect(widget.dialog.get_by_label("Identyfikator PUE")).to_be_visible()
