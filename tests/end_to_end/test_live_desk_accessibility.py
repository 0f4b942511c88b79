"""WCAG 2.1 AA on the pages of live chats: axe-core finds nothing, in light and dark, wide and narrow."""

from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, expect

from helpdesk.database import Database
from okienko.schema import upgrade
from tests.end_to_end.live_site import live_site

AXE = "() => axe.run(document, {resultTypes: ['violations']})"
SLOW = 30_000


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages_of_live_chats(browser: Browser, tmp_path: Path, scheme: str) -> None:
    expect.set_options(timeout=SLOW)
    url = f"sqlite:///{tmp_path}/okienko.db"
    upgrade(Database(url))
    with live_site(url, tmp_path / "data") as people:
        people.make_available("ewa")
        phones = [browser.new_context(viewport={"width": 380, "height": 740}) for _ in range(2)]
        context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
        for phone in phones:
            people.customer(phone)
        desk = people.desk(context, "ewa")
        expect(desk.get_by_role("button", name="Przyjmij")).to_have_count(2)
        found = {"offers": violations(desk)}
        desk.get_by_role("button", name="Przyjmij").first.click()
        expect(desk.get_by_role("log")).to_be_visible()
        found["side by side"] = violations(desk)
        desk.get_by_role("heading", level=2).get_by_role("link").first.click()
        desk.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        found["alone"] = violations(desk)
        desk.set_viewport_size({"width": 380, "height": 740})
        found["narrow"] = violations(desk)
        width = desk.evaluate("document.documentElement.scrollWidth")
        for one in (*phones, context):
            one.close()

    assert not any(found.values()), found
    assert width <= 380


def violations(page: Page) -> list[str]:
    """What axe-core finds on a page, as rule and element."""
    page.evaluate(AXE_SCRIPT)
    result = page.evaluate(AXE)
    return [f"{rule['id']}: {node['html'][:120]}" for rule in result["violations"] for node in rule["nodes"]]
