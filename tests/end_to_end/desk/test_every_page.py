"""Every page of the desk, found by its links: for screen readers, in light and dark, on a phone, and no script runs."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage

from tests.end_to_end.desk.conftest import SignedIn
from tests.end_to_end.desk.crawl import walk

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What pages look like has nothing to do with the kind of database behind them."""

EVERYBODY = {"ewa": 2, "zofia": 1, "piotr": 1, "admin": 2}
"""Who looks, and at how many pages of a kind: a supervisor sees again what the others see."""
AXE = "() => axe.run(document, {resultTypes: ['violations']})"
COLOURS = "() => axe.run(document, {resultTypes: ['violations'], runOnly: ['color-contrast', 'link-in-text-block']})"
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("login", EVERYBODY)
def test_axe_finds_nothing_on_any_page_in_light_and_dark(login: str, desk: str, signed_in: SignedIn) -> None:
    page = signed_in(login)
    found: dict[str, object] = {}

    for path in walk(page, desk, EVERYBODY[login]):
        page.evaluate(AXE_SCRIPT)
        for look, rules in (("light", AXE), ("dark", COLOURS)):
            page.emulate_media(color_scheme=look)
            violations = page.evaluate(rules)["violations"]
            if violations:
                found[f"{path} ({look})"] = [
                    (one["id"], [node["html"][:120] for node in one["nodes"]]) for one in violations
                ]

    assert not found


@pytest.mark.parametrize("login", EVERYBODY)
def test_no_page_is_wider_than_a_phone_or_runs_what_a_customer_wrote(
    login: str, desk: str, signed_in: SignedIn
) -> None:
    page = signed_in(login, width=380, height=740)
    said: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            said.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda problem: said.append(str(problem)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    too_wide: dict[str, int] = {}
    pages = 0
    for path in walk(page, desk, EVERYBODY[login]):
        pages += 1
        over = page.evaluate(TOO_WIDE)
        if over > 0:
            too_wide[path] = over
        assert not page.evaluate("() => document.body.dataset.attacked"), path

    assert not too_wide
    assert not said
    assert pages > 1
