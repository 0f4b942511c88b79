"""The ticket's page: what is refused and kept, what a mail may say, files, proposals, canned answers, and who looks."""

import re

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from helpdesk import canned
from helpdesk.answers import LARGEST_FILE
from helpdesk.canned import NewCanned
from helpdesk.lifecycle import Level, Role
from helpdesk.queues import Queue
from helpdesk.staff import add_staff
from helpdesk.tables import (
    Attachment,
    AuditEntry,
    CannedAnswer,
    OutboxAttachment,
    OutboxMail,
    ProposedAnswer,
    Staff,
    Ticket,
    TicketMessage,
)
from tests.conftest import NOON
from tests.integration.web.conftest import PASSWORD, House
from tests.integration.web.test_desk import csrf, ticket, waiting_chat
from tests.post import receive

PDF = b"%PDF-1.4\n1 0 obj"
ACCOUNT = "Pana emerytura wynosi 3 412,55 zł."
MAIL = (
    b"From: Anna <anna@example.org>\r\nTo: cot@zus.pl\r\nSubject: Pytanie\r\nMessage-ID: <1@example.org>\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    b"<p onclick=x()>Kiedy <b>wniosek</b>?</p><img src=http://example.org/x.png><script>alert(1)</script>\r\n"
)
SECRET_MAIL = MAIL.replace(b"Kiedy", b"Moj PESEL 44051401359. Kiedy").replace(b"<1@", b"<2@")


def state(page: str) -> dict[str, str]:
    """What the forms of a page say of the state that it shows."""
    names = ("csrf", "revision", "mark")
    return {name: re.findall(rf'name="{name}" value="([^"]*)"', page)[0 if name != "csrf" else -1] for name in names}


def boss(house: House) -> TestClient:
    with house.database.session() as session:
        add_staff(session, login="boss", name="Barbara", password=PASSWORD, queues=[], now=NOON, role=Role.SUPERVISOR)
        session.commit()
    return house.consultant("boss")


def count(house: House, table: type) -> int:
    with house.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def actions(house: House, subject: str) -> list[str]:
    with house.database.reading() as session:
        wanted = select(AuditEntry.action).where(AuditEntry.subject == subject).order_by(AuditEntry.id)
        return list(session.scalars(wanted))


def test_conflicting_answer_is_refused_with_the_words_kept_and_the_change_shown(house: House) -> None:
    number, ewa, marek = ticket(house, Queue.PAYERS), house.consultant(), house.consultant("marek")
    path = f"/desk/tickets/{number}"
    form = state(ewa.get(path).text)
    marek.post(f"{path}/note", data={"csrf": csrf(marek), "text": "Już dzwonię"})

    refused = ewa.post(f"{path}/answer", data={**form, "text": "Moje <b>długie</b> słowa"})
    again = ewa.post(f"{path}/answer", data={**state(refused.text), "text": "Moje słowa"})

    assert refused.status_code == 409
    assert "Moje &lt;b&gt;długie&lt;/b&gt; słowa</textarea>" in refused.text
    assert "dodano notatkę · Marek" in refused.text
    assert again.status_code == 303
    assert count(house, OutboxMail) == 1


@pytest.mark.parametrize("deed", ["take", "solve", "transfer", "note", "merge"])
def test_no_form_of_an_older_state_changes_a_ticket(house: House, deed: str) -> None:
    number, ewa = ticket(house), house.consultant()
    form = state(ewa.get(f"/desk/tickets/{number}").text)
    ewa.post(f"/desk/tickets/{number}/note", data={"csrf": form["csrf"], "text": "Zmiana"})
    before = actions(house, f"ticket:{number}")

    refused = ewa.post(f"/desk/tickets/{number}/{deed}", data={**form, "text": "x", "queue": "platnicy", "number": "1"})

    assert refused.status_code == 409
    assert "Ktoś zmienił to zgłoszenie" in refused.text
    assert actions(house, f"ticket:{number}") == before


def test_answer_that_sounds_like_an_account_is_sent_only_when_confirmed(house: House) -> None:
    number, ewa = ticket(house), house.consultant()
    path = f"/desk/tickets/{number}/answer"

    warned = ewa.post(path, data={"csrf": csrf(ewa), "text": ACCOUNT})
    seal = re.search(r'name="confirmed" value="([0-9a-f]+)"', warned.text)
    assert seal
    other = ewa.post(path, data={"csrf": csrf(ewa), "text": ACCOUNT + " A Pani 2 zł.", "confirmed": seal[1]})
    unsent = count(house, OutboxMail)
    sent = ewa.post(path, data={"csrf": csrf(ewa), "text": ACCOUNT, "confirmed": seal[1]})

    assert (warned.status_code, other.status_code, sent.status_code) == (422, 422, 303)
    assert "3 412,55 zł" in warned.text
    assert unsent == 0
    assert "account warning dismissed" in actions(house, f"ticket:{number}")


def test_identifier_is_never_sent_by_mail(house: House) -> None:
    number, ewa = ticket(house), house.consultant()

    refused = ewa.post(f"/desk/tickets/{number}/answer", data={"csrf": csrf(ewa), "text": "PESEL 44051401359"})

    assert refused.status_code == 422
    assert "numer PESEL" in refused.text
    assert 'name="confirmed"' not in refused.text
    assert count(house, OutboxMail) == 0


def test_verified_answer_waits_in_the_chat_for_the_confirmed_reader(house: House) -> None:
    number, ewa = ticket(house), house.consultant()
    form = {"csrf": csrf(ewa), "text": ACCOUNT, "channel": "verified"}
    nobody = ewa.post(f"/desk/tickets/{number}/answer", data={**form, "reader": "demo.nikt"})
    sent = ewa.post(f"/desk/tickets/{number}/answer", data={**form, "reader": "demo.anna"})
    with house.database.reading() as session:
        mail = session.scalars(select(OutboxMail)).one()
    link = re.search(r"/list/\S+", mail.body)
    assert link
    customer = house.customer()
    opened = customer.post(link[0])
    token = re.search(r'data-conversation="([^"]+)"', opened.text)
    assert token
    before = customer.get(f"/api/chat/{token[1]}").json()
    wrong = customer.post(f"/api/chat/{token[1]}/verify", json={"pue_id": "demo.anna", "pin": "0000"})
    after = customer.post(f"/api/chat/{token[1]}/verify", json={"pue_id": "demo.anna", "pin": "4821"}).json()
    told = customer.get(f"/api/chat/{after['conversation']}").json()

    assert (nobody.status_code, sent.status_code) == (422, 303)
    assert "3 412,55" not in mail.body + mail.html + mail.subject
    assert "3 412,55" not in str(before)
    assert wrong.status_code == 403
    assert any(reply["text"] == ACCOUNT for reply in told["replies"])
    assert told["mode"] == "bot"
    assert customer.post(link[0]).status_code == 410
    assert "przeczytano 20.11.2026" in ewa.get(f"/desk/tickets/{number}").text


def test_verified_answer_is_not_shown_to_another_person_with_the_letter(house: House) -> None:
    number, ewa = ticket(house), house.consultant()
    with house.database.session() as session:
        from helpdesk.identity import add_account

        add_account(session, pue_id="demo.jan", pin="4821", name="Jan", now=NOON)
        session.commit()
    form = {"csrf": csrf(ewa), "text": ACCOUNT, "channel": "verified", "reader": "demo.anna"}
    ewa.post(f"/desk/tickets/{number}/answer", data=form)
    with house.database.reading() as session:
        body = session.scalars(select(OutboxMail.body)).one()
    customer = house.customer()
    opened = customer.post("/list/" + body.split("/list/")[1].split()[0])
    token = re.findall(r'data-conversation="([^"]+)"', opened.text)[0]

    after = customer.post(f"/api/chat/{token}/verify", json={"pue_id": "demo.jan", "pin": "4821"}).json()

    told = str(customer.get(f"/api/chat/{after['conversation']}").json())
    assert "3 412,55" not in told
    assert "przeznaczona dla innej osoby" in told


def test_files_go_with_the_letter_and_others_are_refused(house: House) -> None:
    number, ewa = ticket(house), house.consultant()
    path, form = f"/desk/tickets/{number}/answer", {"csrf": csrf(ewa), "text": "W załączniku."}

    large = ewa.post(path, data=form, files=[("files", ("a.pdf", PDF + bytes(LARGEST_FILE), "application/pdf"))])
    program = ewa.post(path, data=form, files=[("files", ("a.pdf", b"MZ\0\0" + bytes(99), "application/pdf"))])
    sent = ewa.post(path, data=form, files=[("files", ("ulotka.pdf", PDF + bytes(900_000), "application/pdf"))])

    assert (large.status_code, program.status_code, sent.status_code) == (422, 422, 303)
    assert "Nie można wysłać tego pliku: a.pdf" in program.text
    assert count(house, OutboxAttachment) == 1
    assert "ulotka.pdf" in ewa.get(f"/desk/tickets/{number}").text


def test_only_somebody_signed_in_may_send_a_large_request(house: House) -> None:
    large = [("files", ("a.pdf", bytes(900_000), "application/pdf"))]

    stranger = house.customer().post("/desk/tickets/1/answer", data={"text": "x"}, files=large)
    elsewhere = house.consultant().post("/desk/tickets/1/note", data={"text": "x"}, files=large)

    assert (stranger.status_code, elsewhere.status_code) == (413, 413)


def test_attachment_is_found_by_its_random_name_only_and_by_who_may_see_it(house: House) -> None:
    number, ewa, marek = ticket(house), house.consultant(), house.consultant("marek")
    ewa.post(
        f"/desk/tickets/{number}/answer",
        data={"csrf": csrf(ewa), "text": "Proszę."},
        files=[("files", ("ulotka.pdf", PDF, "application/pdf"))],
    )
    with house.database.reading() as session:
        file = session.scalars(select(Attachment)).one()

    got = ewa.get(f"/desk/attachments/{file.token}")

    assert got.content == PDF
    assert re.fullmatch(r'attachment; filename="zalacznik-[\w-]{12}\.pdf"', got.headers["content-disposition"])
    assert "ulotka" not in got.headers["content-disposition"]
    assert ewa.get(f"/desk/attachments/{file.id}").status_code == 404
    assert marek.get(f"/desk/attachments/{file.token}").status_code == 404
    assert actions(house, f"ticket:{number}").count("file downloaded") == 1


def test_draft_is_found_again_and_goes_when_the_answer_is_sent(house: House) -> None:
    number, ewa, other = ticket(house), house.consultant(), boss(house)
    path, form = f"/desk/tickets/{number}", {"csrf": csrf(ewa)}

    quiet = ewa.post(f"{path}/draft", data={**form, "text": "Zaczęte słowa", "quiet": "true"})
    button = ewa.post(f"{path}/draft", data={**form, "text": "Dłuższe zaczęte słowa"})
    own, others = ewa.get(path).text, other.get(path).text
    ewa.post(f"{path}/answer", data={**form, "text": "Gotowe."})

    assert (quiet.status_code, button.status_code) == (204, 303)
    assert ">Dłuższe zaczęte słowa</textarea>" in own
    assert "zaczęte" not in others
    assert "zaczęte" not in ewa.get(path).text


def test_canned_answer_is_inserted_filled_without_a_script(house: House) -> None:
    number, ewa = ticket(house), house.consultant()
    with house.database.session() as session:
        one = canned.save(
            session, NewCanned("stan", "Stan", "Sprawa {numer}, {kolejka}, do {termin}."), by=None, now=NOON
        )
        session.commit()

    ewa.post(f"/desk/tickets/{number}/insert", data={"csrf": csrf(ewa), "text": "Tak.", "what": f"canned:{one.id}"})
    page = ewa.get(f"/desk/tickets/{number}").text
    refused = ewa.post(f"/desk/tickets/{number}/answer", data={"csrf": csrf(ewa), "text": "Do {termin}."})

    assert ">Tak.\n\nSprawa OK-000001, Zasiłki, do {termin}.</textarea>" in page
    assert refused.status_code == 422
    assert "{termin}" in refused.text


def test_two_people_at_a_ticket_are_shown_to_each_other(house: House) -> None:
    number, ewa, other = ticket(house), house.consultant(), boss(house)
    path = f"/desk/tickets/{number}"
    ewa.get(path)

    seen = other.get(path).text
    beat = ewa.post(f"{path}/here", data={"csrf": csrf(ewa), "writing": "true"}).text
    writing = other.post(f"{path}/here", data={"csrf": csrf(other)}).text

    assert "Ewa Konsultantka</strong> ma otwarte" in seen
    assert "Barbara</strong> ma otwarte" in beat
    assert "Ewa Konsultantka</strong> pisze" in writing


def test_answer_of_a_new_consultant_waits_for_a_supervisor(house: House) -> None:
    number, lead = ticket(house), boss(house)
    with house.database.session() as session:
        session.scalars(select(Staff).where(Staff.login == "ewa")).one().needs_approval = True
        session.commit()
    ewa = house.consultant()
    ewa.post(f"/desk/tickets/{number}/answer", data={"csrf": csrf(ewa), "text": "Proszę złożyć wniosek."})
    unsent = count(house, OutboxMail)
    listed = lead.get("/desk/proposals").text
    seen = re.search(r'name="seen" value="(\d+)"', listed)
    assert seen
    form = {"csrf": csrf(lead), "seen": seen[1]}

    wordless = lead.post("/desk/proposals/1/return", data=form)
    lead.post("/desk/proposals/1/return", data={**form, "comment": "Brakuje terminu"})
    returned = ewa.get(f"/desk/tickets/{number}").text
    ewa.post(f"/desk/tickets/{number}/answer", data={"csrf": csrf(ewa), "text": "Proszę złożyć wniosek do piątku."})
    refused = lead.post("/desk/proposals/1/send", data={**form, "text": ACCOUNT})
    sent = lead.post("/desk/proposals/1/send", data={**form, "text": "Proszę złożyć ZAS-53 do piątku."})

    assert unsent == 0
    assert "Do zatwierdzenia (1)" in listed
    assert wordless.status_code == 422
    assert "Brakuje terminu" in returned
    assert (refused.status_code, sent.status_code) == (422, 303)
    with house.database.reading() as session:
        mail = session.scalars(select(OutboxMail)).one()
        assert "ZAS-53 do piątku" in mail.body
        assert "Ewa Konsultantka" in mail.body
    assert ewa.get("/desk/proposals").status_code == 404
    assert "wysłana" in ewa.get("/desk/proposals/mine").text
    assert count(house, ProposedAnswer) == 1


def test_proposal_is_not_sent_by_who_has_not_seen_that_the_ticket_changed(house: House) -> None:
    number, lead = ticket(house), boss(house)
    with house.database.session() as session:
        session.scalars(select(Staff).where(Staff.login == "ewa")).one().needs_approval = True
        session.commit()
    ewa = house.consultant()
    ewa.post(f"/desk/tickets/{number}/answer", data={"csrf": csrf(ewa), "text": "Tak."})
    seen = re.findall(r'name="seen" value="(\d+)"', lead.get("/desk/proposals").text)[0]
    ewa.post(f"/desk/tickets/{number}/note", data={"csrf": csrf(ewa), "text": "Klient dzwonił"})

    refused = lead.post("/desk/proposals/1/send", data={"csrf": csrf(lead), "seen": seen, "text": "Tak."})

    assert refused.status_code == 409
    assert "Zgłoszenie zmieniło się od napisania" in refused.text
    assert count(house, OutboxMail) == 0


def test_canned_answers_are_written_by_who_may_and_an_unknown_placeholder_is_refused(house: House) -> None:
    lead, ewa = boss(house), house.consultant()
    form = {"csrf": csrf(lead), "shortcut": "/stan", "title": "Stan", "active": "true"}

    refused = lead.post("/desk/canned/new", data={**form, "text": "Numer {nummer}"})
    shown = lead.post("/desk/canned/new", data={**form, "text": "Numer {numer}", "preview": "true"})
    none_yet = count(house, CannedAnswer)
    saved = lead.post("/desk/canned/new", data={**form, "text": "Numer {numer}"})
    lead.post("/desk/canned/first-set", data={"csrf": csrf(lead)})

    assert refused.status_code == 422
    assert "Nie ma takiego pola: nummer" in refused.text
    assert "Numer OK-000123" in shown.text
    assert (none_yet, saved.status_code) == (0, 303)
    assert count(house, CannedAnswer) > 20
    assert "/stan" in lead.get("/desk/canned").text
    for path in ("/desk/canned", "/desk/canned/1", "/desk/canned/new"):
        assert ewa.get(path).status_code == 404
    assert ewa.post("/desk/canned/1", data={**form, "csrf": csrf(ewa), "text": "x"}).status_code == 404


def test_original_of_a_mail_is_safe_audited_and_asks_for_a_reason_where_data_is_masked(house: House) -> None:
    open_mail, secret = receive(house.database, MAIL), receive(house.database, SECRET_MAIL)
    ewa, marek = house.consultant(), house.consultant("marek")
    object.__setattr__(house.app.state.parts, "original", lambda raw: f"<p>{len(raw)}</p>")
    first = f"/desk/tickets/{open_mail.ticket_id}/messages/{open_mail.id}"
    second = f"/desk/tickets/{secret.ticket_id}/messages/{secret.id}"

    shown, asked = ewa.get(f"{first}/original"), ewa.get(f"{second}/original")
    vain = ewa.post(f"{second}/original", data={"csrf": csrf(ewa), "reason": "bo"})
    opened = ewa.post(f"{second}/original", data={"csrf": csrf(ewa), "reason": "sprawdzam tabelę klienta"})
    refused = ewa.post(f"{second}/raw", data={"csrf": csrf(ewa)})
    raw = ewa.post(f"{first}/raw", data={"csrf": csrf(ewa)})

    assert "sandbox" in shown.headers["content-security-policy"]
    assert "<p>" in shown.text
    assert "sandbox" not in asked.headers["content-security-policy"]
    assert "44051401359" not in asked.text
    assert (vain.status_code, opened.status_code, refused.status_code) == (422, 200, 422)
    assert raw.content == MAIL
    assert raw.headers["content-disposition"].startswith("attachment")
    assert actions(house, f"ticket:{secret.ticket_id}").count("original shown") == 1
    assert "powód: sprawdzam tabelę klienta" in ewa.get(f"/desk/tickets/{secret.ticket_id}").text
    assert marek.get(f"{first}/original").status_code == 404
    assert ewa.get(f"/desk/tickets/{open_mail.ticket_id}/messages/{secret.id}/original").status_code == 404


def test_reading_a_confirmed_ticket_or_chat_is_audited_once_an_hour(house: House) -> None:
    number, ewa = ticket(house), house.consultant()
    with house.database.session() as session:
        session.get_one(Ticket, number).level = Level.VERIFIED
        session.commit()
    customer, token, chat = waiting_chat(house)
    ewa.get(f"/desk/chats/{chat}")
    unconfirmed = actions(house, f"conversation:{chat}").count("read")
    customer.post(f"/api/chat/{token}/verify", json={"pue_id": "demo.anna", "pin": "4821"})

    for _ in range(2):
        ewa.get(f"/desk/tickets/{number}")
        ewa.get(f"/desk/chats/{chat}")
        ewa.get(f"/desk/story/chats/{chat}")
    house.clock.advance(hours=1)
    ewa.get(f"/desk/tickets/{number}")

    assert unconfirmed == 0
    assert actions(house, f"ticket:{number}").count("read") == 2
    assert actions(house, f"conversation:{chat}").count("read") == 1


def test_past_chat_is_read_only_by_who_works_in_its_queue(house: House) -> None:
    _, _, chat = waiting_chat(house)

    assert "chcę człowieka" in house.consultant().get(f"/desk/story/chats/{chat}").text
    assert house.consultant("marek").get(f"/desk/story/chats/{chat}").status_code == 404


def test_suggestion_tells_how_sure_it_is_and_what_matched(house: House) -> None:
    number, ewa = ticket(house, text="ile wynosi zasiłek macierzyński"), house.consultant()
    with house.database.session() as session:
        found = session.get_one(Ticket, number)
        found.article, found.confidence = "zasilek-macierzynski", 0.87
        session.commit()

    page = ewa.get(f"/desk/tickets/{number}", params={"q": "zasiłek opiekuńczy na dziecko"}).text
    ewa.post(
        f"/desk/tickets/{number}/insert", data={"csrf": csrf(ewa), "text": "", "what": "article:zasilek-macierzynski"}
    )

    assert "pewność 87%" in page
    assert "Podobne pytanie: „" in page
    assert "opiekuńczy" in page
    assert "Stan na:" in ewa.get(f"/desk/tickets/{number}").text.split("</textarea>")[0]


def test_history_says_in_polish_what_each_change_was(house: House) -> None:
    number, ewa = ticket(house), house.consultant()
    ewa.post(f"/desk/tickets/{number}/take", data={"csrf": csrf(ewa)})
    ewa.post(f"/desk/tickets/{number}/transfer", data={"csrf": csrf(ewa), "queue": "platnicy"})

    page = ewa.get(f"/desk/tickets/{number}").text

    assert "zmiana stanu: nowe → otwarte · Ewa Konsultantka" in page
    assert "przekazane do innej kolejki: Zasiłki → Płatnicy składek" in page


def test_message_of_a_ticket_keeps_the_type_that_its_bytes_tell(house: House) -> None:
    multipart = (
        b"From: anna@example.org\r\nTo: cot@zus.pl\r\nSubject: Skan\r\nMessage-ID: <9@example.org>\r\n"
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSkan\r\n'
        b'--b\r\nContent-Type: image/jpeg\r\nContent-Disposition: attachment; filename="skan.jpg"\r\n\r\n'
        b"<html><script>alert(1)</script></html>\r\n--b--\r\n"
    )
    message = receive(house.database, multipart)

    page = house.consultant().get(f"/desk/tickets/{message.ticket_id}").text

    assert "według nadawcy: image/jpeg; według zawartości: text/html" in page
    assert "plik może zawierać skrypt" in page
    with house.database.reading() as session:
        assert session.scalars(select(TicketMessage.id)).all() == [message.id]
