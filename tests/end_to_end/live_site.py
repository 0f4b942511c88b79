"""A site with a bot of one answer, for tests of people who talk: no Rasa, real database, push and rounds."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from playwright.sync_api import BrowserContext, Page
from pydantic import SecretStr
from sqlalchemy import select

from helpdesk.database import Database
from helpdesk.lifecycle import Presence
from helpdesk.tables import Staff
from okienko.bootstrap import build_web
from okienko.demonstration.data import load_demonstration
from okienko.demonstration.pages import demonstration_pages
from okienko.places import ROOT
from okienko.settings import Opening, Settings
from tests.conftest import KEY, SEALER
from tests.servers.ports import free_port
from tests.servers.site import site

ANSWER = "Proszę wybrać, jak połączyć z konsultantem."


def bot_of_one_answer(queue: str) -> APIRouter:
    """Rasa's channel, which offers a person whatever is said."""
    router = APIRouter()

    @router.post("/webhooks/rest/webhook")
    def answer() -> Sequence[dict[str, Any]]:
        hint = {"kind": "handover", "person": True, "queue": queue, "individual": True}
        return [{"text": ANSWER}, {"custom": hint}]

    return router


@dataclass(frozen=True)
class LiveSite:
    """A running site."""

    url: str
    password: str
    database: Database

    def make_available(self, *logins: str) -> None:
        """Let these consultants take offered chats."""
        with self.database.session() as session:
            for one in session.scalars(select(Staff).where(Staff.login.in_(logins))):
                one.presence = Presence.AVAILABLE
            session.commit()

    def desk(self, context: BrowserContext, login: str, path: str = "/desk") -> Page:
        """A page of the desk, signed in."""
        page = context.new_page()
        page.goto(f"{self.url}/desk")
        page.get_by_label("Login").fill(login)
        page.get_by_label("Hasło").fill(self.password)
        page.get_by_role("button", name="Zaloguj").click()
        page.wait_for_url(f"{self.url}/desk")
        page.goto(f"{self.url}{path}")
        return page

    def customer(self, context: BrowserContext) -> Page:
        """A customer who waits for a person."""
        page = context.new_page()
        page.goto(self.url)
        page.get_by_role("button", name="asystent").first.click()
        box = page.get_by_role("textbox").first
        box.fill("Mam pytanie o składki")
        box.press("Enter")
        page.get_by_role("log").get_by_role("button", name="Połącz bez potwierdzania").click()
        return page


@contextmanager
def live_site(database_url: str, folder: Path, queue: str = "platnicy") -> Iterator[LiveSite]:
    """Serve a site over a migrated database; waiting chats go to one queue."""
    port = free_port()
    settings = Settings(
        data_dir=folder,
        database_url=database_url,
        rasa_url=f"http://127.0.0.1:{port}",
        web_port=port,
        secret_keys=SecretStr(KEY),
        opening=Opening.ALWAYS,
        smtp_port=free_port(),
        imap_port=free_port(),
    )
    folder.mkdir(exist_ok=True)
    if not (folder / "index").exists():
        (folder / "index").symlink_to(ROOT / ".data" / "index")
    database = Database(database_url, SEALER)
    sign_in = load_demonstration(database, folder)
    app = build_web(settings, [demonstration_pages(settings), bot_of_one_answer(queue)])
    with site(app, port) as url:
        yield LiveSite(url, sign_in.password, database)
    database.close()
