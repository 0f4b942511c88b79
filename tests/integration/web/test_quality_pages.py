"""Quality at the desk: a supervisor scores, a consultant reads and appeals, somebody else decides, nobody sees more."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from helpdesk import appeals, criteria, deletion
from helpdesk.lifecycle import Level, Role
from helpdesk.quality_states import CriterionKind, ScoreStatus
from helpdesk.staff import add_staff
from helpdesk.tables import Appeal, AuditEntry, Conversation, Criterion, Customer, Sample, SampleItem, ScoreCard, Staff
from tests.conftest import NOON
from tests.integration.web.conftest import PASSWORD, House
from tests.integration.web.desk_forms import Browser
from tests.quality_cases import WORDS, card, chat, item, ticket

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What the database does is tested on both kinds below `tests/integration/helpdesk`."""

WHY = "Termin podano w następnym zdaniu."


class Quality:
    """The house with two supervisors, and chats and a ticket of Ewa's to be scored."""

    def __init__(self, house: House) -> None:
        self.house = house
        with house.database.session() as session:
            for login, name in (("zofia", "Zofia Kierownik"), ("jan", "Jan Kierownik")):
                add_staff(session, login=login, name=name, password=PASSWORD, queues=[], now=NOON, role=Role.SUPERVISOR)
            criteria.load_first_set(session, by=None, now=NOON)
            self.ewa, self.zofia = (
                session.scalars(select(Staff).where(Staff.login == login)).one() for login in ("ewa", "zofia")
            )
            self.chat_id = chat(session, "1", self.ewa).id
            self.ticket = ticket(session, self.ewa)
            session.commit()

    def browser(self, login: str) -> Browser:
        browser = Browser(self.house)
        assert browser.sign_in(login, PASSWORD).status_code == 303
        return browser

    def item(self, *, double: bool = False, subject: str = "") -> int:
        with self.house.database.session() as session:
            ewa, zofia = session.merge(self.ewa), session.merge(self.zofia)
            made = item(session, subject or f"conversation:{self.chat_id}", ewa, zofia, double=double)
            session.commit()
            return made.id

    def card(self, *, low: bool = True) -> int:
        number = self.item()
        with self.house.database.session() as session:
            zofia = session.merge(self.zofia)
            words = {"points": 2, "words": WORDS, "c0": 0} if low else {}
            given = card(session, session.get_one(SampleItem, number), zofia, **words)
            session.commit()
            return given.id

    def points(self, value: str, **others: str) -> dict[str, object]:
        with self.house.database.reading() as session:
            ids = [one.id for one in criteria.active(session)]
        changed = {f"p{ids[int(name[1:])]}": value for name, value in others.items()}
        return {"shown": ids, **{f"p{number}": value for number in ids}, **changed}

    def one(self, table: type) -> object:
        with self.house.database.reading() as session:
            return session.scalars(select(table)).one()

    def deeds(self) -> list[str]:
        with self.house.database.reading() as session:
            return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


@pytest.fixture
def quality(house: House) -> Quality:
    return Quality(house)


def test_drawing_a_sample_shows_its_cases_and_its_seed(quality: Quality) -> None:
    zofia = quality.browser("zofia")
    form = {"method": "random", "first": "2026-11-01", "last": "2026-11-30", "size": "5", "double": "0", "seed": "42"}

    drawn = zofia.send("/desk/quality/samples", at="/desk/quality", fair="true", **form)

    shown = zofia.get(drawn.headers["location"]).text
    assert f"Rozmowa {quality.chat_id}" in shown
    assert quality.ticket.number in shown
    assert "<code>42</code>" in shown
    sample = quality.one(Sample)
    assert (sample.seed, sample.fair, sample.since.isoformat()) == (42, True, "2026-10-31T23:00:00+00:00")
    assert "Do oceny (2)" in zofia.get("/desk/quality").text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"first": "2026-11-30", "last": "2026-11-01"}, "pierwszy dzień nie jest po ostatnim"),
        ({"first": "nie wiem"}, "pierwszy dzień nie jest po ostatnim"),
        ({"size": "0"}, "liczbę spraw od 1 do 200"),
        ({"double": "101"}, "od 0 do 100"),
        ({"seed": "x"}, "Ziarno losowania to liczba"),
    ],
)
def test_a_wrong_order_is_refused_with_what_was_typed(quality: Quality, wrong: dict[str, str], words: str) -> None:
    form = {"method": "random", "first": "2026-11-01", "last": "2026-11-30", "size": "17", "double": "3", **wrong}

    refused = quality.browser("zofia").send("/desk/quality/samples", at="/desk/quality", **form)

    assert refused.status_code == 422
    assert words in refused.text
    assert all(f'value="{value}"' in refused.text for value in form.values() if value != "random")
    with quality.house.database.reading() as session:
        assert session.scalars(select(Sample)).all() == []


def test_case_is_read_masked_and_scored_and_its_consultant_reads_the_card(quality: Quality) -> None:
    number, zofia, ewa = quality.item(), quality.browser("zofia"), quality.browser("ewa")
    path = f"/desk/quality/items/{number}"
    shown = zofia.get(path).text

    given = zofia.send(path, at=path, **quality.points("4", c1="-"), feedback="Dobrze. Tel. 501 234 567 niepotrzebny")

    assert "Wypłata będzie w ciągu 30 dni." in shown
    made = quality.one(ScoreCard)
    assert (made.total, made.status) == (1.0, ScoreStatus.GIVEN)
    assert "501 234 567" not in made.feedback
    assert given.headers["location"] == f"/desk/quality/cards/{made.id}"
    assert "Moje oceny (nowe: 1)" in ewa.get("/desk").text
    assert "nie dotyczy" in ewa.get(f"/desk/quality/mine/{made.id}").text
    assert "(nowe: 1)" not in ewa.get("/desk").text
    assert "Konsultant przeczytał kartę" in zofia.get(f"/desk/quality/cards/{made.id}").text


def test_refused_card_comes_back_with_every_point_and_word(quality: Quality) -> None:
    path, zofia = f"/desk/quality/items/{quality.item()}", quality.browser("zofia")
    sent = quality.points("3", c0="1", c2="-")

    refused = zofia.send(path, at=path, **sent, feedback="krótko")

    assert refused.status_code == 422
    assert "proszę napisać, co poprawić" in refused.text
    checked = dict(re.findall(r'name="(p\d+)" value="([0-4-])" required checked', refused.text))
    assert checked == {name: value for name, value in sent.items() if name != "shown"}
    assert ">krótko</textarea>" in refused.text
    with quality.house.database.reading() as session:
        assert session.scalars(select(ScoreCard)).all() == []


def test_missing_points_are_told_and_the_rest_is_kept(quality: Quality) -> None:
    path, zofia = f"/desk/quality/items/{quality.item()}", quality.browser("zofia")
    sent = quality.points("4")
    sent.pop(next(name for name in sent if name != "shown"))

    refused = zofia.send(path, at=path, **sent, feedback="")

    assert refused.status_code == 422
    assert "przy każdym kryterium" in refused.text
    assert refused.text.count("required checked") == len(sent) - 1


def test_criteria_that_changed_under_an_open_form_are_told_and_what_fits_is_kept(quality: Quality) -> None:
    path, zofia = f"/desk/quality/items/{quality.item()}", quality.browser("zofia")
    sent = quality.points("4")
    with quality.house.database.session() as session:
        criteria.add(session, criteria.NewCriterion(CriterionKind.OWN, "Nowe"), by=None, now=NOON)
        session.commit()

    refused = zofia.send(path, at=path, **sent, feedback="")

    assert refused.status_code == 422
    assert "Kryteria zmieniono" in refused.text
    assert refused.text.count("required checked") == 10


def test_scored_meanwhile_keeps_the_words_and_stores_nothing(quality: Quality) -> None:
    number, jan = quality.item(), quality.browser("jan")
    path = f"/desk/quality/items/{number}"
    sent = quality.points("4")
    quality.card(low=False)

    late = jan.send(path, at="/desk/quality", **sent, feedback=WORDS)

    assert late.status_code == 409
    assert "oceniono w międzyczasie" in late.text
    assert WORDS in late.text
    quality.one(ScoreCard)


def test_reading_a_confirmed_customers_case_for_scoring_is_audited(quality: Quality) -> None:
    number, zofia = quality.item(), quality.browser("zofia")
    zofia.get(f"/desk/quality/items/{number}")
    assert "read" not in quality.deeds()
    with quality.house.database.session() as session:
        made = session.scalars(select(SampleItem)).one()
        customer = Customer(name="Anna", created_at=NOON)
        session.add(customer)
        session.flush()
        talk = session.get_one(Conversation, quality.chat_id)
        talk.customer_id, talk.level = customer.id, Level.ANONYMOUS
        assert made.subject == f"conversation:{talk.id}"
        session.commit()

    for _ in range(2):
        zofia.get(f"/desk/quality/items/{number}")

    assert quality.deeds().count("read") == 1


def test_ones_own_work_is_no_item(quality: Quality) -> None:
    with quality.house.database.session() as session:
        zofia = session.merge(quality.zofia)
        led = chat(session, "z", zofia)
        jan = session.scalars(select(Staff).where(Staff.login == "jan")).one()
        own = item(session, f"conversation:{led.id}", zofia, jan)
        session.commit()
    browser = quality.browser("zofia")
    path = f"/desk/quality/items/{own.id}"

    assert browser.get(path).status_code == 404
    assert browser.send(path, at="/desk/quality", **quality.points("4"), feedback="").status_code == 404
    assert browser.send(f"{path}/once", at="/desk/quality").status_code == 404
    assert "nikt inny nie odpisał" in browser.get(f"/desk/quality/case?number={led.id}").text
    assert quality.browser("jan").get(path).status_code == 200


def test_of_a_double_scoring_nothing_of_the_first_card_is_told_before_the_second(quality: Quality) -> None:
    number, zofia, jan = quality.item(double=True), quality.browser("zofia"), quality.browser("jan")
    path = f"/desk/quality/items/{number}"
    first = zofia.send(path, at=path, **quality.points("3"), feedback="Tajne słowa zofii").headers["location"]
    sample = f"/desk/quality/samples/{quality.one(SampleItem).sample_id}"

    for page in (path, sample, "/desk/quality/cards", "/desk/quality", "/desk/quality/agreement"):
        shown = jan.get(page).text
        assert "75%" not in shown
        assert "Tajne" not in shown
    assert jan.get(first).status_code == 404
    assert "Karta" not in quality.browser("ewa").get("/desk/quality/mine").text.split("<ul")[1].split("</ul>")[0]

    second = jan.send(path, at=path, **quality.points("4"), feedback="")

    assert "Tajne słowa zofii" in jan.get(first).text
    assert "75%" in jan.get(second.headers["location"]).text
    assert "Sprawy ocenione podwójnie</dt><dd>1" in zofia.get("/desk/quality/agreement").text
    assert "1,00 pkt" in zofia.get("/desk/quality/agreement").text


def test_second_card_is_dropped_by_a_button(quality: Quality) -> None:
    number, zofia = quality.item(double=True), quality.browser("zofia")
    path = f"/desk/quality/items/{number}"
    made = zofia.send(path, at=path, **quality.points("4"), feedback="").headers["location"]
    assert "nie widzi jeszcze ani konsultant" in unescape(zofia.get(made).text)

    zofia.send(f"{path}/once", at=made)

    assert "second score dropped" in quality.deeds()
    assert "Karta 1" in quality.browser("ewa").get("/desk/quality/mine").text


def test_consultants_see_their_own_cards_only_and_no_page_of_those_who_lead(quality: Quality) -> None:
    number, marek, ewa = quality.card(), quality.browser("marek"), quality.browser("ewa")

    assert f"/desk/quality/mine/{number}" in ewa.get("/desk/quality/mine").text
    assert "/desk/quality/mine/" not in marek.get("/desk/quality/mine").text
    for path in (f"/desk/quality/mine/{number}", f"/desk/quality/cards/{number}", "/desk/quality"):
        assert marek.get(path).status_code == 404
    for path in (f"/desk/quality/cards/{number}", "/desk/quality/cards", "/desk/quality/appeals"):
        assert ewa.get(path).status_code == 404
    with quality.house.database.reading() as session:
        assert session.get_one(ScoreCard, number).seen_at is None


def test_appeal_is_made_once_and_decided_by_who_did_not_score(quality: Quality) -> None:
    number = quality.card()
    ewa, zofia, jan = (quality.browser(login) for login in ("ewa", "zofia", "jan"))
    mine, theirs = f"/desk/quality/mine/{number}", f"/desk/quality/cards/{number}"
    refused = ewa.send(f"{mine}/appeal", at=mine, text="nie")
    made = ewa.send(f"{mine}/appeal", at=mine, text=WHY)
    again = ewa.send(f"{mine}/appeal", at="/desk", text=WHY)

    assert (refused.status_code, made.status_code, again.status_code) == (422, 303, 422)
    assert ">nie</textarea>" in refused.text
    assert "złożone albo rozstrzygnięte" in again.text
    assert "czekają na decyzję: 1" in zofia.get("/desk/quality").text
    assert "rozstrzygnie ktoś inny" in zofia.get("/desk/quality/appeals").text
    assert "Zapisz decyzję" not in zofia.get(theirs).text
    forged = zofia.send(f"{theirs}/decision", at="/desk/quality", decision="uphold", reason="Zostaje bez zmian.")
    assert forged.status_code == 404

    same = jan.send(f"{theirs}/decision", at=theirs, decision="change", reason="Po namyśle.")
    changed = {f"p{mark}": "4" for mark in card_marks(quality, number)}
    done = jan.send(f"{theirs}/decision", at=theirs, decision="change", reason="Termin był podany.", **changed)

    assert (same.status_code, done.status_code) == (422, 303)
    assert "są takie same" in same.text
    assert ">Po namyśle.</textarea>" in same.text
    shown = ewa.get(mine).text
    assert "100%" in shown
    assert "przed odwołaniem: 0" in shown
    assert "Termin był podany." in shown
    assert "appeal changed points" in quality.deeds()


def card_marks(quality: Quality, number: int) -> list[int]:
    with quality.house.database.reading() as session:
        return [mark.criterion_id for mark in session.get_one(ScoreCard, number).marks]


def test_it_is_said_clearly_when_nobody_else_could_decide(quality: Quality) -> None:
    number = quality.card()
    with quality.house.database.session() as session:
        session.scalars(select(Staff).where(Staff.login == "jan")).one().active = False
        session.commit()
    ewa, mine = quality.browser("ewa"), f"/desk/quality/mine/{number}"

    assert "nie ma drugiego kierownika" in ewa.get(mine).text
    ewa.send(f"{mine}/appeal", at=mine, text=WHY)

    assert "a innego teraz nie ma" in ewa.get(mine).text
    zofia = quality.browser("zofia")
    assert "a innego teraz nie ma" in zofia.get(f"/desk/quality/cards/{number}").text
    assert "nie ma drugiego kierownika" in zofia.get("/desk/quality/appeals").text


def test_time_to_appeal_is_the_houses_and_ends(quality: Quality) -> None:
    number = quality.card()
    ewa, mine = quality.browser("ewa"), f"/desk/quality/mine/{number}"
    assert "do <strong>04.12.2026" in ewa.get(mine).text
    quality.house.clock.at = NOON + timedelta(days=14, seconds=1)
    ewa = quality.browser("ewa")

    late = ewa.send(f"{mine}/appeal", at="/desk", text=WHY)

    assert late.status_code == 422
    assert "Czas na odwołanie minął" in ewa.get(mine).text
    assert WHY in late.text
    with quality.house.database.reading() as session:
        assert session.scalars(select(Appeal)).all() == []


def test_cards_are_found_by_the_address_of_the_list(quality: Quality) -> None:
    number, zofia = quality.card(), quality.browser("zofia")
    link = f"/desk/quality/cards/{number}"

    for query in ("", "least=0&most=50", "kind=correctness&most=50", "channel=conversation", "first=2026-11-20", "x=y"):
        assert link in zofia.get(f"/desk/quality/cards?{query}").text, query
    for query in ("least=90", "kind=own", "channel=ticket", "last=2026-11-19", "status=upheld", "page=9"):
        assert link not in zofia.get(f"/desk/quality/cards?{query}").text, query
    assert zofia.get("/desk/quality/cards?least=zła&first=kiedyś&consultant=-1&page=-3&kind=?").status_code == 200


def test_a_case_is_chosen_by_its_number(quality: Quality) -> None:
    zofia = quality.browser("zofia")
    shown = zofia.get(f"/desk/quality/case?number={quality.ticket.number.lower()}")

    chosen = zofia.send(
        "/desk/quality/items",
        at=f"/desk/quality/case?number={quality.ticket.number}",
        subject=f"ticket:{quality.ticket.id}",
        consultant=quality.ewa.id,
    )

    assert "Oceń pracę: Ewa" in shown.text
    page = zofia.get(chosen.headers["location"]).text
    assert "W ciągu 30 dni." in page
    assert "split" not in page
    assert "Nie ma takiej sprawy" in zofia.get("/desk/quality/case?number=OK-999999").text
    assert zofia.send("/desk/quality/items", at="/desk/quality", subject="ticket:1", consultant=2).status_code == 404


def test_criteria_are_added_reworded_moved_and_switched(quality: Quality) -> None:
    zofia, path = quality.browser("zofia"), "/desk/quality/criteria"

    added = zofia.send(path, at=path, name="Zgodność z procedurą", kind="own", explanation="4 – w pełni.")
    taken = zofia.send(path, at=path, name="zgodność z PROCEDURĄ", kind="own", explanation="Inne słowa")

    number = int(added.headers["location"].rsplit("-", 1)[1])
    assert taken.status_code == 422
    assert "Takie kryterium już jest." in taken.text
    assert ">Inne słowa</textarea>" in taken.text
    form = zofia.get(f"{path}/{number}").text
    seen = re.search(r'name="seen" value="(\w+)"', form)
    assert seen
    values = {"name": "Procedura", "kind": "own", "explanation": "", "seen": seen[1]}
    assert zofia.send(f"{path}/{number}", at=path, **values).status_code == 303
    stale = zofia.send(f"{path}/{number}", at=path, **{**values, "name": "Inaczej"})
    assert stale.status_code == 409
    assert "Nic nie zapisano" in stale.text
    assert 'value="Inaczej"' in stale.text
    zofia.send(f"{path}/{number}/move", at=path, up="true")
    zofia.send(f"{path}/{number}/switch", at=path)

    with quality.house.database.reading() as session:
        order = criteria.every(session)
        kept = session.get_one(Criterion, number)
    assert (kept.name, kept.active) == ("Procedura", False)
    assert [one.id for one in order].index(number) == len(order) - 2
    assert {"criterion added", "criterion reworded", "criterion moved", "criterion switched off"} <= set(
        quality.deeds()
    )


def test_first_criteria_are_there_when_quality_is_first_opened(house: House) -> None:
    with house.database.session() as session:
        add_staff(session, login="zofia", name="Z", password=PASSWORD, queues=[], now=NOON, role=Role.SUPERVISOR)
        session.commit()
    browser = Browser(house)
    browser.sign_in("zofia", PASSWORD)

    for _ in range(2):
        shown = browser.get("/desk/quality/criteria").text

    assert shown.count('id="criterion-') == 10


def test_card_outlives_its_case_and_says_so(quality: Quality) -> None:
    number, ewa = quality.card(), quality.browser("ewa")
    with quality.house.database.session() as session:
        made = session.get_one(ScoreCard, number)
        appeals.make(session, made, session.merge(quality.ewa), WHY, days=14, now=NOON)
        deletion.erase_conversations(session, [quality.chat_id])
        session.commit()

    for browser, path in ((ewa, f"mine/{number}"), (quality.browser("jan"), f"cards/{number}")):
        shown = browser.get(f"/desk/quality/{path}").text
        assert "sprawa usunięta" in shown
        assert shown.count("Treść usunięto razem ze sprawą.") == 2
        assert "45%" in shown
