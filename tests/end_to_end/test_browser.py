"""A customer at phone width and a consultant in a second browser, both in Chromium."""

from playwright.sync_api import BrowserContext, Page, expect

from tests.end_to_end.conftest import Site

SLOW = 30_000


def open_widget(context: BrowserContext, site: Site) -> Page:
    page = context.new_page()
    page.goto(site.url)
    page.get_by_role("button", name="asystent").first.click()
    return page


def say(page: Page, text: str) -> None:
    box = page.get_by_role("textbox").first
    box.fill(text)
    box.press("Enter")


def test_customer_asks_verifies_and_talks_with_a_consultant(
    running_site: Site, customer_browser: BrowserContext, desk_browser: BrowserContext
) -> None:
    customer = open_widget(customer_browser, running_site)
    log = customer.get_by_role("log")

    say(customer, "ile wynosi zasilek macierzynski")
    expect(log).to_contain_text("Stan na:", timeout=SLOW)
    say(customer, "chcę rozmawiać z konsultantem")
    customer.get_by_role("button", name="Potwierdź tożsamość").click(timeout=SLOW)
    customer.get_by_label("Identyfikator PUE").fill("demo.anna")
    customer.get_by_label("PIN", exact=True).fill("0000")
    customer.get_by_role("button", name="Potwierdź", exact=True).click()
    expect(customer.get_by_role("alert").first).to_contain_text("Nie udało się potwierdzić", timeout=SLOW)
    customer.get_by_label("PIN", exact=True).fill("4821")
    customer.get_by_role("button", name="Potwierdź", exact=True).click()
    expect(log).to_contain_text("Anna Przykładowa", timeout=SLOW)

    desk = desk_browser.new_page()
    desk.goto(f"{running_site.url}/desk")
    desk.get_by_label("Login").fill(running_site.sign_in.login)
    desk.get_by_label("Hasło").fill(running_site.sign_in.password)
    desk.get_by_role("button", name="Zaloguj").click()
    desk.get_by_role("button", name="Przejmij").click()
    expect(desk.get_by_role("log")).to_contain_text("ile wynosi zasilek macierzynski")
    expect(desk.locator("main")).to_contain_text("tożsamość potwierdzona")
    desk.get_by_label("Odpowiedź").fill("Dzień dobry, już sprawdzam.")
    desk.get_by_label("Odpowiedź").press("Enter")
    expect(log).to_contain_text("Dzień dobry, już sprawdzam.", timeout=SLOW)

    customer.reload()
    if not customer.get_by_role("log").is_visible():
        customer.get_by_role("button", name="asystent").first.click()
    expect(customer.get_by_role("log")).to_contain_text("Dzień dobry, już sprawdzam.", timeout=SLOW)
    say(customer, "Dziękuję bardzo")
    expect(desk.get_by_role("log")).to_contain_text("Dziękuję bardzo", timeout=SLOW)

    desk.get_by_role("button", name="Oddaj asystentowi").click()
    expect(customer.get_by_role("log")).to_contain_text("Konsultant zakończył rozmowę", timeout=SLOW)


def test_conversation_survives_a_change_of_page_and_script_stays_text(
    running_site: Site, customer_browser: BrowserContext
) -> None:
    customer = open_widget(customer_browser, running_site)
    customer.evaluate("window.attacked = false")
    attack = "<img src=x onerror='window.attacked = true'>"
    say(customer, attack)
    expect(customer.get_by_role("log")).to_contain_text(attack, timeout=SLOW)

    customer.goto(f"{running_site.url}/druga-strona")
    if not customer.get_by_role("log").is_visible():
        customer.get_by_role("button", name="asystent").first.click()

    expect(customer.get_by_role("log")).to_contain_text(attack, timeout=SLOW)
    assert not customer.evaluate("window.attacked === true")


def test_page_is_no_wider_than_a_phone(running_site: Site, customer_browser: BrowserContext) -> None:
    customer = open_widget(customer_browser, running_site)

    assert customer.evaluate("document.documentElement.scrollWidth") <= 380
