"""Open questions at the desk: from a row to a decision, by forms that work without script."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk import facts
from helpdesk.knowledge_states import GroupStatus, OpenSource
from helpdesk.learning import groups as grouping
from helpdesk.learning.sources import found_in_correction, next_corrections
from helpdesk.lifecycle import Role
from helpdesk.queues import Queue
from helpdesk.staff import add_staff
from helpdesk.tables import ArticleDraft, Correction, InstitutionExample, OpenQuestion, QuestionGroup, Ticket
from helpdesk.tickets import NewTicket, open_ticket
from tests.conftest import NOON
from tests.integration.web.conftest import PASSWORD, House
from tests.integration.web.desk_forms import Browser

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""The pages read through use cases that are tested on both kinds of databases."""

TEXTS = ("renta po mężu rybaku jak dostać", "mąż rybak nie żyje jaka renta")


@pytest.fixture
def piotr(house: House) -> Browser:
    with house.database.session() as session:
        add_staff(session, login="piotr", name="Piotr", password=PASSWORD, queues=[], now=NOON, role=Role.EDITOR)
        session.commit()
    browser = Browser(house)
    browser.sign_in("piotr", PASSWORD)
    return browser


def group_of(house: House, *texts: str, source: OpenSource = OpenSource.UNKNOWN) -> int:
    with house.database.session() as session:
        group = grouping.opened(session, texts[0], at=NOON)
        for place, text in enumerate(texts):
            session.add(
                OpenQuestion(
                    group_id=group.id,
                    source=source,
                    origin=f"test:{group.id}:{place}",
                    text=text,
                    channel="chat",
                    queue=Queue.PENSIONS,
                    asked_at=NOON - timedelta(hours=place),
                )
            )
        grouping.recount(session, group)
        session.commit()
        return group.id


def known(house: House, number: int) -> QuestionGroup:
    with house.database.reading() as session:
        return session.get_one(QuestionGroup, number)


def test_list_shows_open_groups_the_heaviest_first_and_filters_narrow_it(house: House, piotr: Browser) -> None:
    group_of(house, "pies w oddziale")
    group_of(house, *TEXTS, source=OpenSource.UNHELPFUL)

    shown = piotr.get("/desk/questions").text
    assert shown.index(TEXTS[0]) < shown.index("pies w oddziale")
    assert "2 grupy" in shown
    narrowed = piotr.get("/desk/questions?source=unhelpful&queue=emerytury_renty&days=7&channel=chat&language=pl").text
    assert TEXTS[0] in narrowed
    assert "pies w oddziale" not in narrowed
    assert "pies w oddziale" not in piotr.get("/desk/questions?channel=mail").text
    assert "Nie ma takich pytań" in piotr.get("/desk/questions?status=example").text


def test_chosen_and_corrected_words_become_examples_of_a_found_article(house: House, piotr: Browser) -> None:
    number = group_of(house, *TEXTS)
    page = f"/desk/questions/{number}"
    assert 'value="renta-wdowia"' in piotr.get(f"{page}?q=renta wdowia").text

    sent = piotr.send(
        f"{page}/example", page, revision=0, article="renta-wdowia", example=["renta po rybaku?", TEXTS[1]], chosen=[0]
    )

    assert sent.status_code == 303
    assert known(house, number).status is GroupStatus.EXAMPLE
    with house.database.reading() as session:
        text = session.scalars(select(ArticleDraft.text)).one() or ""
    assert "renta po rybaku?" in text
    assert TEXTS[1] not in text


def test_draft_begins_with_the_questions_and_goes_on_in_the_editors_form(house: House, piotr: Browser) -> None:
    number = group_of(house, *TEXTS)
    page = f"/desk/questions/{number}"

    sent = piotr.send(
        f"{page}/draft",
        page,
        revision=0,
        title="Renta po rybaku",
        queue="emerytury_renty",
        example=TEXTS,
        chosen=[0, 1],
    )

    assert sent.headers["location"] == "/desk/knowledge/articles/renta-po-rybaku/edit"
    shown = piotr.get(sent.headers["location"]).text
    assert all(text in shown for text in TEXTS)


def test_refused_form_keeps_what_was_typed_and_says_why(house: House, piotr: Browser) -> None:
    number = group_of(house, *TEXTS)
    page = f"/desk/questions/{number}"

    short = piotr.send(f"{page}/out-of-scope", page, revision=0, reason="nie")
    none = piotr.send(f"{page}/example", page, revision=0, article="renta-wdowia", example=["poprawione słowa"])
    taken = piotr.send(f"{page}/draft", page, revision=0, title="Renta wdowia", example=TEXTS, chosen=[0])
    nowhere = piotr.send(f"{page}/elsewhere", page, revision=0, institution="", example=TEXTS, chosen=[0])

    assert [one.status_code for one in (short, none, taken, nowhere)] == [422] * 4
    assert 'value="nie"' in short.text
    assert "poprawione słowa" in none.text
    assert "już istnieje" in taken.text
    assert "Proszę wybrać instytucję" in nowhere.text
    assert known(house, number).status is GroupStatus.OPEN


def test_form_on_an_older_state_is_refused(house: House, piotr: Browser) -> None:
    number = group_of(house, *TEXTS)
    page = f"/desk/questions/{number}"
    piotr.send(f"{page}/out-of-scope", page, revision=0, reason="To nie sprawa ZUS")

    late = piotr.send(f"{page}/elsewhere", page, revision=0, institution="nfz", example=TEXTS, chosen=[0])

    assert late.status_code == 409
    assert "Ktoś zmienił tę grupę" in late.text
    assert known(house, number).status is GroupStatus.OUT_OF_SCOPE


def test_questions_sent_elsewhere_are_shown_and_taken_back(house: House, piotr: Browser) -> None:
    number = group_of(house, *TEXTS)
    page = f"/desk/questions/{number}"
    piotr.send(f"{page}/elsewhere", page, revision=0, institution="krus", example=TEXTS, chosen=[1])
    assert "Decyzja" in piotr.get(page).text

    piotr.send(f"{page}/take-back", page, revision=1)

    assert known(house, number).status is GroupStatus.OPEN
    with house.database.reading() as session:
        assert [one.active for one in session.scalars(select(InstitutionExample))] == [False]


def test_groups_are_merged_and_split_by_hand(house: House, piotr: Browser) -> None:
    first, second = group_of(house, TEXTS[0]), group_of(house, TEXTS[1])
    page = f"/desk/questions/{first}"
    assert f'name="other" value="{second}"' in piotr.get(page).text

    piotr.send(f"{page}/merge", page, revision=0, other=[second])
    assert known(house, first).count == 2
    assert piotr.get(f"/desk/questions/{second}").status_code == 404

    chosen = re.findall(r'name="question" value="(\d+)"', piotr.get(page).text)
    assert piotr.send(f"{page}/split", page, revision=1, question=chosen).status_code == 422
    made = piotr.send(f"{page}/split", page, revision=1, question=chosen[:1])
    assert known(house, first).count == 1
    assert known(house, int(made.headers["location"].rsplit("/", 1)[1])).count == 1


def mail_ticket(house: House) -> int:
    told = {"kind": "answer", "article": "renta-wdowia", "confidence": 0.9, "alternatives": ["renta-rodzinna"]}
    with house.database.session() as session:
        new = NewTicket(queue=Queue.PENSIONS, subject="Renta", address="anna@example.org", article="renta-wdowia")
        ticket = open_ticket(session, new, now=NOON)
        ticket.questions = [{"text": TEXTS[0], **told}]
        facts.keep_mail_turns(session, ticket, now=NOON)
        session.commit()
        return ticket.id


def corrections(house: House, minutes: int = 0) -> list[tuple[str | None, str | None]]:
    """The corrections that are gathered so many minutes later: what was suggested, and what is right."""
    now = NOON + timedelta(minutes=minutes)
    with house.database.session() as session:
        found = [found_in_correction(session, one, now=now) for one in next_corrections(session, 10, now=now)]
        return [(one.article, one.right_article) for one in found if one and one.source is OpenSource.CORRECTED]


@pytest.fixture
def ewa(house: House) -> Browser:
    browser = Browser(house)
    browser.sign_in("ewa", PASSWORD)
    return browser


def test_consultant_says_which_article_is_right(house: House, ewa: Browser) -> None:
    page = f"/desk/tickets/{mail_ticket(house)}"

    ewa.send(f"{page}/correct", page, suggested="renta-wdowia")
    assert "to nie ten artykuł." in ewa.get(page).text
    ewa.send(f"{page}/correct", page, right="renta-rodzinna")

    assert "to właściwy artykuł." in ewa.get(page).text
    assert corrections(house) == [("renta-wdowia", "renta-rodzinna")]
    with house.database.reading() as session:
        assert [one.origin for one in session.scalars(select(Correction))] == ["turn:1"]


def test_inserting_another_article_counts_silently_once_it_has_settled(house: House, ewa: Browser) -> None:
    page = f"/desk/tickets/{mail_ticket(house)}"

    assert ewa.send(f"{page}/inserted", page, article="renta-rodzinna").status_code == 204

    assert corrections(house, minutes=5) == []
    assert corrections(house, minutes=31) == [("renta-wdowia", "renta-rodzinna")]


def test_inserting_the_suggested_article_as_well_takes_it_back(house: House, ewa: Browser) -> None:
    page = f"/desk/tickets/{mail_ticket(house)}"
    ewa.send(f"{page}/insert", page, what="article:renta-rodzinna")

    ewa.send(f"{page}/insert", page, what="article:renta-wdowia")

    assert corrections(house, minutes=31) == []


def test_article_that_was_not_suggested_cannot_be_called_wrong(house: House, ewa: Browser) -> None:
    page = f"/desk/tickets/{mail_ticket(house)}"

    assert ewa.send(f"{page}/correct", page, suggested="emerytura-pomostowa").status_code == 404
    assert ewa.send(f"{page}/correct", page, right="nie-ma-takiego").status_code == 404


def test_effects_page_tells_when_the_figures_come(house: House, piotr: Browser) -> None:
    assert "nie opublikowano żadnej zmiany" in piotr.get("/desk/questions/effects").text


def test_ticket_keeps_its_page_when_nothing_was_suggested(house: House, ewa: Browser) -> None:
    with house.database.session() as session:
        ticket = open_ticket(session, NewTicket(Queue.PENSIONS, "Pytanie", "anna@example.org"), now=NOON)
        session.commit()
    page = f"/desk/tickets/{ticket.id}"
    assert ewa.get(page).status_code == 200

    ewa.send(f"{page}/correct", page, right="renta-wdowia")

    with house.database.reading() as session:
        assert session.get_one(Ticket, ticket.id).article is None
        assert [(one.origin, one.right_article) for one in session.scalars(select(Correction))] == [
            (f"ticket:{ticket.id}:0", "renta-wdowia")
        ]
