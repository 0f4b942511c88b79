"""Attacks on the confirmation of an identity, over HTTP and WebSocket, on both databases."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from sqlalchemy import select
from starlette.websockets import WebSocketDisconnect

from helpdesk import conversations, mandates, secrets
from helpdesk.identity import add_account
from helpdesk.lifecycle import Level
from helpdesk.queues import Queue
from helpdesk.tables import Account, AuditEntry, ChatMessage, Conversation, Mandate
from tests.conftest import NOON
from tests.integration.web.conftest import House
from tests.servers.ports import free_port
from tests.servers.site import site

RIGHT = {"pue_id": "demo.anna", "pin": "4821"}
WRONG = {"pue_id": "demo.anna", "pin": "0000"}


@pytest.fixture
def quick_comparisons(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make argon2 cheap: these tests are about how often a PIN is compared, not how hard that is."""
    monkeypatch.setattr(secrets, "_hasher", PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1))
    secrets._nobodys_hash.cache_clear()
    with house.database.session() as session:
        for account in session.scalars(select(Account)):
            account.pin_hash = secrets.hash_secret(RIGHT["pin"])
        session.commit()
    yield
    secrets._nobodys_hash.cache_clear()


def begin(house: House, token: str = "token") -> str:
    with house.database.session() as session:
        conversations.start(session, token, now=NOON)
        session.commit()
    return token


def confirm(client: TestClient, token: str) -> str:
    response = client.post(f"/api/chat/{token}/verify", json=RIGHT)
    assert response.status_code == 200, response.text
    renewed: str = response.json()["conversation"]
    return renewed


def look(client: TestClient, token: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/api/chat/{token}").json()
    return found


def level_stored(house: House) -> set[Level]:
    with house.database.reading() as session:
        return {conversation.level for conversation in session.scalars(select(Conversation))}


def deeds(house: House) -> list[str]:
    with house.database.reading() as session:
        return [entry.action for entry in session.scalars(select(AuditEntry))]


def test_confirmation_renews_the_token_and_the_planted_one_is_worth_nothing(house: House) -> None:
    victim, attacker = house.customer(), house.customer()
    planted = begin(house)

    renewed = confirm(victim, planted)

    assert renewed != planted
    assert look(victim, renewed)["auth_level"] == "verified"
    assert attacker.get(f"/api/chat/{planted}").status_code == 404
    assert attacker.post("/api/chat", json={"conversation": planted, "text": "kto tu?"}).status_code == 404
    assert attacker.post(f"/api/chat/{planted}/act-for", json={"principal": None}).status_code == 404


def test_open_line_with_the_planted_token_is_cut_before_it_shows_the_level(house: House) -> None:
    planted = begin(house)
    # One client for both: hints reach only lines of the same event loop.
    with TestClient(house.app) as client, client.websocket_connect("/api/chat/ws") as line:
        line.send_json({"type": "hello", "conversation": planted, "after": 0})
        assert line.receive_json()["auth_level"] == "anonymous"

        renewed = confirm(client, planted)

        with pytest.raises(WebSocketDisconnect) as cut:
            line.receive_json()
        assert cut.value.code == 4401
        with client.websocket_connect("/api/chat/ws") as again:
            again.send_json({"type": "hello", "conversation": renewed, "after": 0})
            assert again.receive_json()["auth_level"] == "verified"


def test_message_over_a_line_whose_token_was_renewed_is_not_taken_and_the_line_is_cut(house: House) -> None:
    planted = begin(house)
    with house.customer().websocket_connect("/api/chat/ws") as line:
        line.send_json({"type": "hello", "conversation": planted, "after": 0})
        line.receive_json()
        confirm(house.customer(), planted)  # elsewhere, so no hint reaches this line

        line.send_json({"type": "message", "text": "podglądam", "client_id": "m1"})

        assert line.receive_json() == {"type": "typing"}
        with pytest.raises(WebSocketDisconnect):
            line.receive_json()
    with house.database.reading() as session:
        assert "podglądam" not in str([message.text for message in session.scalars(select(ChatMessage))])


def test_reload_keeps_the_level_and_another_browser_does_not_get_it(house: House) -> None:
    house.will_say()
    mine, other = house.customer(), house.customer()
    renewed = confirm(mine, begin(house))

    fresh = other.post("/api/chat", json={"text": "dzień dobry"}).json()

    assert look(house.customer(), renewed)["auth_level"] == "verified"
    assert fresh["auth_level"] == "anonymous"


@pytest.mark.parametrize(
    "forged",
    [
        {"auth_level": "verified"},
        {"level": "representative", "verified_until": "2100-01-01T00:00:00Z"},
        {"customer_id": 1, "acting_for": 1, "principal": 1},
    ],
)
def test_forged_level_in_a_request_is_ignored(house: House, forged: dict[str, object]) -> None:
    house.will_say()
    client, token = house.customer(), begin(house)

    state = client.post("/api/chat", json={"text": "hej", "conversation": token, **forged}).json()
    wrong = client.post(f"/api/chat/{token}/verify", json={**WRONG, **forged})
    reloaded = client.get(f"/api/chat/{token}", params={"auth_level": "verified"}, headers={"X-Auth-Level": "verified"})

    assert state["auth_level"] == "anonymous"
    assert wrong.status_code == 403
    assert reloaded.json()["auth_level"] == "anonymous"
    assert level_stored(house) == {Level.ANONYMOUS}


def test_replayed_confirmation_does_nothing_new(house: House) -> None:
    client, token = house.customer(), begin(house)
    renewed = confirm(client, token)
    before = (deeds(house), look(client, renewed))

    replayed = client.post(f"/api/chat/{token}/verify", json=RIGHT)

    assert replayed.status_code == 404
    assert (deeds(house), look(client, renewed)) == before


def test_two_right_confirmations_at_once_give_one_token(house: House) -> None:
    token = begin(house)
    with site(house.app, free_port()) as url, ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda _: httpx2.post(f"{url}/api/chat/{token}/verify", json=RIGHT, timeout=60), range(8))
        )

    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == 200
    assert set(statuses[1:]) <= {404, 409, 429}


def test_someone_elses_conversation_number_opens_nothing(house: House) -> None:
    confirm(house.customer(), begin(house))
    with house.database.reading() as session:
        number = session.scalars(select(Conversation.id)).one()

    for guess in (str(number), f"conversation:{number}", "token"):
        assert house.customer().get(f"/api/chat/{guess}").status_code == 404


@pytest.mark.timeout(900)  # two hundred requests, on whatever machine
@pytest.mark.usefixtures("quick_comparisons")
def test_two_hundred_wrong_pins_over_many_conversations_compare_five(house: House) -> None:
    tokens = [begin(house, f"token-{number}") for number in range(40)]
    with site(house.app, free_port()) as url, ThreadPoolExecutor(40) as pool, httpx2.Client(timeout=600) as client:

        def try_once(number: int) -> tuple[int, str]:
            typed = {"pue_id": "demo.anna", "pin": f"{number:04}"}
            answer = client.post(f"{url}/api/chat/{tokens[number % 40]}/verify", json=typed)
            return answer.status_code, answer.text

        answers = list(pool.map(try_once, range(200)))
        right = client.post(f"{url}/api/chat/{begin(house, 'fresh')}/verify", json=RIGHT)

    assert len(set(answers)) == 1
    assert answers[0][0] == 403
    assert (right.status_code, right.text) == answers[0]
    assert deeds(house).count("pin compared") == 5
    assert deeds(house).count("verification failed") == 201
    assert level_stored(house) == {Level.ANONYMOUS}


@pytest.mark.timeout(900)  # two hundred requests, on whatever machine
@pytest.mark.usefixtures("quick_comparisons")
def test_two_hundred_wrong_pins_in_one_conversation_are_stopped_after_five(house: House) -> None:
    token = begin(house)
    with site(house.app, free_port()) as url, ThreadPoolExecutor(40) as pool, httpx2.Client(timeout=600) as client:
        address = f"{url}/api/chat/{token}/verify"
        answers = list(pool.map(lambda _: client.post(address, json=WRONG), range(200)))

    statuses = [answer.status_code for answer in answers]
    assert (statuses.count(403), statuses.count(429)) == (5, 195)
    assert {answer.headers.get("Retry-After") for answer in answers if answer.status_code == 429} == {"30"}


def test_unknown_identifier_wrong_pin_and_locked_account_are_answered_alike(house: House) -> None:
    client = house.customer()

    def answer(token: str, typed: dict[str, str]) -> tuple[int, str]:
        response = client.post(f"/api/chat/{begin(house, token)}/verify", json=typed)
        return response.status_code, response.text

    unknown = answer("unknown", {"pue_id": "demo.nikt", "pin": "4821"})
    wrong = [answer(f"wrong-{number}", WRONG) for number in range(5)]
    locked = answer("locked", RIGHT)

    assert {unknown, *wrong, locked} == {unknown}


def test_pin_and_identifier_are_nowhere_in_the_database_after_an_attempt(house: House) -> None:
    client, token = house.customer(), begin(house)
    client.post(f"/api/chat/{token}/verify", json={"pue_id": "planted.identifier", "pin": "planted-pin"})

    with house.database.engine.connect() as connection:
        stored = str([connection.execute(table.select()).all() for table in Conversation.metadata.sorted_tables])
    assert "planted" not in stored


def test_markup_in_a_name_stays_text_for_the_customer_and_at_the_desk(house: House) -> None:
    with house.database.session() as session:
        add_account(session, pue_id="demo.zly", pin="1", name="<script>alert(1)</script>", now=NOON)
        session.commit()
    client, token = house.customer(), begin(house)
    renewed = client.post(f"/api/chat/{token}/verify", json={"pue_id": "demo.zly", "pin": "1"}).json()["conversation"]
    client.post(f"/api/chat/{renewed}/person")
    desk = house.consultant()

    shown = [desk.get(path).text for path in ("/desk", "/desk/chats/1")]

    assert all("&lt;script&gt;alert(1)" in page and "<script>alert(1)" not in page for page in shown)


@pytest.fixture
def adviser(house: House) -> tuple[TestClient, str, int, int]:
    """A confirmed tax adviser's client and token, the principal in the payers' queue, and a stranger's id."""
    with house.database.session() as session:
        adviser = add_account(session, pue_id="demo.doradca", pin="2718", name="Maria", now=NOON).customer
        principal = add_account(session, pue_id="demo.jan", pin="7305", name="Jan", now=NOON).customer
        mandates.register(session, adviser, principal, queues=[Queue.PAYERS], valid_from=NOON.date(), now=NOON)
        session.commit()
        stranger = session.scalars(select(Account.customer_id).where(Account.pue_id == "demo.anna")).one()
        ids = principal.id, stranger
    client, token = house.customer(), begin(house)
    answer = client.post(f"/api/chat/{token}/verify", json={"pue_id": "demo.doradca", "pin": "2718"}).json()
    assert answer["principals"] == [{"id": ids[0], "name": "Jan"}]
    assert answer["acting_for"] is None
    return client, answer["conversation"], *ids


def choose(client: TestClient, token: str, principal: int | None) -> dict[str, Any]:
    found: dict[str, Any] = client.post(f"/api/chat/{token}/act-for", json={"principal": principal}).json()
    return found


def test_representative_acts_for_a_principal_and_for_oneself_again(
    house: House, adviser: tuple[TestClient, str, int, int]
) -> None:
    client, token, principal, _ = adviser

    acting = choose(client, token, principal)
    own = choose(client, token, None)

    assert (acting["auth_level"], acting["acting_for"]) == ("representative", {"id": principal, "name": "Jan"})
    assert any("Jan" in reply["text"] and "Płatnicy" in reply["text"] for reply in acting["replies"])
    assert (own["auth_level"], own["acting_for"]) == ("verified", None)


def test_stranger_cannot_be_acted_for(house: House, adviser: tuple[TestClient, str, int, int]) -> None:
    client, token, _, stranger = adviser

    refused = client.post(f"/api/chat/{token}/act-for", json={"principal": stranger})

    assert refused.status_code == 403
    assert "pełnomocnictwa" in refused.json()["detail"]
    assert look(client, token)["auth_level"] == "verified"


def test_unconfirmed_customer_sees_no_principals_and_acts_for_nobody(
    house: House, adviser: tuple[TestClient, str, int, int]
) -> None:
    client, token, principal, _ = adviser
    choose(client, token, principal)

    house.clock.advance(minutes=16)

    late = look(client, token)
    refused = client.post(f"/api/chat/{token}/act-for", json={"principal": principal})
    assert (late["auth_level"], late["principals"], late["acting_for"]) == ("anonymous", [], None)
    assert refused.status_code == 403


def test_revoked_mandate_is_gone_from_the_open_conversation(
    house: House, adviser: tuple[TestClient, str, int, int]
) -> None:
    client, token, principal, _ = adviser
    choose(client, token, principal)
    with house.database.session() as session:
        mandates.revoke(session, session.scalars(select(Mandate)).one(), now=NOON)
        session.commit()

    state = look(client, token)

    assert (state["auth_level"], state["principals"], state["acting_for"]) == ("verified", [], None)


@pytest.mark.parametrize(("queue", "shown"), [(Queue.PAYERS, True), (Queue.PENSIONS, False)])
def test_desk_shows_the_principal_only_in_the_mandates_queue(
    house: House, adviser: tuple[TestClient, str, int, int], queue: Queue, shown: bool
) -> None:
    client, token, principal, _ = adviser
    choose(client, token, principal)
    with house.database.session() as session:
        conversations.find(session, token).queue = queue
        session.commit()
    client.post(f"/api/chat/{token}/person")

    page = house.consultant().get("/desk/chats/1").text

    assert ("Działa w imieniu osoby" in page) is shown


def test_name_of_who_was_confirmed_leaves_the_desk_when_the_level_falls(house: House) -> None:
    client = house.customer()
    renewed = confirm(client, begin(house))
    client.post(f"/api/chat/{renewed}/person")
    desk = house.consultant()
    before = desk.get("/desk").text

    house.clock.advance(minutes=16)

    after = desk.get("/desk").text
    assert "Anna Przykładowa" in before
    assert "Anna Przykładowa" not in after
    assert "Anna Przykładowa" not in desk.get("/desk/chats/1").text.split("<aside>")[1]
