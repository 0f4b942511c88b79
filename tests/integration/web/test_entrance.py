"""The way into the desk: password, code, own password, second factor; and that nothing opens before the last step."""

import re
from dataclasses import replace

import pyotp
import pytest
from sqlalchemy import select
from starlette.websockets import WebSocketDisconnect

from helpdesk.lifecycle import Presence, Role
from helpdesk.queues import Queue
from helpdesk.staff import add_staff
from helpdesk.tables import HouseSetting, Staff, StaffSession
from tests.conftest import NOON
from tests.integration.web.conftest import PASSWORD, House
from tests.integration.web.desk_forms import Browser
from web.app import build_app
from web.rates import Limits, Rates

NEW = "cztery okna na poddaszu"


@pytest.fixture
def ewa(house: House) -> Browser:
    browser = Browser(house)
    assert browser.sign_in("ewa", PASSWORD).headers["location"] == "/desk"
    return browser


def staff(house: House, login: str = "ewa") -> Staff:
    with house.database.reading() as session:
        return session.scalars(select(Staff).where(Staff.login == login)).one()


def mandatory(house: House) -> None:
    with house.database.session() as session:
        session.add(HouseSetting(name="second_factor", value=True, changed_at=NOON))
        session.commit()


def app_of(house: House) -> pyotp.TOTP:
    return pyotp.TOTP(staff(house).totp_secret or "")


def switch_factor_on(browser: Browser) -> list[str]:
    house = browser.house
    assert browser.send("/desk/me/factor", password=PASSWORD).headers["location"] == "/desk/me/factor"
    page = browser.send("/desk/me/factor/confirm", "/desk/me/factor", code=app_of(house).at(house.clock()))
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    return re.findall(r"<li><code>([a-z0-9-]{19})</code></li>", page.text)


def test_cookie_is_out_of_reach_for_scripts_and_other_sites(house: House) -> None:
    cookie = Browser(house).sign_in("ewa", PASSWORD).headers["set-cookie"]

    assert all(part in cookie for part in ("HttpOnly", "SameSite=lax", "Path=/desk", "Max-Age=43200"))
    assert "Secure" not in cookie


def test_cookie_travels_over_https_only_behind_https(house: House) -> None:
    house = replace(house, app=build_app(replace(house.app.state.parts, secure_cookies=True)))

    assert "Secure" in Browser(house).sign_in("ewa", PASSWORD).headers["set-cookie"]


def test_second_factor_is_set_up_by_oneself_and_asked_for_from_then_on(house: House, ewa: Browser) -> None:
    codes = switch_factor_on(ewa)
    assert len(set(codes)) == 10
    assert ewa.get("/desk").status_code == 200
    house.clock.advance(minutes=5)

    other = Browser(house)
    assert other.sign_in("ewa", PASSWORD).headers["location"] == "/desk/login/code"
    for path in ("/desk", "/desk/me", "/desk/mail", "/desk/login/factor", "/desk/login/password"):
        assert other.get(path).headers["location"] == "/desk/login/code"
    assert other.get("/desk/factor.svg").status_code == 404
    wrong = other.send("/desk/login/code", "/desk/login/code", code="000000")
    right = other.send("/desk/login/code", "/desk/login/code", code=app_of(house).at(house.clock()))

    assert (wrong.status_code, right.status_code, right.headers["location"]) == (403, 303, "/desk")
    assert other.get("/desk").status_code == 200


def test_secret_of_the_browser_changes_at_each_step(house: House, ewa: Browser) -> None:
    switch_factor_on(ewa)
    house.clock.advance(minutes=5)
    browser = Browser(house)
    browser.sign_in("ewa", PASSWORD)
    planted = browser.client.cookies["okienko_desk"]
    browser.send("/desk/login/code", "/desk/login/code", code=app_of(house).at(house.clock()))

    thief = Browser(house)
    thief.client.cookies.set("okienko_desk", planted, path="/desk")

    assert thief.get("/desk").headers["location"] == "/desk/login"
    assert browser.client.cookies["okienko_desk"] != planted


def test_house_that_asks_for_a_second_factor_sends_everybody_to_set_it_up_first(house: House) -> None:
    mandatory(house)
    browser = Browser(house)

    assert browser.sign_in("ewa", PASSWORD).headers["location"] == "/desk/login/factor"
    assert browser.get("/desk").headers["location"] == "/desk/login/factor"
    picture = browser.get("/desk/factor.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert b"style=" not in picture.content
    assert staff(house).presence is Presence.AWAY
    page = browser.send("/desk/login/factor", "/desk/login/factor", code=app_of(house).at(house.clock()))

    assert "Kody zapasowe" in page.text
    assert browser.get("/desk").status_code == 200
    assert browser.get("/desk/factor.svg").status_code == 404
    assert "nie można go wyłączyć" in browser.get("/desk/me").text


def test_who_was_signed_in_when_the_house_began_to_ask_sets_it_up_at_the_next_click(house: House) -> None:
    with house.database.session() as session:
        add_staff(session, login="adm", name="A", password=PASSWORD, queues=[], now=NOON, role=Role.ADMINISTRATOR)
        session.commit()
    ewa, admin = Browser(house), Browser(house)
    ewa.sign_in("ewa", PASSWORD)
    admin.sign_in("adm", PASSWORD)

    admin.send("/desk/admin/limits", second_factor="true", was_second_factor="")

    for browser in (ewa, admin):
        assert browser.get("/desk/me").headers["location"] == "/desk/login/factor"
        assert "otpauth" not in browser.get("/desk/login/factor").text
        assert browser.get("/desk/factor.svg").status_code == 200


def test_one_time_password_opens_nothing_but_the_page_for_an_own_one(house: House) -> None:
    with house.database.session() as session:
        session.scalars(select(Staff).where(Staff.login == "ewa")).one().must_change_password = True
        session.commit()
    browser = Browser(house)

    assert browser.sign_in("ewa", PASSWORD).headers["location"] == "/desk/login/password"
    assert browser.get("/desk").headers["location"] == "/desk/login/password"
    typed = {"old": PASSWORD, "new": "short", "again": "short"}
    assert "za krótkie" in browser.send("/desk/login/password", "/desk/login/password", **typed).text
    done = browser.send("/desk/login/password", "/desk/login/password", old=PASSWORD, new=NEW, again=NEW)

    assert done.headers["location"] == "/desk"
    assert Browser(house).sign_in("ewa", NEW).headers["location"] == "/desk"


def test_steps_are_no_way_around_the_token_of_the_form(house: House) -> None:
    mandatory(house)
    browser = Browser(house)
    browser.sign_in("ewa", PASSWORD)

    code = app_of(house).at(house.clock())
    assert browser.client.post("/desk/login/factor", data={"code": code, "csrf": "forged"}).status_code == 403


def test_signing_in_can_be_broken_off_at_a_step(house: House) -> None:
    mandatory(house)
    browser = Browser(house)
    browser.sign_in("ewa", PASSWORD)

    assert browser.send("/desk/logout", "/desk/login/factor").headers["location"] == "/desk/login"
    assert browser.get("/desk/login/factor").headers["location"] == "/desk/login"


def test_half_done_sign_in_is_over_after_a_quarter_of_an_hour(house: House) -> None:
    mandatory(house)
    browser = Browser(house)
    browser.sign_in("ewa", PASSWORD)
    house.clock.advance(minutes=16)

    assert browser.get("/desk/login/factor").headers["location"] == "/desk/login"


def test_hints_are_refused_while_a_step_is_missing(house: House) -> None:
    mandatory(house)
    browser = Browser(house)
    browser.sign_in("ewa", PASSWORD)

    with (
        pytest.raises(WebSocketDisconnect),
        browser.client.websocket_connect("/desk/ws", headers={"origin": "http://testserver"}),
    ):
        pass


def test_too_many_attempts_of_one_address_are_refused_also_with_the_right_password(house: House) -> None:
    parts = replace(house.app.state.parts, rates=Rates(Limits(sign_ins=3)))
    browser = Browser(replace(house, app=build_app(parts)))
    for login in ("ewa", "marek", "nobody"):
        browser.sign_in(login, "wrong")

    refused = browser.sign_in("ewa", PASSWORD)

    assert refused.status_code == 429
    assert "zbyt wiele prób" in refused.text
    assert 1 <= int(refused.headers["retry-after"]) <= 3600


def test_page_that_refreshes_itself_does_not_keep_one_signed_in(house: House, ewa: Browser) -> None:
    for _ in range(5):
        house.clock.advance(minutes=25)
        last = ewa.client.get("/desk/me", headers={"sec-fetch-mode": "cors"})

    assert last.headers["location"] == "/desk/login"


def test_work_keeps_one_signed_in(house: House, ewa: Browser) -> None:
    for _ in range(5):
        house.clock.advance(minutes=25)
        last = ewa.get("/desk/me")

    assert last.status_code == 200


def test_presence_is_set_in_the_header_and_goes_back_to_the_page(house: House, ewa: Browser) -> None:
    assert "przyjmuje rozmowy" in ewa.get("/desk/me").text

    went = ewa.send("/desk/presence", presence="break", comment=" wracam  o 13 ", back="/desk/mail")

    assert went.headers["location"] == "/desk/mail"
    shown = ewa.get("/desk/me").text
    assert "wracam o 13" in shown
    assert staff(house).presence is Presence.BREAK


@pytest.mark.parametrize(
    "back", ["https://evil.example", "//evil.example", "/desk\\evil", "/deskevil", "/desk/\r\nX: y", "/wiedza"]
)
def test_presence_sends_nobody_to_another_place(ewa: Browser, back: str) -> None:
    assert ewa.send("/desk/presence", presence="busy", back=back).headers["location"] == "/desk"


def test_signing_out_makes_one_away(house: House, ewa: Browser) -> None:
    ewa.send("/desk/logout")

    assert staff(house).presence is Presence.AWAY
    assert ewa.get("/desk").headers["location"] == "/desk/login"


def test_password_is_changed_at_ones_account(house: House, ewa: Browser) -> None:
    other = Browser(house)
    other.sign_in("ewa", PASSWORD)
    typed = {"old": "wrong", "new": NEW, "again": NEW}

    assert "nieprawidłowe" in ewa.send("/desk/me/password", **typed).text
    assert ewa.send("/desk/me/password", **{**typed, "old": PASSWORD}).status_code == 303

    assert ewa.get("/desk/me").status_code == 200
    assert other.get("/desk/me").headers["location"] == "/desk/login"


def test_second_factor_needs_the_password_to_be_switched_on_and_off(house: House, ewa: Browser) -> None:
    assert ewa.send("/desk/me/factor", password="wrong").status_code == 422
    assert ewa.get("/desk/me/factor").headers["location"] == "/desk/me"
    old = switch_factor_on(ewa)
    assert ewa.send("/desk/me/recovery", password="wrong").status_code == 422
    fresh = re.findall(r"<code>([a-z0-9-]{19})</code>", ewa.send("/desk/me/recovery", password=PASSWORD).text)
    assert not {*fresh} & {*old}
    assert ewa.send("/desk/me/factor/off", password="wrong").status_code == 422
    assert ewa.send("/desk/me/factor/off", password=PASSWORD).status_code == 303

    assert staff(house).totp_secret is None


def test_devices_are_listed_and_signed_out(house: House, ewa: Browser) -> None:
    phone = Browser(house, "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36")
    phone.sign_in("ewa", PASSWORD)
    marek = Browser(house)
    marek.sign_in("marek", PASSWORD)
    shown = ewa.get("/desk/me").text
    assert "Firefox, Linux" in shown
    assert "Chrome, Android" in shown
    with house.database.reading() as session:
        known = {one.staff.login: one.id for one in session.scalars(select(StaffSession).order_by(StaffSession.id))}

    assert ewa.send(f"/desk/me/devices/{known['marek']}/sign-out").status_code == 404
    assert ewa.send(f"/desk/me/devices/{known['ewa']}/sign-out").status_code == 303
    assert phone.get("/desk/me").headers["location"] == "/desk/login"
    phone.sign_in("ewa", PASSWORD)
    ewa.send("/desk/me/devices/others/sign-out")

    assert phone.get("/desk/me").headers["location"] == "/desk/login"
    assert (ewa.get("/desk/me").status_code, marek.get("/desk/me").status_code) == (200, 200)


@pytest.mark.parametrize(
    ("role", "home"),
    [(Role.SUPERVISOR, "/desk"), (Role.EDITOR, "/desk/knowledge"), (Role.ADMINISTRATOR, "/desk/admin")],
)
def test_everybody_begins_where_their_work_is(house: House, role: Role, home: str) -> None:
    with house.database.session() as session:
        add_staff(session, login="x1", name="X", password=PASSWORD, queues=[Queue.PAYERS], now=NOON, role=role)
        session.commit()

    assert Browser(house).sign_in("x1", PASSWORD).headers["location"] == home
