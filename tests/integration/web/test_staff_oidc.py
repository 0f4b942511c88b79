"""The staff's sign-in at the operator's provider: a real one in a process of its own."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pyotp
import pytest
from sqlalchemy import select

from helpdesk.tables import AuditEntry, Staff, StaffOidcLogin
from tests.conftest import NOON
from tests.integration.web.conftest import PASSWORD, House
from tests.integration.web.desk_forms import Browser
from tests.servers.oidc import provider as provider_process
from tests.servers.ports import free_port
from web.app import build_app
from web.oidc import Provider, Registration
from web.parts import StaffProvider

CALLBACK = "http://testserver/desk/oidc/callback"
EWA = "subject-of-ewa"


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    with provider_process() as url:
        httpx2.put(f"{url}/users/{EWA}", json={"login": "Ewa"}, trust_env=False).raise_for_status()
        httpx2.put(f"{url}/users/another", json={"login": "ewa"}, trust_env=False).raise_for_status()
        yield url


def with_provider(house: House, issuer: str, *, claim: str = "login", trusted: bool = False) -> House:
    known = Registration(issuer, "okienko", "secret-of-okienko", "openid", claim, CALLBACK)
    there = StaffProvider(Provider(known), "login.example", trusted)
    return replace(house, app=build_app(replace(house.app.state.parts, staff_provider=there)))


def changed(url: str, **values: str) -> str:
    place = urlsplit(url)
    query = {name: given[0] for name, given in parse_qs(place.query).items()} | values
    return place._replace(query=urlencode(query)).geturl()


def came_back(browser: Browser, subject: str = EWA, **values: str) -> str:
    """Sign in at the provider; returns the path with which it sends the browser back."""
    left = browser.get("/desk/oidc/start")
    assert left.status_code == 303, left.text
    answer = httpx2.post(changed(left.headers["location"], **values), data={"sub": subject}, trust_env=False)
    return str(answer.headers["location"].removeprefix("http://testserver"))


def link(house: House, subject: str | None = EWA, **values: object) -> None:
    with house.database.session() as session:
        staff = session.scalars(select(Staff).where(Staff.login == "ewa")).one()
        staff.oidc_subject = subject
        for name, value in values.items():
            setattr(staff, name, value)
        session.commit()


def test_login_that_the_provider_names_is_linked_the_first_time(house: House, issuer: str) -> None:
    browser = Browser(with_provider(house, issuer))
    assert "login.example" in browser.get("/desk/login").text

    done = browser.get(came_back(browser))

    assert (done.status_code, done.headers["location"]) == (303, "/desk")
    assert browser.get("/desk/me").status_code == 200
    with house.database.reading() as session:
        assert session.scalar(select(Staff.oidc_subject).where(Staff.login == "ewa")) == EWA
        assert "oidc subject kept" in session.scalars(select(AuditEntry.action)).all()


def test_login_of_somebody_linked_with_another_subject_is_refused(house: House, issuer: str) -> None:
    link(house)
    browser = Browser(with_provider(house, issuer))

    page = browser.get(came_back(browser, "another"))

    assert page.status_code == 403
    assert browser.get("/desk").headers["location"] == "/desk/login"


def test_without_a_claim_only_linked_people_get_in(house: House, issuer: str) -> None:
    browser = Browser(with_provider(house, issuer, claim=""))
    refused = browser.get(came_back(browser))
    link(house)
    let_in = browser.get(came_back(browser))

    assert (refused.status_code, let_in.status_code) == (403, 303)
    assert "administrator" in refused.text


def test_inactive_person_is_refused_and_nobody_is_linked_in_their_place(house: House, issuer: str) -> None:
    link(house, active=False)
    browser = Browser(with_provider(house, issuer))

    assert browser.get(came_back(browser)).status_code == 403


@pytest.mark.parametrize(("trusted", "where"), [(False, "/desk/login/code"), (True, "/desk")])
def test_own_second_factor_is_asked_for_unless_the_provider_is_trusted_with_it(
    house: House, issuer: str, trusted: bool, where: str
) -> None:
    link(house, totp_secret=pyotp.random_base32(), totp_confirmed_at=NOON)
    browser = Browser(with_provider(house, issuer, trusted=trusted))

    assert browser.get(came_back(browser)).headers["location"] == where


def test_way_to_the_provider_holds_state_nonce_and_pkce(house: House, issuer: str) -> None:
    left = Browser(with_provider(house, issuer)).get("/desk/oidc/start")
    query = parse_qs(urlsplit(left.headers["location"]).query)

    assert (query["response_type"], query["code_challenge_method"]) == (["code"], ["S256"])
    assert query["redirect_uri"] == [CALLBACK]
    assert min(len(query[name][0]) for name in ("state", "nonce", "code_challenge")) > 40
    cookie = left.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=lax", "Path=/desk/oidc", "Max-Age=600"))


def test_answer_counts_once(house: House, issuer: str) -> None:
    browser = Browser(with_provider(house, issuer))
    back = came_back(browser)
    browser.get(back)

    assert browser.get(back).status_code == 404


def test_answer_in_another_browser_is_refused_and_stays_good_for_its_owner(house: House, issuer: str) -> None:
    house = with_provider(house, issuer)
    browser, thief = Browser(house), Browser(house)
    back = came_back(browser)
    came_back(thief)

    assert thief.get(back).status_code == 404
    assert browser.get(back).status_code == 303


@pytest.mark.parametrize("values", [{"state": "made-up"}, {"iss": "https://another.example"}, {"code": ""}])
def test_answer_that_was_changed_is_refused(house: House, issuer: str, values: dict[str, str]) -> None:
    browser = Browser(with_provider(house, issuer))

    page = browser.get(changed(came_back(browser), **values))

    assert page.status_code in {403, 404}
    assert browser.get("/desk").headers["location"] == "/desk/login"


def test_token_of_another_sign_in_is_refused(house: House, issuer: str) -> None:
    browser = Browser(with_provider(house, issuer))

    assert browser.get(came_back(browser, nonce="of-another-sign-in")).status_code == 403


def test_late_answer_is_refused_and_cleared_away(house: House, issuer: str) -> None:
    browser = Browser(with_provider(house, issuer))
    back = came_back(browser)
    house.clock.advance(minutes=11)

    assert browser.get(back).status_code == 404
    browser.get("/desk/oidc/start")
    with house.database.reading() as session:
        assert len(session.scalars(select(StaffOidcLogin)).all()) == 1


def test_provider_that_is_down_gets_a_kind_page_and_the_password_still_works(house: House) -> None:
    browser = Browser(with_provider(house, f"http://127.0.0.1:{free_port()}"))

    assert browser.get("/desk/oidc/start").status_code == 503
    assert browser.get("/desk/login").status_code == 200
    assert browser.sign_in("ewa", PASSWORD).status_code == 303


def test_without_a_provider_there_is_no_button_and_no_way(house: House) -> None:
    browser = Browser(house)

    assert "/desk/oidc" not in browser.get("/desk/login").text
    assert [browser.get(f"/desk/oidc/{end}").status_code for end in ("start", "callback")] == [404, 404]


def test_secrets_of_a_sign_in_are_not_in_clear_in_the_database(house: House, issuer: str) -> None:
    left = Browser(with_provider(house, issuer)).get("/desk/oidc/start")
    query = parse_qs(urlsplit(left.headers["location"]).query)

    with house.database.engine.connect() as connection:
        stored = str(connection.exec_driver_sql("SELECT * FROM staff_oidc_login").all())
    assert query["nonce"][0] not in stored
    assert query["state"][0] not in stored
