"""Whatever a customer fills in, by mail or in the chat, runs nothing at the desk and lets nothing out of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import canned, tickets
from helpdesk.answers import Written
from helpdesk.canned import NewCanned
from helpdesk.lifecycle import Level, Mode, Role
from helpdesk.proposals import propose
from helpdesk.queues import Queue
from helpdesk.staff import add_staff
from helpdesk.tables import Attachment, Callback, ChatMessage, Conversation, Rating, Staff, Ticket, Visit
from okienko.bootstrap import original_html
from tests.conftest import NOON
from tests.integration.web.conftest import PASSWORD, House, clock, house
from tests.post import receive
from tests.servers.ports import free_port
from tests.servers.site import site
from web.desk import routes as desk

__all__ = ["clock", "house"]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What a page runs has nothing to do with the kind of database behind it."""

ELSEWHERE = "http://attacker.example.org/x"
PAYLOADS = (
    "<script>window.attacked=1;alert(1)</script>",
    f'<img src="{ELSEWHERE}.png" onerror="window.attacked=1;alert(1)">',
    '"><svg onload=window.attacked=1;alert(1)>',
    "'-alert(1)-'{{7*7}}${7*7}",
    "javascript:alert(1)",
    "</textarea></pre><iframe srcdoc='<script>top.attacked=1</script>'></iframe>",
)
PAYLOAD = " ".join(PAYLOADS)
PAGE = f"""<html><head><meta http-equiv=refresh content="0;url={ELSEWHERE}"><base href="{ELSEWHERE}">
<style>@import url({ELSEWHERE}.css); body {{ background: url({ELSEWHERE}.gif) }}</style></head>
<body onload="window.attacked=1;alert(1)" background="{ELSEWHERE}.jpg">
<a href="javascript:alert(1)" onclick="alert(1)">klik</a> {PAYLOAD}
<form action="{ELSEWHERE}"><input autofocus onfocus=alert(1)></form>
<object data="{ELSEWHERE}.swf"></object><embed src="{ELSEWHERE}"><link rel=stylesheet href="{ELSEWHERE}.css">
<img src="cid:logo"><video poster="{ELSEWHERE}.png" src="{ELSEWHERE}.mp4"></video><math><mtext><table><mglyph><style>
<!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;"></table></mtext></math>
<svg>
<a xlink:href="javascript:alert(1)"><text>x</text></a><animate onbegin=alert(1) attributeName=x dur=1s></svg>
</body></html>"""


def planted_mail(number: int) -> bytes:
    mail = EmailMessage()
    mail["From"] = f'"{PAYLOADS[0].replace(chr(34), "")}" <anna@example.org>'
    mail["To"] = "cot@zus.pl"
    mail["Subject"] = PAYLOAD
    mail["Message-ID"] = f"<{number}-script@example.org>"
    mail.set_content(f"Dzień dobry, {PAYLOAD}\nIle wynosi zasiłek?\n\n> {PAYLOAD}\n")
    mail.add_alternative(PAGE, subtype="html")
    mail.add_attachment(PAGE.encode(), maintype="image", subtype="png", filename="<img src=x onerror=alert(1)>.png")
    return mail.as_bytes()


@dataclass(frozen=True)
class Planted:
    """A desk full of payloads: its address, the ids that the addresses of its pages name, and who looks at it."""

    house: House
    ids: dict[str, object]
    url: str
    context: BrowserContext

    def page(self) -> "Watched":
        return Watched(self.context.new_page(), self.url)


def plant(house: House) -> dict[str, object]:
    """Plant the payloads in everything that a customer can fill, and return the ids of the records."""
    message = receive(house.database, planted_mail(1))
    receive(house.database, planted_mail(2))
    house.will_say("handover", PAYLOAD, queue="zasilki", article="zasilek-macierzynski")
    customer = house.customer()
    token = customer.post("/api/chat", json={"text": PAYLOAD, "profile": PAYLOAD[:30]}).json()["conversation"]
    customer.post(f"/api/chat/{token}/person")
    with house.database.session() as session:
        boss = add_staff(
            session, login="boss", name=PAYLOAD[:150], password=PASSWORD, queues=[], now=NOON, role=Role.SUPERVISOR
        )
        chat = session.scalars(select(Conversation)).one()
        ticket = session.get_one(Ticket, message.ticket_id)
        assert ticket.customer
        ticket.customer.name = PAYLOAD[:180]
        ticket.level, chat.customer_id, ticket.conversation_id = Level.VERIFIED, ticket.customer_id, chat.id
        asked = {"text": PAYLOAD, "kind": "answer", "article": "zasilek-macierzynski", "alternatives": []}
        ticket.questions = [{**asked, "confidence": 0.9}] * 2
        plant_appointments(session, ticket)
        said = session.scalars(select(ChatMessage)).first()
        assert said
        rating = {"message_id": said.id, "conversation_id": chat.id, "part": said.author, "queue": Queue.BENEFITS}
        session.add(Rating(**rating, article=PAYLOAD[:100], helpful=True, created_at=NOON))
        tickets.add_note(session, ticket, boss, PAYLOAD, now=NOON)
        answer = canned.save(session, NewCanned("xss", PAYLOAD[:110], PAYLOADS[0]), by=boss, now=NOON)
        author = session.scalars(select(Staff).where(Staff.login == "ewa")).one()
        propose(session, ticket, author, Written(PAYLOAD), now=NOON)
        chat.mode, chat.consultant_id = Mode.HUMAN, boss.id
        session.commit()
        file = session.scalars(select(Attachment).where(Attachment.message_id == message.id)).first()
        assert file
        ids = {"ticket_id": ticket.id, "message_id": message.id, "chat_id": chat.id, "answer_id": answer.id}
        return {**ids, "token": file.token, "where": "ticket"}


def plant_appointments(session: Session, ticket: Ticket) -> None:
    around = {"queue": Queue.BENEFITS, "customer_id": ticket.customer_id, "created_at": NOON, "updated_at": NOON}
    soon = NOON + timedelta(hours=1)
    visit = {"number": "EW-000001", "request_key": "v", "office": PAYLOAD[:110], "matter": PAYLOAD, "link": "x"}
    session.add(Visit(**around, **visit, starts_at=soon, postal_code="00-001", phone=PAYLOAD, email=PAYLOAD))
    call = {"number": "OD-000001", "request_key": "c", "phone": PAYLOAD, "matter": PAYLOAD}
    session.add(Callback(**around, **call, starts_at=soon))


@pytest.fixture
def planted(house: House, browser: Browser) -> Iterator[Planted]:
    ids = plant(house)
    object.__setattr__(house.app.state.parts, "original", original_html)
    with site(house.app, free_port()) as url:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        sign_in(context, url)
        yield Planted(house, ids, url, context)
        context.close()


def sign_in(context: BrowserContext, url: str) -> None:
    page = context.new_page()
    page.goto(f"{url}/desk/login")
    page.get_by_label("Login").fill("boss")
    page.get_by_label("Hasło").fill(PASSWORD)
    page.get_by_role("button", name="Zaloguj").click()
    page.wait_for_url(f"{url}/desk")


def pages_of(ids: dict[str, object]) -> list[str]:
    """Return the address of every page of the desk, with the planted records in it."""
    known = [path for path in _paths(desk.router) if all(name in ids for name in _names(path))]
    return sorted({path.format(**ids) for path in known})


def _paths(router: APIRouter, before: str = "") -> Iterator[str]:
    for route in router.routes:
        if isinstance(route, APIRoute):
            if "GET" in route.methods:
                yield before + route.path
        elif included := getattr(route, "original_router", None):
            yield from _paths(included, before + router.prefix)


def _names(path: str) -> list[str]:
    return [part.partition("}")[0] for part in path.split("{")[1:]]


class Watched:
    """A page, with everything written down that an attack would cause."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.seen: list[str] = []
        page.on("dialog", self._dialog)
        page.on("request", lambda request: self._request(request.url))
        page.on("console", lambda said: self._console(said.text))
        page.on("pageerror", lambda problem: self.seen.append(f"error: {problem}"))
        page.add_init_script(
            "document.addEventListener('securitypolicyviolation', "
            "event => console.log(`CSP: ${event.violatedDirective} ${event.blockedURI}`))"
        )

    def open(self, path: str) -> Response:
        answer = self.page.goto(f"{self.url}{path}", wait_until="load")
        assert answer
        return answer

    def _dialog(self, dialog: Dialog) -> None:
        self.seen.append("dialog")
        dialog.dismiss()

    def _request(self, address: str) -> None:
        if not address.startswith((self.url, self.url.replace("http", "ws"), "data:")):
            self.seen.append(f"request: {address}")

    def _console(self, words: str) -> None:
        if "Content Security Policy" in words or words.startswith("CSP:"):
            self.seen.append(words)


def test_no_page_of_the_desk_runs_what_a_customer_wrote(planted: Planted) -> None:
    ticket = f"/desk/tickets/{planted.ids['ticket_id']}"
    searched = f"{ticket}?q=%3Cscript%3Ealert(1)%3C/script%3E&everything=true&told=100"
    # No pages, or pages of administrators, which test_every_page.py visits as one.
    downloads = ("/desk/attachments", "/desk/knowledge/download", "/desk/reports/table.csv")
    left_out = (*downloads, "/desk/login", "/desk/admin", "/desk/factor.svg", "/desk/oidc")
    visited = [path for path in (*pages_of(planted.ids), searched) if not path.startswith(left_out)]

    # Some at once: each page has its time to do harm while the next ones are opened.
    for start in range(0, len(visited), 8):
        opened = [(path, planted.page()) for path in visited[start : start + 8]]
        answers = [watched.open(path) for path, watched in opened]
        for _, watched in opened:
            # What is shown only now may load something now.
            watched.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        for (path, watched), answer in zip(opened, answers, strict=True):
            watched.page.wait_for_load_state("networkidle")
            assert answer.status == 200, path
            assert watched.seen == [], path
            assert not watched.page.evaluate("'attacked' in window"), path
            assert watched.page.locator("iframe, object, embed, [onerror], [onload]").count() == 0, path
            watched.page.close()

    original = f"{ticket}/messages/{planted.ids['message_id']}/original"
    assert {ticket, original, "/desk/proposals", "/desk/canned"} <= set(visited)


def test_original_of_a_mail_shows_its_words_and_can_do_nothing(planted: Planted) -> None:
    watched = planted.page()

    answer = watched.open(f"/desk/tickets/{planted.ids['ticket_id']}/messages/{planted.ids['message_id']}/original")

    assert "sandbox" in answer.headers["content-security-policy"]
    assert "klik" in watched.page.locator("article").inner_text()
    assert watched.page.evaluate("self.origin") == "null"
    assert watched.seen == []


def test_attachment_is_a_download_whatever_it_claims_to_be(planted: Planted) -> None:
    answer = planted.context.request.get(f"{planted.url}/desk/attachments/{planted.ids['token']}")

    assert answer.headers["content-disposition"].startswith('attachment; filename="zalacznik-')
    assert answer.headers["content-disposition"].endswith('.bin"')
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-security-policy"] == "sandbox"
