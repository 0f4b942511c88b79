"""A whole site with real Rasa, and browsers to use it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from pydantic import SecretStr

from helpdesk.database import Database
from okienko.bootstrap import build_web
from okienko.demonstration.data import SignIn, load_demonstration
from okienko.demonstration.pages import demonstration_pages
from okienko.index import knowledge
from okienko.places import ROOT
from okienko.settings import Opening, Settings
from tests.conftest import KEY, Engine
from tests.servers.ports import free_port
from tests.servers.site import site

CHROMIUM = Path("/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Site:
    """A running site over one database."""

    url: str
    sign_in: SignIn
    settings: Settings
    database: Database


@pytest.fixture
def running_site(database_url: str, database: Database, engine: Engine, tmp_path: Path) -> Iterator[Site]:
    port = free_port()
    settings = Settings(
        data_dir=tmp_path / "data",
        database_url=database_url,
        rasa_url=engine.rasa_url,
        actions_url=engine.actions_url,
        web_port=port,
        secret_keys=SecretStr(KEY),
        opening=Opening.ALWAYS,
        smtp_port=free_port(),
        imap_port=free_port(),
    )
    settings.data_dir.mkdir()
    # The index is the same for every test, and takes seconds to build.
    knowledge(ROOT / ".data")
    (settings.data_dir / "index").symlink_to(ROOT / ".data" / "index")
    sign_in = load_demonstration(database, settings.data_dir)
    with site(build_web(settings, [demonstration_pages(settings)]), port) as url:
        yield Site(url, sign_in, settings, database)


# Of one module: while it is open, its event loop occupies the thread, and tests of asyncio could not run.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed (`apt-get install chromium` as root)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def customer_browser(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 380, "height": 740})
    yield context
    context.close()


@pytest.fixture
def desk_browser(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context
    context.close()
