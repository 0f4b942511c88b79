"""A week of editors and supervisors in Chromium, all parts real: questions, articles, models, and score cards.

With `OKIENKO_SCREENSHOTS=docs/images` in the environment the pages of the week are kept there as pictures.
"""

import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect
from pydantic import SecretStr
from sqlalchemy import delete, select

from helpdesk.database import Database
from helpdesk.tables import EvaluationRun, PublishedArticle, TrainedModel
from knowledge.article import Article
from knowledge.library import Library, parse
from knowledge.live import LOOK_EVERY
from knowledge.publishing import publish, withdraw
from knowledge.question_sets import HELD_OUT, read_questions
from okienko import background
from okienko.asking import house_client
from okienko.bootstrap import build_knowledge, build_web
from okienko.demonstration.data import SignIn, load_demonstration
from okienko.demonstration.pages import demonstration_pages
from okienko.evaluation.asking import ask_search
from okienko.places import ARTICLES, ROOT
from okienko.settings import Opening, Settings
from okienko.storage import now
from tests.conftest import KEY, SEALER, Engine
from tests.servers.ports import eventually, free_port
from tests.servers.site import site

SLOW = 60_000
PICTURES = os.environ.get("OKIENKO_SCREENSHOTS", "")
SHOWN_WITHIN = 5.0
"""Seconds in which a publication reaches customers."""
CARE = "zasilek-opiekunczy-dziecko"
LONGEST_TRAINING = 600.0
STRANGE = "kto da kwitek na grzdyla z gilem do pasa"
"""A question in words that no article and no example knows."""
UMBRELLAS = "gdzie seniorka odbierze fioletowy parasol od zusu"


class Week:
    """The house of the week: its site, and a browser for each person."""

    def __init__(self, url: str, sign_in: SignIn, settings: Settings, browser: Browser, stack: ExitStack) -> None:
        self.url, self.sign_in, self.settings = url, sign_in, settings
        self._browser, self._stack = browser, stack

    def staff(self, login: str, path: str, look: str = "light") -> Page:
        context = self._browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=look)
        self._stack.callback(context.close)
        page = context.new_page()
        page.goto(f"{self.url}/desk/login")
        page.get_by_label("Login").fill(login)
        page.get_by_label("Hasło").fill(self.sign_in.password)
        page.get_by_role("button", name="Zaloguj").click()
        page.wait_for_url(re.compile(r"/desk(?!/login)"))
        page.goto(f"{self.url}{path}")
        return page

    def customer(self) -> Page:
        """A customer who waits for a person."""
        context = self._browser.new_context(viewport={"width": 380, "height": 740})
        self._stack.callback(context.close)
        page = context.new_page()
        page.goto(self.url)
        page.get_by_role("button", name="asystent").first.click()
        box = page.get_by_role("textbox", name="Treść wiadomości")
        for words in ("ile wynosi zasilek macierzynski", "chcę rozmawiać z konsultantem"):
            box.fill(words)
            box.press("Enter")
            expect(page.get_by_role("log")).to_contain_text(re.compile("Stan na:|Połącz bez potwierdzania"))
        page.get_by_role("log").get_by_role("button", name="Połącz bez potwierdzania").click()
        return page

    def ask(self, question: str) -> dict[str, object]:
        """What the chat answers somebody."""
        with house_client(self.settings, self.url) as client:
            reply: dict[str, object] = client.post("/api/chat", json={"text": question}).json()["replies"][-1]
            return reply

    def until_answered(self, question: str, article: str | None) -> float:
        """Ask until the chat answers with an article, or without one; returns the seconds it took."""
        begun = time.monotonic()
        eventually(lambda: self.ask(question)["article"] == article)
        return time.monotonic() - begun


@pytest.fixture(scope="module")
def week(
    engine: Engine, library: Library, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Week]:
    """The house over the database that the running Rasa and its actions follow, with the work behind the desk."""
    expect.set_options(timeout=SLOW)
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("week"),
        database_url=engine.database_url,
        rasa_url=engine.rasa_url,
        actions_url=engine.actions_url,
        web_port=free_port(),
        secret_keys=SecretStr(KEY),
        opening=Opening.ALWAYS,
        smtp_port=free_port(),
        imap_port=free_port(),
    )
    for kept in ("index", "models"):
        (settings.data_dir / kept).symlink_to(ROOT / ".data" / kept)
    database = Database(engine.database_url, SEALER)
    sign_in = load_demonstration(database, settings.data_dir)
    with ExitStack() as stack:
        stack.callback(database.close)
        stack.callback(_leave_as_before, database, library)
        stack.enter_context(_work_behind_the_desk(settings, database))
        url = stack.enter_context(site(build_web(settings, [demonstration_pages(settings)]), settings.web_port))
        yield Week(url, sign_in, settings, browser, stack)


@contextmanager
def _work_behind_the_desk(settings: Settings, database: Database) -> Iterator[None]:
    stop = threading.Event()
    house = background.House(settings, database, build_knowledge(settings, database), now, stop)
    working = threading.Thread(target=background.keep_doing, args=(_steps(house), stop))
    working.start()
    try:
        yield
    finally:
        stop.set()
        working.join()


def _steps(house: background.House) -> list[background.Step]:
    """All steps of the work behind the desk; the evaluations of the week ask every tenth of the held-out questions."""
    evaluator = background.evaluator_of(house)
    few = partial(ask_search, questions=read_questions(HELD_OUT)[::10], stop=house.stop)
    quick = replace(evaluator, questioning=replace(evaluator.questioning, ask=few))
    rest = [step for step in background.steps(house) if step.name != "evaluations"]
    return [background.Step("evaluations", 1.0, quick.work), *rest]


def _leave_as_before(database: Database, library: Library) -> None:
    """Other tests share the engine: it gets the release's articles and model back."""
    with database.session() as session:
        session.execute(delete(EvaluationRun).where(EvaluationRun.model_id.is_not(None)))
        session.execute(delete(TrainedModel))
        for row in session.scalars(select(PublishedArticle)).all():
            known: Article | None = library.articles.get(row.id)
            if known is not None:
                publish(session, (ARTICLES / known.file).read_text(encoding="utf-8"), file=known.file, now=now())
            elif row.text is not None:
                withdraw(session, parse(row.text, row.file), now=now())
        session.commit()
    time.sleep(LOOK_EVERY)


def keep(page: Page, name: str) -> None:
    """Keep a picture of a page, if pictures are wanted."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"week-{name}.png", full_page=True)


def press(page: Page, name: str | re.Pattern[str]) -> None:
    """Send a form, and wait for the page that comes of it."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def refreshed_until(page: Page, there: Callable[[], bool], seconds: float = 120.0) -> None:
    """Look at a page again and again, as somebody waits for work behind the desk."""

    def look() -> bool:
        page.reload()
        return there()

    eventually(look, seconds)


def test_unanswered_question_becomes_an_example_and_is_answered(week: Week) -> None:
    reply = week.ask(STRANGE)
    assert reply["article"] is None

    piotr, irena = week.staff("piotr", "/desk/questions"), week.staff("irena", "/desk/knowledge", look="dark")
    row = piotr.get_by_role("link", name=STRANGE)
    refreshed_until(piotr, lambda: row.count() > 0)
    keep(piotr, "questions")
    row.first.click()
    piotr.get_by_role("searchbox", name="Znajdź artykuł").fill("zasiłek opiekuńczy")
    press(piotr, "Szukaj")
    piotr.get_by_role("radio", name=re.compile("^Zasiłek opiekuńczy")).first.check()
    keep(piotr, "question")
    press(piotr, "Dodaj do szkicu artykułu")

    piotr.goto(f"{week.url}/desk/knowledge/articles/{CARE}/draft")
    piotr.get_by_label("Co zmieniono i dlaczego").fill("Pytanie, na które asystent nie znał odpowiedzi.")
    press(piotr, "Przekaż do recenzji")
    _publish(irena, CARE)

    assert week.until_answered(STRANGE, CARE) < SHOWN_WITHIN


def test_draft_is_reviewed_by_another_person_published_and_an_older_version_restored(week: Week) -> None:
    piotr, irena = week.staff("piotr", "/desk/knowledge/new"), week.staff("irena", "/desk/knowledge", look="dark")
    piotr.get_by_label("Tytuł").fill("Fioletowe parasole dla seniorów")
    piotr.get_by_label("Identyfikator").fill("fioletowe-parasole")
    piotr.get_by_label("Podsumowanie").fill(
        "Fioletowy parasol dostaje każda osoba po 90. roku życia. Odbiera się go w placówce ZUS, bez wniosku."
    )
    piotr.get_by_label("Treść", exact=False).last.fill("## Gdzie odebrać\n\nW każdej placówce, w sali obsługi.")
    piotr.get_by_label("Przykładowe pytania").fill("\n".join(_ways_to_ask()))
    piotr.get_by_label("Źródło 1: adres").fill("https://www.zus.pl/parasole")
    piotr.get_by_label("Źródło 1: stan na").fill("2026-11")
    piotr.get_by_role("checkbox", name="ogólny").check()
    piotr.get_by_label("Co zmieniono i dlaczego").fill("Nowe świadczenie.")
    keep(piotr, "edit")
    press(piotr, "Zapisz i przejdź do recenzji")
    press(piotr, "Przekaż do recenzji")
    expect(piotr.get_by_text("Zatwierdzi go ktoś inny")).to_be_visible()
    expect(piotr.get_by_role("button", name="Zatwierdź")).to_have_count(0)

    _publish(irena, "fioletowe-parasole")
    assert week.until_answered(UMBRELLAS, "fioletowe-parasole") < SHOWN_WITHIN

    # A second version says something wrong; a supervisor brings the first one back at once.
    piotr.goto(f"{week.url}/desk/knowledge/articles/fioletowe-parasole/edit")
    piotr.get_by_label("Podsumowanie").fill("Fioletowy parasol kosztuje 500 zł i wysyła się go pocztą do domu.")
    piotr.get_by_label("Co zmieniono i dlaczego").fill("Cena.")
    press(piotr, "Zapisz i przejdź do recenzji")
    press(piotr, "Przekaż do recenzji")
    _publish(irena, "fioletowe-parasole")
    eventually(lambda: "500 zł" in str(week.ask(UMBRELLAS)["text"]))

    zofia = week.staff("zofia", "/desk/knowledge/articles/fioletowe-parasole/versions/1")
    zofia.get_by_label("Dlaczego od razu?").fill("Parasol jest bezpłatny; wersja 2 wprowadzała w błąd.")
    press(zofia, "Przywróć od razu")
    keep(zofia, "versions")
    eventually(lambda: "bez wniosku" in str(week.ask(UMBRELLAS)["text"]))
    # Who is at the desk is offered chats.
    press(zofia, "Wyloguj")


def _publish(reviewer: Page, article: str) -> None:
    """Review a draft of somebody else and publish it, when its evaluation is there."""
    reviewer.goto(re.sub(r"/desk.*", f"/desk/knowledge/articles/{article}/draft", reviewer.url))
    publish_now = reviewer.get_by_role("button", name="Zatwierdź i opublikuj teraz")
    # The draft's evaluation comes first.
    refreshed_until(
        reviewer,
        lambda: publish_now.count() > 0 and reviewer.get_by_text(re.compile("^Ocena (czeka|trwa)")).count() == 0,
    )
    keep(reviewer, "review")
    reviewer.get_by_label("Komentarz dla autora").fill("Sprawdzone ze źródłem.")
    with reviewer.expect_navigation():
        publish_now.click()
    expect(reviewer.get_by_role("status")).to_be_visible()


def _ways_to_ask() -> list[str]:
    who = ("senior", "seniorka", "babcia", "dziadek", "emeryt po 90")
    what = (
        "gdzie {} odbierze fioletowy parasol",
        "kiedy {} dostanie fioletowy parasol z zusu",
        "czy {} musi złożyć wniosek o fioletowy parasol",
        "ile kosztuje fioletowy parasol, który dostaje {}",
    )
    return [words.format(one) for one in who for words in what]


def test_supervisor_scores_a_chat_and_the_consultant_appeals(week: Week) -> None:
    ewa = week.staff("ewa", "/desk")
    phone = week.customer()
    number = _taken_and_ended(week, ewa, phone)

    zofia = week.staff("zofia", f"/desk/quality/case?number={number}", look="dark")
    press(zofia, "Oceń pracę: Ewa Konsultantka")
    for group in zofia.get_by_role("group").filter(has=zofia.get_by_role("radio")).all():
        group.get_by_role("radio", name="3", exact=True).check()
    zofia.get_by_role("radio", name="1", exact=True).first.check()
    zofia.get_by_label("Uwagi dla konsultanta").fill("Odpowiedź była uprzejma, ale zabrakło terminu złożenia wniosku.")
    keep(zofia, "score")
    press(zofia, "Wystaw kartę")
    expect(zofia.get_by_role("heading", name=re.compile("^Karta"))).to_be_visible()

    ewa.goto(f"{week.url}/desk/quality/mine")
    ewa.get_by_role("link", name=re.compile(f"{number}")).first.click()
    ewa.get_by_label("Z czym się Pani/Pan nie zgadza").fill("Termin podałam, jest w zapisie rozmowy.")
    keep(ewa, "appeal")
    press(ewa, "Złóż odwołanie")
    expect(ewa.get_by_role("heading", name=re.compile("^Odwołanie z"))).to_be_visible()

    # Who gave the card does not decide on the appeal.
    zofia.goto(f"{week.url}/desk/quality/appeals")
    expect(zofia.get_by_text("rozstrzygnie ktoś inny")).to_be_visible()
    barbara = week.staff("barbara", "/desk/quality/appeals")
    barbara.get_by_role("link", name=re.compile("^Karta")).click()
    barbara.get_by_role("radio", name=re.compile("^Utrzymać")).check()
    barbara.get_by_label("Uzasadnienie").fill("Termin padł, ale dopiero po pytaniu klienta. Ocena zostaje.")
    press(barbara, "Zapisz decyzję")
    ewa.reload()
    expect(ewa.get_by_role("heading", name=re.compile("^Decyzja"))).to_be_visible()


def _taken_and_ended(week: Week, ewa: Page, phone: Page) -> str:
    ewa.get_by_role("button", name="Przyjmij").first.click()
    ewa.wait_for_url("**/desk/chats?current=*")
    found = re.search(r"current=(\d+)", ewa.url)
    assert found
    box = ewa.get_by_role("textbox", name="Odpowiedź", exact=True)
    box.fill("Dzień dobry, wniosek można złożyć przez eZUS.")
    box.press("Enter")
    expect(phone.get_by_role("log")).to_contain_text("przez eZUS")
    ewa.get_by_text("Zakończenie", exact=True).click()
    ewa.get_by_label("Powód zakończenia").select_option(label="klient otrzymał odpowiedź")
    press(ewa, "Zakończ rozmowę")
    expect(phone.get_by_role("log")).to_contain_text("Konsultant zakończył rozmowę")
    return found[1]


@contextmanager
def _writing(week: Week) -> Iterator[list[object]]:
    """Somebody who asks again and again, each question in a conversation of its own; gives what went wrong."""
    stop, failures, answered = threading.Event(), [], []

    def write() -> None:
        with house_client(week.settings, week.url) as client:
            while not stop.is_set():
                answer = client.post("/api/chat", json={"text": "Ile wynosi zasiłek macierzyński?"})
                got = [reply["article"] for reply in answer.json().get("replies", [])]
                (answered if got == ["zasilek-macierzynski"] else failures).append((answer.status_code, got))

    customers = [threading.Thread(target=write) for _ in range(2)]
    for one in customers:
        one.start()
    try:
        yield failures
    finally:
        stop.set()
        for one in customers:
            one.join()
    assert answered


def _learn_another_question(week: Week, library: Library) -> None:
    """Publish an article with one more example: without a change there is nothing to train."""
    file = library.articles[CARE].file
    text = (ARTICLES / file).read_text(encoding="utf-8")
    more = text.replace(
        "questions:\n", "questions:\n- maluch gorączkuje, kto mi zapłaci za siedzenie z nim w domu\n", 1
    )
    database = Database(week.settings.database_url, SEALER)
    with closing(database), database.session() as session:
        publish(session, more, file=file, now=now())
        session.commit()


def _loaded(engine: Engine) -> str:
    return str(httpx2.get(f"{engine.rasa_url}/status", trust_env=False).json()["model_file"])


@pytest.mark.slow
def test_model_is_retrained_put_to_work_and_rolled_back_while_customers_write(
    week: Week, engine: Engine, library: Library
) -> None:
    piotr = week.staff("piotr", "/desk/models")
    former = _loaded(engine)
    _learn_another_question(week, library)
    with _writing(week) as failures:
        press(piotr, "Trenuj")
        refreshed_until(
            piotr, lambda: piotr.get_by_role("button", name="Włącz ten model").count() > 0, LONGEST_TRAINING
        )
        keep(piotr, "model")
        press(piotr, "Włącz ten model")
        eventually(lambda: _loaded(engine) != former, 180)
        piotr.goto(f"{week.url}/desk/models")
        keep(piotr, "models")
        press(piotr, re.compile("^Wróć do modelu"))
        eventually(lambda: _loaded(engine) == former, 180)
    assert failures == []
