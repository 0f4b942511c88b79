"""The pages of the demonstration: a customer's page with the widget, mailbox and telephone, and the end of links."""

import smtplib
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Annotated
from urllib.parse import quote, urlsplit

import yaml
from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates

from okienko.mail import FOLDER, embedded_sms
from okienko.places import DEMONSTRATION
from okienko.post_office import customer_mails
from okienko.settings import Settings
from web.pages import moment

STATIC = "/demonstration/static"
MOST = 10


def demonstration_pages(settings: Settings) -> APIRouter:
    """Return the routes of the demonstration."""
    router = APIRouter(include_in_schema=False)
    templates = Jinja2Templates(DEMONSTRATION / "templates")
    templates.env.filters["moment"] = moment
    accounts = yaml.safe_load((DEMONSTRATION / "accounts.yaml").read_text(encoding="utf-8"))
    around = {"static": STATIC, "accounts": accounts, "desk_url": "/desk", "mailbox_url": "/poczta"}
    router.mount(STATIC, StaticFiles(directory=DEMONSTRATION / "static"))

    @router.get("/")
    def customer(request: Request) -> HTMLResponse:
        return templates.TemplateResponse(request, "customer.html", around)

    @router.get("/druga-strona")
    def second(request: Request) -> HTMLResponse:
        return templates.TemplateResponse(request, "second.html", around)

    @router.get("/e-wizyta/{secret}")
    def visit(request: Request, secret: str) -> HTMLResponse:
        return templates.TemplateResponse(request, "visit.html", around)

    @router.get("/poczta")
    def mailbox(
        request: Request,
        address: Annotated[str, Query(max_length=200)] = "anna@example.com",
        reply: Annotated[str, Query(max_length=300)] = "",
        problem: Annotated[str, Query(max_length=20)] = "",
    ) -> HTMLResponse:
        mails = list(customer_mails(settings.data_dir / FOLDER, address))[-MOST:][::-1]
        answered = next((mail for mail in mails if mail.message_id == reply), None)
        texts = [] if settings.sms_url else list(embedded_sms(settings).kept())[-MOST:][::-1]
        shown = {"address": address, "mails": mails, "answered": answered, "problem": problem, "texts": texts}
        return templates.TemplateResponse(
            request, "mailbox.html", {**around, **shown, "office": settings.office_address}
        )

    @router.post("/poczta")
    def send(
        address: Annotated[str, Form(max_length=200)],
        subject: Annotated[str, Form(max_length=300)] = "",
        body: Annotated[str, Form(max_length=20_000)] = "",
        in_reply_to: Annotated[str, Form(max_length=300)] = "",
    ) -> Response:
        problem = ""
        try:
            _send(settings, address, subject, body, in_reply_to)
        except (OSError, smtplib.SMTPException, ValueError):
            problem = "send"
        return RedirectResponse(f"/poczta?address={quote(address)}&problem={problem}&sent=1", status_code=303)

    return router


def _send(settings: Settings, address: str, subject: str, body: str, in_reply_to: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"] = address, settings.office_address
    mail["Subject"] = " ".join(subject.split())
    mail["Date"], mail["Message-ID"] = formatdate(localtime=True), make_msgid(domain="example.com")
    if in_reply_to:
        mail["In-Reply-To"] = mail["References"] = " ".join(in_reply_to.split())
    mail.set_content(body)
    place = urlsplit(settings.relay)
    with smtplib.SMTP(place.hostname or "127.0.0.1", place.port or 25, timeout=10) as smtp:
        smtp.send_message(mail)
