"""Signing in on both databases: what counts, what locks, what each step leads to, and how sessions end."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select

from helpdesk import credentials, house, second_factor, secrets, staff_sessions
from helpdesk.database import Database
from helpdesk.errors import BadPassword, Locked, NotVerified
from helpdesk.lifecycle import Presence, Role
from helpdesk.own_account import OwnAccount
from helpdesk.signing_in import SigningIn
from helpdesk.staff import add_staff
from helpdesk.staff_sessions import ARRIVING, Signed, Step, next_step
from helpdesk.tables import AuditEntry, HouseSetting, RecoveryCode, Staff, StaffSession
from tests.conftest import NOON

PASSWORD = "zielony rower jedzie"
NEW = "cztery okna na poddaszu"
HALF_MINUTE = timedelta(seconds=30)


@pytest.fixture
def ewa(database: Database) -> int:
    with database.session() as session:
        staff = add_staff(session, login="ewa", name="Ewa", password=PASSWORD, queues=[], now=NOON)
        session.commit()
        return staff.id


def sign_in(database: Database, password: str = PASSWORD, *, login: str = "ewa", now: datetime = NOON) -> Signed:
    return SigningIn(database).by_password(login, password, browser="Firefox", now=now)


def found(database: Database, token: str, now: datetime = NOON) -> StaffSession | None:
    with database.reading() as session:
        return staff_sessions.find(session, token, now=now)


def person(database: Database, staff_id: int) -> Staff:
    with database.reading() as session:
        return session.get_one(Staff, staff_id)


def with_factor(database: Database, now: datetime = NOON) -> tuple[pyotp.TOTP, list[str]]:
    """Switch ewa's second factor on; returns her app and her recovery codes."""
    signed = sign_in(database, now=now)
    OwnAccount(database).prepare_factor(signed.session, PASSWORD, now=now)
    app = pyotp.TOTP(person(database, signed.session.staff_id).totp_secret or "")
    _signed, codes = OwnAccount(database).confirm_factor(signed.session, app.at(now), now=now)
    return app, list(codes)


def set_house(database: Database, **values: object) -> None:
    with database.session() as session:
        for name, value in values.items():
            session.merge(HouseSetting(name=name, value=value, changed_at=NOON))
        session.commit()


def actions(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_right_password_opens_the_desk_and_makes_one_available(database: Database, ewa: int) -> None:
    signed = sign_in(database)

    known = found(database, signed.token)
    assert known is not None
    assert (known.is_complete, known.browser) == (True, "Firefox")
    assert person(database, ewa).presence is Presence.AVAILABLE
    assert actions(database)[-1] == "signed in"


@pytest.mark.parametrize("login", ["nobody", "", "x" * 5_000, "e\0wa", "ewa "])
def test_only_the_right_login_is_let_in(database: Database, ewa: int, login: str) -> None:
    if login == "ewa ":
        assert sign_in(database, login=login).token
        return
    with pytest.raises(NotVerified):
        sign_in(database, login=login)
    assert actions(database)[-1] == "password wrong"


def test_inactive_person_is_told_the_same_as_a_stranger(database: Database, ewa: int) -> None:
    with database.session() as session:
        session.get_one(Staff, ewa).active = False
        session.commit()

    with pytest.raises(NotVerified):
        sign_in(database)


def test_no_transaction_is_open_while_the_password_is_compared(
    database: Database, ewa: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def compare_while_another_writes(stored: str | None, secret: str) -> bool:
        # Without the lock let go, this would wait until the database gives up.
        with ThreadPoolExecutor(1) as elsewhere:
            elsewhere.submit(touch).result(timeout=5)
        return secrets.matches(stored, secret)

    def touch() -> None:
        with database.session() as session:
            session.get_one(Staff, ewa, with_for_update=True).name = "Ewa K"
            session.commit()

    monkeypatch.setattr(credentials, "matches", compare_while_another_writes)

    assert sign_in(database).token
    assert person(database, ewa).name == "Ewa K"


def test_five_wrong_passwords_lock_for_half_a_minute_also_the_right_one(database: Database, ewa: int) -> None:
    for _ in range(5):
        with pytest.raises(NotVerified):
            sign_in(database, "wrong")

    with pytest.raises(NotVerified):
        sign_in(database)
    assert sign_in(database, now=NOON + HALF_MINUTE).token
    assert (person(database, ewa).failures, person(database, ewa).locked_until) == (0, None)


def test_many_wrong_passwords_at_once_are_compared_five_times_at_most(
    database: Database, ewa: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []
    lock = threading.Lock()

    def counting(stored: str | None, secret: str) -> bool:
        if stored is not None:
            with lock:
                compared.append(secret)
        return False

    monkeypatch.setattr(credentials, "matches", counting)

    def attempt(number: int) -> None:
        with pytest.raises(NotVerified):
            sign_in(database, f"wrong {number}")

    with ThreadPoolExecutor(8) as together:
        list(together.map(attempt, range(24)))

    assert len(compared) == 5


def test_with_a_second_factor_the_password_alone_opens_nothing(database: Database, ewa: int) -> None:
    app, _codes = with_factor(database)
    later = NOON + timedelta(minutes=5)

    arriving = sign_in(database, now=later)
    assert next_step(arriving.session) is Step.CODE
    assert arriving.lasts == ARRIVING
    done = SigningIn(database).by_code(arriving.session, app.at(later), now=later)

    assert found(database, arriving.token, later) is None  # the secret of before the step is void
    known = found(database, done.token, later)
    assert known is not None
    assert known.is_complete


def test_code_that_was_used_opens_nothing_a_second_time(database: Database, ewa: int) -> None:
    app, _codes = with_factor(database)
    later = NOON + timedelta(minutes=5)
    one, other = sign_in(database, now=later), sign_in(database, now=later)
    SigningIn(database).by_code(one.session, app.at(later), now=later)

    with pytest.raises(NotVerified):
        SigningIn(database).by_code(other.session, app.at(later), now=later)


def test_one_code_tried_at_once_from_many_browsers_opens_one(database: Database, ewa: int) -> None:
    app, _codes = with_factor(database)
    later = NOON + timedelta(minutes=5)
    browsers = [sign_in(database, now=later) for _ in range(4)]

    def try_it(browser: Signed) -> bool:
        try:
            SigningIn(database).by_code(browser.session, app.at(later), now=later)
        except (NotVerified, Locked):
            return False
        return True

    with ThreadPoolExecutor(4) as together:
        assert sum(together.map(try_it, browsers)) == 1


def test_recovery_code_replaces_the_app_once(database: Database, ewa: int) -> None:
    _app, codes = with_factor(database)
    one, other = sign_in(database), sign_in(database)

    assert SigningIn(database).by_code(one.session, codes[3].upper().replace("-", " "), now=NOON).token
    with pytest.raises(NotVerified):
        SigningIn(database).by_code(other.session, codes[3], now=NOON)
    with database.reading() as session:
        assert second_factor.recovery_codes_left(session, ewa) == 9
        stored = "".join(session.scalars(select(RecoveryCode.code_hash)))
    assert not any(code.replace("-", "") in stored for code in codes)


def test_right_password_again_and_again_gives_no_more_tries_at_the_code(database: Database, ewa: int) -> None:
    with_factor(database)
    later = NOON + timedelta(minutes=5)
    tried = 0
    for _ in range(12):
        try:
            arriving = sign_in(database, now=later)
        except NotVerified:
            break
        for _ in range(2):
            try:
                SigningIn(database).by_code(arriving.session, "000000", now=later)
            except NotVerified:
                tried += 1
            except Locked:
                break

    assert tried <= 5
    assert person(database, ewa).failures >= 5


def test_wrong_code_locks_openly_and_failures_are_kept(database: Database, ewa: int) -> None:
    app, _codes = with_factor(database)
    later = NOON + timedelta(minutes=5)
    arriving = sign_in(database, now=later)
    for _ in range(5):
        with pytest.raises(NotVerified):
            SigningIn(database).by_code(arriving.session, "000000", now=later)

    with pytest.raises(Locked):
        SigningIn(database).by_code(arriving.session, app.at(later), now=later)
    after = later + HALF_MINUTE
    assert SigningIn(database).by_code(arriving.session, app.at(after), now=after).token
    assert person(database, ewa).failures == 0


def test_house_that_asks_for_a_second_factor_lets_nobody_past_setting_one_up(database: Database, ewa: int) -> None:
    before = sign_in(database)
    set_house(database, second_factor=True)
    with database.session() as session:
        staff_sessions.ask_everybody_for_a_factor(session)
        session.commit()

    known, arriving = found(database, before.token), sign_in(database)
    assert known is not None
    assert next_step(known) is Step.FACTOR
    assert next_step(arriving.session) is Step.FACTOR
    app = pyotp.TOTP(person(database, ewa).totp_secret or "")
    done, codes = OwnAccount(database).confirm_factor(arriving.session, app.at(NOON), now=NOON)
    assert (done.session.is_complete, len(codes)) == (True, 10)


def test_one_time_password_leads_to_choosing_an_own_one(database: Database, ewa: int) -> None:
    with database.session() as session:
        session.get_one(Staff, ewa).must_change_password = True
        session.commit()
    arriving = sign_in(database)
    assert next_step(arriving.session) is Step.OWN

    with pytest.raises(BadPassword):
        OwnAccount(database).change_password(arriving.session, PASSWORD, PASSWORD, PASSWORD, now=NOON)
    done = OwnAccount(database).change_password(arriving.session, PASSWORD, NEW, NEW, now=NOON)

    assert done.session.is_complete
    assert next_step(sign_in(database, NEW).session) is None


def test_changed_password_signs_out_every_other_browser_and_renews_this_one(database: Database, ewa: int) -> None:
    other, mine = sign_in(database), sign_in(database)

    done = OwnAccount(database).change_password(mine.session, PASSWORD, NEW, NEW, now=NOON)

    assert found(database, other.token) is None
    assert found(database, mine.token) is None
    assert found(database, done.token) is not None
    with pytest.raises(NotVerified):
        sign_in(database)


def test_old_password_that_is_guessed_at_an_open_browser_locks_too(database: Database, ewa: int) -> None:
    mine = sign_in(database)
    for _ in range(5):
        with pytest.raises(NotVerified):
            OwnAccount(database).change_password(mine.session, "wrong", NEW, NEW, now=NOON)

    with pytest.raises(NotVerified):
        OwnAccount(database).change_password(mine.session, PASSWORD, NEW, NEW, now=NOON)


def test_second_factor_is_switched_off_with_the_password_unless_the_house_wants_it(
    database: Database, ewa: int
) -> None:
    with_factor(database)
    later = NOON + timedelta(minutes=5)
    app = pyotp.TOTP(person(database, ewa).totp_secret or "")
    mine = SigningIn(database).by_code(sign_in(database, now=later).session, app.at(later), now=later)
    set_house(database, second_factor=True)

    with pytest.raises(NotVerified):
        OwnAccount(database).switch_factor_off(mine.session, PASSWORD, now=later)
    set_house(database, second_factor=False)
    with pytest.raises(NotVerified):
        OwnAccount(database).switch_factor_off(mine.session, "wrong", now=later)
    off = OwnAccount(database).switch_factor_off(mine.session, PASSWORD, now=later)

    assert off.session.is_complete
    assert person(database, ewa).totp_secret is None
    assert next_step(sign_in(database, now=later).session) is None


@pytest.mark.parametrize(
    ("later", "used", "is_open"),
    [
        (timedelta(minutes=119), None, True),
        (timedelta(minutes=121), None, False),
        (timedelta(minutes=121), timedelta(minutes=60), True),
        (timedelta(hours=12, minutes=1), timedelta(hours=12), False),
    ],
)
def test_session_ends_after_its_hours_and_when_it_is_not_used(
    database: Database, ewa: int, later: timedelta, used: timedelta | None, is_open: bool
) -> None:
    signed = sign_in(database)
    if used is not None:
        with database.session() as session:
            staff_sessions.note_use(session, signed.session.id, now=NOON + used)
            session.commit()

    assert (found(database, signed.token, NOON + later) is not None) is is_open


def test_shorter_hours_of_the_house_end_sessions_that_were_begun_before(database: Database, ewa: int) -> None:
    signed = sign_in(database)
    set_house(database, signed_in_hours=1, idle_minutes=720)

    assert found(database, signed.token, NOON + timedelta(minutes=59)) is not None
    assert found(database, signed.token, NOON + timedelta(minutes=61)) is None


def test_use_is_noted_once_a_minute(database: Database, ewa: int) -> None:
    signed = sign_in(database)
    seen = []
    for seconds in (30, 70, 100, 200):
        with database.session() as session:
            staff_sessions.note_use(session, signed.session.id, now=NOON + timedelta(seconds=seconds))
            session.commit()
        with database.reading() as session:
            seen.append(session.get_one(StaffSession, signed.session.id).seen_at)

    assert seen == [NOON + timedelta(seconds=at) for at in (0, 70, 70, 200)]


def test_last_browser_that_signs_out_makes_one_away(database: Database, ewa: int) -> None:
    one, other = sign_in(database), sign_in(database)
    presences = []
    for browser in (one, other):
        with database.session() as session:
            staff_sessions.end(session, browser.session, now=NOON)
            session.commit()
        presences.append(person(database, ewa).presence)

    assert presences == [Presence.AVAILABLE, Presence.AWAY]


def test_devices_of_others_cannot_be_signed_out(database: Database, ewa: int) -> None:
    with database.session() as session:
        marek = add_staff(session, login="marek", name="M", password=PASSWORD, queues=[], now=NOON, role=Role.EDITOR)
        session.commit()
    his = sign_in(database, login="marek")

    with database.session() as session:
        assert not staff_sessions.end_device(session, ewa, his.session.id, now=NOON)
        assert staff_sessions.end_device(session, marek.id, his.session.id, now=NOON)
        session.commit()
    assert found(database, his.token) is None


def test_limits_of_the_house_are_as_they_are_documented(database: Database) -> None:
    with database.reading() as session:
        known = house.load(session)

    assert (known.signed_in_hours, known.idle_minutes, known.second_factor) == (12, 120, False)
