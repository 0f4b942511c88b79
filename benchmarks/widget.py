"""Measures how long the widget takes to open: from the click on its button until its window is painted and focused.

Run from the root: `.venv/bin/python -m benchmarks.widget [--openings N] [--history N] [--slower N]`. The gateway is
played, so that nothing but the widget and the browser is measured. `--slower` makes Chromium's processor as many times
slower, as on a cheap telephone.
"""

import argparse
import statistics
from collections.abc import Sequence

from playwright.sync_api import Page, sync_playwright

from tests.end_to_end.conftest import CHROMIUM, QUIET
from tests.end_to_end.widget.conftest import widget_app
from tests.end_to_end.widget.played import PlayedGateway
from tests.end_to_end.widget.states import ANSWER, MORE
from tests.servers.ports import free_port
from tests.servers.site import site

MEASURE = """() => new Promise((resolve) => {
  const root = document.querySelector('okienko-widget').shadowRoot;
  const launcher = root.querySelector('.launcher');
  const begun = performance.now();
  launcher.click();
  requestAnimationFrame(() => {
    const painted = new MessageChannel();  // its message comes right after the frame was painted
    painted.port1.onmessage = () => {
      const isShown = root.querySelector('[role=dialog]').getClientRects().length > 0;
      resolve(isShown && root.activeElement.id === 'input' ? performance.now() - begun : null);
    };
    painted.port2.postMessage(null);
  });
})"""
CLOSE = "document.querySelector('okienko-widget').shadowRoot.querySelector('.tools .tool:last-child').click()"


def openings(page: Page, number: int) -> Sequence[float]:
    """Open and close the window a number of times; returns the milliseconds of each opening."""
    taken = []
    for _ in range(number):
        milliseconds = page.evaluate(MEASURE)
        assert milliseconds is not None, "the window did not open with the focus in its text field"
        taken.append(milliseconds)
        page.evaluate(CLOSE)
    return taken


def main() -> None:
    """Measure and print one line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--openings", type=int, default=30)
    options.add_argument("--history", type=int, default=40, help="messages that the conversation already has")
    options.add_argument("--slower", type=int, default=1, help="by how much the processor is slowed down")
    given = options.parse_args()
    with site(widget_app(), free_port()) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(viewport={"width": 380, "height": 740})
        gateway = PlayedGateway(page)
        for number in range(given.history // 2):
            gateway.say(f"Pytanie {number}", "customer", "text")
            gateway.say(ANSWER, article="zasilek-macierzynski", buttons=MORE)
        page.goto(url)
        page.evaluate("localStorage.setItem('okienko.conversation', 'invented-token')")
        page.reload()
        page.get_by_role("button", name="asystenta").wait_for()
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": given.slower})
        taken = openings(page, given.openings)
        browser.close()
    highest = statistics.quantiles(taken, n=20, method="inclusive")[-1]
    print(
        f"{len(taken)} openings over {given.history} messages, processor 1/{given.slower}: "
        f"shortest {min(taken):.0f} ms, "
        f"median {statistics.median(taken):.0f} ms, p95 {highest:.0f} ms, longest {max(taken):.0f} ms"
    )


if __name__ == "__main__":
    main()
