"""Signing in at the operator's OIDC provider: against a real one in a process of its own, and against lying ones."""

import json
import re
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import select

from helpdesk import conversations
from helpdesk.lifecycle import Level
from helpdesk.tables import Account, Conversation, OidcLogin
from tests.conftest import NOON
from tests.integration.web.conftest import House
from tests.servers.oidc import provider as provider_process
from tests.servers.ports import free_port
from tests.servers.site import site
from web.app import build_app
from web.oidc import Provider, Registration
from web.parts import Parts

CALLBACK = "http://testserver/oidc/callback"
ANNA = "subject-of-anna"


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    with provider_process() as url:
        claims = {"pue_id": "Demo.Anna"}
        httpx2.put(f"{url}/users/{ANNA}", json=claims, trust_env=False).raise_for_status()
        yield url


def registered(issuer: str) -> Provider:
    return Provider(Registration(issuer, "okienko", "secret-of-okienko", "openid", "pue_id", CALLBACK))


def with_provider(house: House, issuer: str) -> House:
    parts: Parts = house.app.state.parts
    gateway = replace(parts.gateway, oidc_label="login.example")
    return replace(house, app=build_app(replace(parts, gateway=gateway, provider=registered(issuer))))


@dataclass
class Visit:
    """A customer with a chat, and the browser tab in which the provider is visited."""

    house: House
    token: str = "token"
    ticket: str = ""
    code: str = ""
    tab: TestClient = field(init=False)

    def __post_init__(self) -> None:
        self.tab = TestClient(self.house.app, follow_redirects=False)
        with self.house.database.session() as session:
            conversations.start(session, self.token, now=NOON)
            session.commit()

    def begin(self) -> "Visit":
        begun = self.house.customer().post(f"/api/chat/{self.token}/oidc").json()
        self.token, self.ticket = begun["conversation"], parse_qs(urlsplit(begun["url"]).query)["ticket"][0]
        (self.code,) = re.findall(r"kod: (\d{4})", self.look()["replies"][-1]["text"])
        return self

    def look(self) -> dict[str, Any]:
        found: dict[str, Any] = self.house.customer().get(f"/api/chat/{self.token}").json()
        return found

    def leave(self, code: str | None = None, tab: TestClient | None = None) -> Any:
        typed = {"ticket": self.ticket, "code": self.code if code is None else code}
        return (tab or self.tab).post("/oidc/start", data=typed)

    def signed_in(self, subject: str = ANNA, change: Callable[[str], str] = lambda url: url) -> str:
        """Sign in at the provider; returns the path with which it sends the browser back."""
        left = self.leave()
        assert left.status_code == 303, left.text
        answer = httpx2.post(change(left.headers["location"]), data={"sub": subject}, trust_env=False)
        back = answer.headers["location"]
        assert back.startswith(CALLBACK)
        return str(back.removeprefix("http://testserver"))

    def levels(self) -> set[Level]:
        with self.house.database.reading() as session:
            return {conversation.level for conversation in session.scalars(select(Conversation))}


@pytest.fixture
def visit(house: House, issuer: str) -> Visit:
    return Visit(with_provider(house, issuer))


def changed(url: str, **values: str) -> str:
    place = urlsplit(url)
    query = {name: given[0] for name, given in parse_qs(place.query).items()} | values
    return place._replace(query=urlencode(query)).geturl()


def test_sign_in_raises_the_level_of_the_chat_that_began_it(visit: Visit) -> None:
    page = visit.begin().tab.get(visit.signed_in())

    assert page.status_code == 200
    assert "Tożsamość potwierdzona" in page.text
    state = visit.look()
    assert (state["auth_level"], state["oidc"]) == ("verified", "login.example")
    assert any("Anna Przykładowa" in reply["text"] for reply in state["replies"])


def test_token_of_before_the_sign_in_is_worth_nothing(visit: Visit) -> None:
    planted = visit.token

    visit.begin().tab.get(visit.signed_in())

    assert visit.house.customer().get(f"/api/chat/{planted}").status_code == 404


def test_subject_is_kept_and_finds_the_account_the_next_time(visit: Visit) -> None:
    visit.begin().tab.get(visit.signed_in())
    with visit.house.database.session() as session:
        account = session.scalars(select(Account)).one()
        assert account.oidc_subject == ANNA
        account.pue_id = "demo.renamed"
        session.commit()

    again = Visit(visit.house, "another").begin()
    page = again.tab.get(again.signed_in())

    assert page.status_code == 200
    assert again.look()["auth_level"] == "verified"


def test_identifier_that_belongs_to_another_subject_is_refused(visit: Visit) -> None:
    with visit.house.database.session() as session:
        session.scalars(select(Account)).one().oidc_subject = "somebody-else"
        session.commit()

    page = visit.begin().tab.get(visit.signed_in())

    assert page.status_code == 403
    assert visit.levels() == {Level.ANONYMOUS}


def test_subject_without_an_account_gets_a_kind_page_and_no_level(visit: Visit) -> None:
    page = visit.begin().tab.get(visit.signed_in("a-stranger"))

    assert page.status_code == 403
    assert "nie ma konta" in page.text
    assert visit.levels() == {Level.ANONYMOUS}


def test_way_to_the_provider_holds_state_nonce_and_pkce(visit: Visit) -> None:
    query = parse_qs(urlsplit(visit.begin().leave().headers["location"]).query)

    assert query["response_type"] == ["code"]
    assert query["code_challenge_method"] == ["S256"]
    assert query["redirect_uri"] == [CALLBACK]
    assert len(query["state"][0]) > 40
    assert len(query["nonce"][0]) > 40
    assert len(query["code_challenge"][0]) == 43


def test_cookie_of_the_sign_in_is_out_of_reach_for_scripts_and_short_lived(visit: Visit) -> None:
    cookie = visit.begin().leave().headers["set-cookie"]

    assert all(wanted in cookie for wanted in ("HttpOnly", "SameSite=lax", "Path=/oidc", "Max-Age=600"))


def test_wrong_state_is_refused(visit: Visit) -> None:
    back = visit.begin().signed_in()

    page = visit.tab.get(changed(back, state="made-up"))

    assert page.status_code == 404
    assert visit.levels() == {Level.ANONYMOUS}


def test_replayed_callback_is_refused_and_says_nothing_twice(visit: Visit) -> None:
    back = visit.begin().signed_in()
    visit.tab.get(back)
    before = visit.look()

    page = visit.tab.get(back)

    assert page.status_code == 404
    assert visit.look() == before


def test_answer_in_another_browser_is_refused_and_leaves_the_sign_in_to_its_owner(visit: Visit) -> None:
    back = visit.begin().signed_in()
    thief = TestClient(visit.house.app)

    assert thief.get(back).status_code == 404
    assert visit.levels() == {Level.ANONYMOUS}
    assert visit.tab.get(back).status_code == 200


def test_answer_with_the_cookie_of_another_sign_in_is_refused(visit: Visit) -> None:
    back = visit.begin().signed_in()
    other = Visit(visit.house, "another").begin()
    other.leave()

    page = other.tab.get(back)

    assert page.status_code == 404
    assert visit.levels() == {Level.ANONYMOUS}


def test_wrong_nonce_is_refused(visit: Visit) -> None:
    page = visit.begin().tab.get(visit.signed_in(change=lambda url: changed(url, nonce="of-another-sign-in")))

    assert page.status_code == 403
    assert visit.levels() == {Level.ANONYMOUS}


def test_answer_that_names_another_issuer_is_refused(visit: Visit) -> None:
    back = visit.begin().signed_in()

    page = visit.tab.get(changed(back, iss="https://another.example"))

    assert page.status_code == 403
    assert visit.levels() == {Level.ANONYMOUS}


def test_cancelled_sign_in_gets_a_kind_page(visit: Visit) -> None:
    back = visit.begin().signed_in()
    state = parse_qs(urlsplit(back).query)["state"][0]

    page = visit.tab.get("/oidc/callback", params={"error": "access_denied", "state": state})

    assert page.status_code == 403
    assert "przerwane" in page.text


def test_late_answer_is_refused(visit: Visit) -> None:
    back = visit.begin().signed_in()
    visit.house.clock.advance(minutes=11)

    assert visit.tab.get(back).status_code == 404


def test_link_sent_to_a_victim_is_of_no_use_without_the_code_of_the_chat(visit: Visit) -> None:
    victim = TestClient(visit.house.app, follow_redirects=False)
    visit.begin()
    page = victim.get("/oidc/start", params={"ticket": visit.ticket})
    wrong = f"{(int(visit.code) + 1) % 10_000:04}"

    answers = [visit.leave(wrong, victim).status_code for _ in range(3)]

    assert "bez rozmowy na czacie" in page.text
    assert answers == [403, 403, 403]
    assert visit.leave().status_code == 404


def test_ticket_leads_to_the_provider_once(visit: Visit) -> None:
    visit.begin().leave()

    assert visit.leave().status_code == 404


def test_sign_in_begun_anew_voids_the_one_before(visit: Visit) -> None:
    old = visit.begin().ticket
    visit.begin()

    page = visit.tab.post("/oidc/start", data={"ticket": old, "code": visit.code})

    assert page.status_code == 404


def test_page_of_the_code_lets_nothing_of_its_address_out(visit: Visit, issuer: str) -> None:
    page = visit.begin().tab.get("/oidc/start", params={"ticket": visit.ticket})

    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert f"form-action 'self' {issuer}" in page.headers["Content-Security-Policy"]


def test_secrets_of_a_sign_in_are_not_in_clear_in_the_database(visit: Visit) -> None:
    query = parse_qs(urlsplit(visit.begin().leave().headers["location"]).query)

    with visit.house.database.engine.connect() as connection:
        stored = str(connection.exec_driver_sql("SELECT * FROM oidc_login").all())
    assert query["nonce"][0] not in stored
    assert query["state"][0] not in stored
    assert visit.ticket not in stored


def test_provider_that_is_down_gets_a_kind_page_and_the_ticket_stays_good(house: House) -> None:
    visit = Visit(with_provider(house, f"http://127.0.0.1:{free_port()}")).begin()

    page = visit.leave()

    assert page.status_code == 503
    assert "PIN" in page.text
    with house.database.reading() as session:
        login = session.scalars(select(OidcLogin)).one()
        assert (login.state_hash, login.tries) == (None, 0)


def test_without_a_provider_there_is_no_button_and_no_way(house: House) -> None:
    visit = Visit(house)

    answer = house.customer().post(f"/api/chat/{visit.token}/oidc")

    assert answer.status_code == 403
    assert visit.look()["oidc"] is None
    assert house.customer().get("/oidc/start").status_code == 404


KEY = RSAKey.generate_key(2048, parameters={"kid": "one"})
STRANGERS_KEY = RSAKey.generate_key(2048, parameters={"kid": "one"})


def lying(port: int, make: Callable[[Mapping[str, Any]], str], *, issuer: str | None = None) -> FastAPI:
    """A provider whose token is whatever `make` makes of honest claims."""
    app, own = FastAPI(), f"http://127.0.0.1:{port}"

    @app.get("/.well-known/openid-configuration")
    def about() -> dict[str, str]:
        ends = {name: f"{own}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
        return {"issuer": issuer or own, **ends}

    @app.get("/jwks_uri")
    def keys() -> dict[str, Any]:
        return {"keys": [KEY.as_dict(private=False), {"kty": "oct", "k": "c2VjcmV0LW9mLW9raWVua28", "kid": "two"}]}

    @app.post("/token_endpoint")
    def token() -> dict[str, Any]:
        now = int(time.time())
        honest = {"iss": own, "aud": "okienko", "sub": ANNA, "pue_id": "demo.anna", "iat": now, "exp": now + 60}
        return {"access_token": "x", "token_type": "Bearer", "id_token": make(honest | {"nonce": app.state.nonce})}

    return app


def signed(key: RSAKey | OctKey = KEY, alg: str = "RS256", **values: object) -> Callable[[Mapping[str, Any]], str]:
    def make(honest: Mapping[str, Any]) -> str:
        claims = {name: value for name, value in {**honest, **values}.items() if value is not None}
        return jwt.encode({"alg": alg, "kid": "one"}, claims, key, algorithms=[alg])

    return make


def unsigned(honest: Mapping[str, Any]) -> str:
    def part(value: Mapping[str, Any]) -> str:
        return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none'})}.{part(honest)}."


def outcome(house: House, make: Callable[[Mapping[str, Any]], str], *, issuer: str | None = None) -> int:
    port = free_port()
    app = lying(port, make, issuer=issuer)
    with site(app, port) as url:
        visit = Visit(with_provider(house, url)).begin()
        left = visit.leave()
        if left.status_code != 303:
            return int(left.status_code)
        query = parse_qs(urlsplit(left.headers["location"]).query)
        app.state.nonce = query["nonce"][0]
        page = visit.tab.get("/oidc/callback", params={"code": "any", "state": query["state"][0]})
    assert (visit.levels() == {Level.VERIFIED}) is (page.status_code == 200)
    return int(page.status_code)


def test_honest_token_is_believed(house: House) -> None:
    assert outcome(house, signed()) == 200


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(signed(STRANGERS_KEY), id="another-key"),
        pytest.param(signed(OctKey.import_key("secret-of-okienko-secret-of-okienko"), "HS256"), id="shared-secret"),
        pytest.param(unsigned, id="unsigned"),
        pytest.param(signed(aud="another-client"), id="for-another-client"),
        pytest.param(signed(aud=["okienko", "another-client"], azp="another-client"), id="used-by-another-client"),
        pytest.param(signed(iss="https://another.example"), id="of-another-issuer"),
        pytest.param(signed(nonce="another"), id="of-another-sign-in"),
        pytest.param(signed(nonce=None), id="without-nonce"),
        pytest.param(signed(exp=int(time.time()) - 3600), id="expired"),
        pytest.param(signed(exp=None), id="without-end"),
        pytest.param(signed(sub=None), id="without-subject"),
        pytest.param(lambda honest: "not.a.token", id="no-token"),
    ],
)
def test_token_that_proves_nothing_is_refused(house: House, make: Callable[[Mapping[str, Any]], str]) -> None:
    assert outcome(house, make) == 403


def test_papers_of_another_issuer_are_not_taken(house: House) -> None:
    assert outcome(house, signed(), issuer="https://another.example") == 503
