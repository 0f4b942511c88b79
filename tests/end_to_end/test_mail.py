"""A mail delivered to Dovecot becomes a ticket, is acknowledged and answered, and the reply comes back to it."""

import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from email.message import EmailMessage

import httpx2
import pytest
from sqlalchemy import select

from helpdesk.queues import Queue
from helpdesk.tables import Ticket, TicketMessage
from mail_ingest.worker import Worker
from okienko.mail import build_sender, build_worker
from okienko.settings import Settings
from tests.end_to_end.conftest import Site
from tests.servers.dovecot import dovecot
from tests.servers.ports import eventually
from tests.servers.sink import sink
from understanding.service import RasaUnderstander

ANNA = "anna@example.org"


def letter(text: str, subject: str, in_reply_to: str = "") -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Anna Przykładowa <{ANNA}>", "cot@zus.pl", subject
    mail["Message-ID"] = f"<{abs(hash(text))}@example.org>"
    if in_reply_to:
        mail["In-Reply-To"] = in_reply_to
    mail.set_content(text)
    return mail.as_bytes()


@contextmanager
def worker_of(settings: Settings) -> Iterator[Worker]:
    worker = build_worker(settings)
    try:
        yield worker
    finally:
        assert isinstance(worker.processor.understander, RasaUnderstander)
        worker.processor.understander.client.close()
        worker.database.close()


@contextmanager
def mail_roles(settings: Settings) -> Iterator[None]:
    stop = threading.Event()
    with worker_of(settings) as worker:
        sender = build_sender(settings)
        roles = [threading.Thread(target=role.run, args=(stop,)) for role in (worker, sender)]
        for role in roles:
            role.start()
        try:
            yield
        finally:
            stop.set()
            for role in roles:
                role.join(30)
            sender.delivery.database.close()


def signed_in(site: Site) -> tuple[httpx2.Client, str]:
    client = httpx2.Client(base_url=site.url, follow_redirects=True, timeout=30)
    page = client.post("/desk/login", data={"login": site.sign_in.login, "password": site.sign_in.password})
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found
    return client, found[1]


def test_mail_becomes_a_ticket_is_answered_and_its_reply_lands_in_the_same_ticket(running_site: Site) -> None:
    with dovecot() as server, sink() as smtp, ExitStack() as stack:
        mailbox = server.fresh()
        settings = running_site.settings.model_copy(
            update={"imap_url": mailbox.url, "smtp_url": f"smtp://127.0.0.1:{smtp.port}"}
        )
        with mail_roles(settings):
            question = "Dzień dobry,\n\nile wynosi zasiłek macierzyński? Mój PESEL 44051401359.\n\nAnna"
            mailbox.deliver(letter(question, "Pytanie o macierzyński"))
            (acknowledgement,) = eventually(lambda: smtp.to(ANNA))
            with running_site.database.reading() as session:
                (ticket,) = session.scalars(select(Ticket)).all()
                (message,) = session.scalars(select(TicketMessage)).all()

            client, csrf = signed_in(running_site)
            stack.callback(client.close)
            shown = client.get(f"/desk/tickets/{ticket.id}").text
            answer = {"csrf": csrf, "text": "Proszę złożyć wniosek ZAM."}
            client.post(f"/desk/tickets/{ticket.id}/answer", data=answer)
            answered = eventually(lambda: smtp.to(ANNA)[1:])[0]

            reply = letter("Dziękuję, a do kiedy?", "Re: odpowiedź", in_reply_to=str(answered["Message-ID"]))
            mailbox.deliver(reply)
            eventually(lambda: "Dziękuję, a do kiedy?" in client.get(f"/desk/tickets/{ticket.id}").text)

    assert (ticket.queue, ticket.article) == (Queue.BENEFITS, "zasilek-macierzynski")
    assert ticket.number in str(acknowledgement["Subject"])
    assert acknowledgement["Auto-Submitted"] == "auto-replied"
    assert "44051401359" not in message.text + message.quoted + shown
    assert "Zasiłek macierzyński" in shown
    plain = answered.get_body(("plain",))
    assert plain is not None
    assert "wniosek ZAM" in plain.get_content()
    assert answered["Auto-Submitted"] is None
    with running_site.database.reading() as session:
        assert len(session.scalars(select(Ticket)).all()) == 1
    assert len(smtp.to(ANNA)) == 2


@pytest.mark.parametrize("missing", ["From", "Subject", "Date", "body"])
def test_mail_that_lacks_something_still_becomes_a_ticket(running_site: Site, missing: str) -> None:
    mail = EmailMessage()
    if missing != "From":
        mail["From"] = ANNA
    if missing != "Subject":
        mail["Subject"] = "Pytanie"
    if missing != "Date":
        mail["Date"] = "Fri, 20 Nov 2026 12:00:00 +0100"
    mail.set_content("" if missing == "body" else "Jak złożyć wniosek?")
    with dovecot() as server, sink() as smtp:
        mailbox = server.fresh()
        mailbox.deliver(mail.as_bytes())
        settings = running_site.settings.model_copy(
            update={"imap_url": mailbox.url, "smtp_url": f"smtp://127.0.0.1:{smtp.port}"}
        )

        with worker_of(settings) as worker:
            worker.drain()
        sender = build_sender(settings)
        sender.send_due()
        sender.delivery.database.close()

    with running_site.database.reading() as session:
        (ticket,) = session.scalars(select(Ticket)).all()
    assert ticket.address == ("" if missing == "From" else ANNA)
    assert len(smtp.mails) == (0 if missing == "From" else 1)
