"""Every state that a customer can see the widget in, and how a test gets there."""

from collections.abc import Callable, Mapping

from playwright.sync_api import expect

from tests.end_to_end.widget.conftest import Widget
from tests.end_to_end.widget.played import PlayedGateway

ANSWER = """Zasiłek macierzyński

Zasiłek wynosi 100% podstawy wymiaru, a za urlop rodzicielski 70%.

Krok po kroku:
1. Proszę złożyć wniosek ZAM w PUE/eZUS.
2. Proszę dołączyć zaświadczenie lekarskie.

Telefon: 22 560 16 00. Więcej: /wiedza/zasilek-macierzynski

Stan na: 2 listopada 2026. Źródło: zus.pl, https://www.zus.pl/swiadczenia/zasilki"""
RATING = [{"title": "Tak", "payload": "act:helpful"}, {"title": "Nie", "payload": "act:unhelpful"}]
MORE = [
    {"title": "Komu przysługuje zasiłek macierzyński", "payload": "article:zasilek-macierzynski"},
    {"title": "Porozmawiaj z konsultantem", "payload": "consultant"},
]
SLOTS = [
    {"title": f"środa, 2 grudnia 2026, godz. {hour}.{minute:02}", "payload": f"option:2026-12-02T{hour}:{minute:02}"}
    for hour in (9, 10, 11, 12)
    for minute in (0, 30)
]
CHOICE = [
    {"title": "Zasiłek chorobowy", "payload": "article:zasilek-chorobowy"},
    {"title": "Zasiłek opiekuńczy na dziecko", "payload": "article:zasilek-opiekunczy-dziecko"},
]
PRINCIPALS = [{"id": 1, "name": "Piekarnia Przykładowa sp. z o.o."}, {"id": 2, "name": "Jan Przykładowy"}]
OTHER_SCRIPT = "Доброго дня! Я допомагаю українською. Можу з’єднати вас із консультантом."


def _nothing(widget: Widget, gateway: PlayedGateway) -> None:
    del widget, gateway


def _closed(widget: Widget, gateway: PlayedGateway) -> None:
    del gateway
    widget.button("Zamknij okno rozmowy").click()


def _typing(widget: Widget, gateway: PlayedGateway) -> None:
    gateway.is_thinking = True
    widget.say("ile wynosi zasiłek macierzyński")
    expect(widget.log).to_contain_text("Asystent szuka odpowiedzi")


def begun(widget: Widget, text: str = "ile wynosi zasiłek macierzyński") -> None:
    """Begin the conversation with a message that gets through."""
    widget.say(text)
    expect(widget.message(text)).to_contain_text("Wysłano")


def _answer(widget: Widget, gateway: PlayedGateway) -> None:
    begun(widget)
    gateway.say(ANSWER, article="zasilek-macierzynski", buttons=[*MORE, *RATING])
    expect(widget.button("Porozmawiaj z konsultantem")).to_be_visible()


def _rated(widget: Widget, gateway: PlayedGateway) -> None:
    _answer(widget, gateway)
    widget.button("Tak").click()
    expect(widget.log).to_contain_text("Dziękujemy za ocenę")


def _choice(widget: Widget, gateway: PlayedGateway) -> None:
    begun(widget, "zasiłek")
    gateway.say("O który zasiłek chodzi?", kind="choice", buttons=[*CHOICE, *MORE[1:]])
    expect(widget.button("Zasiłek chorobowy")).to_be_visible()


def _slots(widget: Widget, gateway: PlayedGateway) -> None:
    begun(widget, "chcę umówić e-wizytę")
    gateway.say("Proszę wybrać termin e-wizyty:", kind="appointment", buttons=SLOTS)
    expect(widget.button(SLOTS[0]["title"])).to_be_visible()


def _failed(widget: Widget, gateway: PlayedGateway) -> None:
    gateway.refusals.append({"status": 422, "text": "Nie udało się odczytać wiadomości."})
    widget.say("pytanie o wniosek")
    expect(widget.button("Spróbuj ponownie")).to_be_visible()


def _offline(widget: Widget, gateway: PlayedGateway) -> None:
    _answer(widget, gateway)
    widget.page.context.set_offline(True)
    expect(widget.dialog).to_contain_text("Brak połączenia")


def _waiting(widget: Widget, gateway: PlayedGateway) -> None:
    begun(widget, "chcę rozmawiać z konsultantem")
    gateway.become(mode="waiting", position=3, wait_minutes=7)
    expect(widget.dialog).to_contain_text("Miejsce w kolejce: 3")


def _human(widget: Widget, gateway: PlayedGateway) -> None:
    begun(widget, "chcę rozmawiać z konsultantem")
    gateway.become(mode="human", auth_level="verified")
    gateway.say("Rozmowę prowadzi teraz konsultant: Ewa.", "system", "notice")
    gateway.say("Dzień dobry, w czym mogę pomóc?", "consultant", "text", name="Ewa")
    expect(widget.log).to_contain_text("w czym mogę pomóc")


def _verification(widget: Widget, gateway: PlayedGateway) -> None:
    gateway.state["oidc"] = "login.gov.pl"
    begun(widget, "kiedy dostanę przelew")
    offered = [{"title": "Potwierdź tożsamość", "payload": "verify"}]
    gateway.say("O wypłatach z konta mówi konsultant.", kind="verify", buttons=offered)
    widget.button("Potwierdź tożsamość").click()
    expect(widget.page.get_by_label("Identyfikator PUE")).to_be_focused()


def _wrong_pin(widget: Widget, gateway: PlayedGateway) -> None:
    _verification(widget, gateway)
    gateway.answers["verify"] = (403, {"detail": "Identyfikator PUE lub PIN jest nieprawidłowy."})
    widget.page.get_by_label("Identyfikator PUE").fill("demo.anna")
    widget.page.get_by_label("PIN", exact=True).fill("0000")
    widget.button("Potwierdź").click()
    expect(widget.page.get_by_role("alert")).to_contain_text("nieprawidłowy")


def _principals(widget: Widget, gateway: PlayedGateway) -> None:
    _verification(widget, gateway)
    gateway.state.update(auth_level="verified", principals=PRINCIPALS, acting_for=None)
    widget.page.get_by_label("Identyfikator PUE").fill("demo.anna")
    widget.page.get_by_label("PIN", exact=True).fill("4821")
    widget.button("Potwierdź").click()
    expect(widget.dialog).to_contain_text("W czyjej sprawie")


def _acting(widget: Widget, gateway: PlayedGateway) -> None:
    begun(widget)
    gateway.become(auth_level="representative", principals=PRINCIPALS, acting_for=PRINCIPALS[0])
    expect(widget.dialog).to_contain_text("W imieniu: Piekarnia")


def _transcript(widget: Widget, gateway: PlayedGateway) -> None:
    _answer(widget, gateway)
    widget.open_menu()
    widget.button("Zapis rozmowy").click()
    expect(widget.button("Pobierz jako plik")).to_be_focused()


def _ways(widget: Widget, gateway: PlayedGateway) -> None:
    begun(widget, "chcę rozmawiać z konsultantem")
    gateway.say("Konsultanci pracują od poniedziałku do piątku w godz. 7.00–18.00.", "system", "notice")
    gateway.become(ways=["wait", "ticket", "callback"])
    expect(widget.button("Czekam na konsultanta")).to_be_visible()


def _ticket(widget: Widget, gateway: PlayedGateway) -> None:
    _ways(widget, gateway)
    widget.button("Zostawiam wiadomość", exact=False).click()
    widget.page.get_by_label("Adres e-mail").fill("anna@")
    widget.button("Wyślij wiadomość").click()
    expect(widget.page.get_by_label("Adres e-mail")).to_be_focused()


def _long(widget: Widget, gateway: PlayedGateway) -> None:
    begun(widget)
    for number in range(12):
        gateway.say(f"Pytanie {number}", "customer", "text")
        gateway.say(ANSWER, article="zasilek-macierzynski", buttons=MORE)
    expect(widget.button("Porozmawiaj z konsultantem")).to_be_visible()


def _help(widget: Widget, gateway: PlayedGateway) -> None:
    _answer(widget, gateway)
    widget.open_menu()
    expect(widget.page.get_by_role("radio", name="Wysoki kontrast")).to_be_visible()


def _over_limit(widget: Widget, gateway: PlayedGateway) -> None:
    del gateway
    widget.input.fill("a" * 2003)
    widget.input.press("Enter")
    expect(widget.dialog).to_contain_text("O 3 znaki za dużo")


def _new_question(widget: Widget, gateway: PlayedGateway) -> None:
    _answer(widget, gateway)
    widget.open_menu()
    widget.button("Zacznij nową rozmowę").click()
    expect(widget.button("Zacznij nową")).to_be_focused()


def _personal(widget: Widget, gateway: PlayedGateway) -> None:
    del gateway
    widget.input.fill("mój PESEL to 44051401359")
    expect(widget.button("Wyślij mimo to")).to_be_visible()


def _urgent(widget: Widget, gateway: PlayedGateway) -> None:
    begun(widget, "nie chcę już żyć")
    text = "Proszę zadzwonić pod numer 112 albo 116 123. Już łączę z konsultantem."
    gateway.say(text, kind="handover", urgent=True)
    expect(widget.page.get_by_role("link", name="Zadzwoń: 112", exact=False)).to_be_visible()


def _foreign(widget: Widget, gateway: PlayedGateway) -> None:
    begun(widget, "Доброго дня")
    offered = [{"title": "Поговорити з консультантом", "payload": "consultant"}]
    gateway.say(OTHER_SCRIPT, kind="language", lang="uk", buttons=offered)
    expect(widget.log).to_contain_text("українською")


STATES: Mapping[str, Callable[[Widget, PlayedGateway], None]] = {
    "empty": _nothing,
    "closed": _closed,
    "typing": _typing,
    "answer": _answer,
    "rated": _rated,
    "choice": _choice,
    "slots": _slots,
    "failed": _failed,
    "offline": _offline,
    "waiting": _waiting,
    "human": _human,
    "verification": _verification,
    "wrong pin": _wrong_pin,
    "principals": _principals,
    "acting for": _acting,
    "transcript": _transcript,
    "ways": _ways,
    "ticket": _ticket,
    "long history": _long,
    "help": _help,
    "over limit": _over_limit,
    "new question": _new_question,
    "personal data": _personal,
    "urgent": _urgent,
    "foreign": _foreign,
}
