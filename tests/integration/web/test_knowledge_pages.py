"""The public pages of the knowledge, its search, and what robots read."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from lxml import etree, html

from knowledge.article import Article
from knowledge.errors import DataFileError
from knowledge.library import Library
from knowledge.life_events import load_life_events
from tests.integration.web.conftest import House
from web.knowledge.highlight import best_sentence, wanted
from web.knowledge.order import initial, polish_order

SITE = "http://testserver"
ONE_OF_EACH = (
    "/wiedza",
    "/wiedza/szukaj?q=zasiłek macierzyński",
    "/wiedza/szukaj?q=zus zua",
    "/wiedza/profil/platnik",
    "/wiedza/dzial/zasilki",
    "/wiedza/sytuacja/narodziny-dziecka",
    "/wiedza/formularze",
    "/wiedza/formularz/zam",
    "/wiedza/slownik",
    "/wiedza/zasilek-macierzynski",
    "/wiedza/nie-ma",
)


def read(client: TestClient, path: str) -> html.HtmlElement:
    return html.fromstring(client.get(path).text)


def words(nodes: Iterable[html.HtmlElement]) -> list[str]:
    return [" ".join(node.text_content().split()) for node in nodes]


def places(client: TestClient) -> list[str]:
    tree = etree.fromstring(client.get("/sitemap.xml").content)
    return [str(loc.text) for loc in tree.iter("{*}loc")]


def serve(house: House, *articles: Article) -> None:
    parts = house.app.state.parts
    base = replace(parts.knowledge(), library=Library({article.id: article for article in articles}))
    house.app.state.parts = replace(parts, knowledge=lambda: base)


def test_search_of_the_api_finds_the_article_with_and_without_diacritics(house: House) -> None:
    client = house.customer()

    for question in ("ile wynosi zasiłek macierzyński", "ile wynosi zasilek macierzynski"):
        found = client.get("/api/knowledge/search", params={"q": question}).json()
        assert found["results"][0]["article"] == "zasilek-macierzynski"
        assert found["results"][0]["url"] == f"{SITE}/wiedza/zasilek-macierzynski"


@pytest.mark.parametrize("path", ONE_OF_EACH)
def test_every_kind_of_page_can_be_read_by_ear_and_by_keyboard(house: House, path: str) -> None:
    page = read(house.customer(), path)

    assert page.get("lang") == "pl"
    assert page.xpath("count(//h1)") == 1
    levels = [int(heading.tag[1]) for heading in page.xpath("//h1|//h2|//h3|//h4")]
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    assert all(page.xpath(f"count(/html/body/{landmark})") == 1 for landmark in ("header", "main", "footer"))
    assert all(nav.get("aria-label") for nav in page.iter("nav"))
    assert page.xpath("//body/a[1]/@href") == ["#main"]
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert set(page.xpath("//label/@for")) == {"q"}


def test_every_page_of_the_map_is_there_under_its_own_address_and_leads_nowhere_wrong(house: House) -> None:
    client = house.customer()
    listed = places(client)
    pages = {place: read(client, urlsplit(place).path) for place in listed}

    assert len(listed) == len(set(listed)) > 300
    assert all(page.xpath("//link[@rel='canonical']/@href") == [place] for place, page in pages.items())
    assert not [place for place, page in pages.items() if "{{" in page.text_content()]
    targets = {target for page in pages.values() for target in page.xpath("//main//a[starts-with(@href, '/')]/@href")}
    assert {f"{SITE}{target.partition('#')[0]}" for target in targets} <= set(listed)


def test_index_leads_to_profiles_situations_and_departments(house: House) -> None:
    targets = read(house.customer(), "/wiedza").xpath("//main//a/@href")

    assert sum(target.startswith("/wiedza/profil/") for target in targets) == 6
    assert sum(target.startswith("/wiedza/dzial/") for target in targets) == 8
    assert sum(target.startswith("/wiedza/sytuacja/") for target in targets) >= 25


def test_profile_shows_only_its_own_topics(house: House, library: Library) -> None:
    targets = read(house.customer(), "/wiedza/profil/lekarz").xpath("//ul[@class='links']//a/@href")

    expected = {f"/wiedza/{article.id}" for article in library.articles.values() if "lekarz" in article.profiles}
    assert set(targets) == expected


def test_situation_lists_its_topics_in_the_order_of_the_data(house: House) -> None:
    (event,) = (event for event in load_life_events() if event.id == "smierc-bliskiej-osoby")

    page = read(house.customer(), "/wiedza/sytuacja/smierc-bliskiej-osoby")

    assert page.xpath("//ol[@class='path']//a/@href") == [f"/wiedza/{item.article}" for item in event.readings]
    assert words(page.xpath("//ol[@class='path']//p")) == [item.reason for item in event.readings]
    assert words(page.iter("h1")) == ["Co powinieneś zrobić, gdy umiera bliska osoba"]


def test_topic_answers_first_and_shows_steps_dates_and_every_source(house: House, library: Library) -> None:
    article = library.articles["zasilek-macierzynski"]

    page = read(house.customer(), f"/wiedza/{article.id}")

    text = page.xpath("//article")[0].text_content()
    parts = ["Stan na:", "Co zrobić", "Dokumenty", "Formularze", "Terminy", "Gdzie", "Opłaty", "Wysokość"]
    parts += ["Podstawa prawna", "Sprawy z własnego konta", "potwierdzeniu tożsamości", "Źródła"]
    found = [text.index(part) for part in parts]
    assert found == sorted(found)
    assert len(page.xpath("//ol[@class='steps']/li")) == len(article.steps)
    assert page.xpath("//ul[@class='sources']//a/@href") == [source.url for source in article.sources]
    assert page.xpath("//ul[@class='sources']//time/@datetime") == [source.as_of for source in article.sources]
    assert f"/wiedza/{article.related[0]}" in page.xpath("//aside//a/@href")
    assert "/wiedza/formularz/zam" in page.xpath("//article//a/@href")


def test_button_that_needs_the_widget_is_hidden_until_a_script_shows_it(house: House) -> None:
    (button,) = read(house.customer(), "/wiedza/zasilek-macierzynski").xpath("//button[@data-ask]")

    assert "hidden" in button.attrib
    assert "Zasiłek macierzyński" in button.get("data-ask")


def test_withdrawn_topic_is_neither_shown_nor_listed(house: House, library: Library) -> None:
    valid, withdrawn = library.articles["zasilek-chorobowy"], library.articles["zasilek-macierzynski"]
    serve(house, valid, replace(withdrawn, valid_until=date(2026, 11, 19)))
    client = house.customer()

    assert client.get(f"/wiedza/{valid.id}").status_code == 200
    assert client.get(f"/wiedza/{withdrawn.id}").status_code == 404
    for path in ("/wiedza/dzial/zasilki", "/wiedza/sytuacja/narodziny-dziecka", "/sitemap.xml", "/wiedza/zmiany.atom"):
        assert f"/wiedza/{withdrawn.id}" not in client.get(path).text


def test_markup_in_an_article_comes_out_as_text(house: House, library: Library) -> None:
    evil = "<script>alert(1)</script>"
    article = replace(library.articles["zasilek-chorobowy"], title=evil, summary=evil, steps=(evil,), body=evil)
    serve(house, article)

    for path in (f"/wiedza/{article.id}", "/wiedza/dzial/zasilki", "/wiedza/zmiany.atom"):
        assert evil not in house.customer().get(path).text


@pytest.mark.parametrize("path", ["/wiedza", "/wiedza/szukaj"])
def test_search_marks_the_words_in_title_and_sentence_whatever_their_form(house: House, path: str) -> None:
    page = read(house.customer(), f"{path}?q=komu przysluguja zasilki macierzynskie")

    first = page.xpath("//ol[@class='results']/li[1]")[0]
    assert first.xpath(".//h3/a/@href") == ["/wiedza/zasilek-macierzynski"]
    assert words(first.xpath(".//h3//mark")) == ["Zasiłek", "macierzyński"]
    assert "przysługuje" in words(first.xpath(".//p//mark"))


@pytest.mark.parametrize("typed", ["ZUS ZUA", "zua", "druk zua", "A1", "z12"])
def test_typed_symbol_shows_its_form_first(house: House, typed: str) -> None:
    page = read(house.customer(), f"/wiedza?q={typed}")

    assert words(page.xpath("(//main//section)[1]/p[1]")) == ["Formularz"]
    (target,) = page.xpath("(//main//section)[1]//h2/a/@href")
    assert house.customer().get(target).status_code == 200


def test_asked_term_shows_its_meaning_and_the_place_in_the_glossary(house: House) -> None:
    client = house.customer()

    page = read(client, "/wiedza?q=co to jest okres wyczekiwania")

    (target,) = page.xpath("(//main//section)[1]//h2/a/@href")
    path, _, anchor = target.partition("#")
    (entry,) = read(client, path).xpath(f"//div[@id='{anchor}']")
    assert words(entry.iter("dt")) == ["okres wyczekiwania"]


def test_search_without_a_result_helps_on(house: House) -> None:
    page = house.customer().get("/wiedza", params={"q": "???"})

    assert page.status_code == 200
    assert "Nie znaleziono tematu" in page.text


def test_search_words_come_back_as_text(house: House) -> None:
    page = house.customer().get("/wiedza", params={"q": '"><script>alert(1)</script>'})

    assert "<script>alert" not in page.text


def test_results_of_a_search_are_not_kept_by_search_engines(house: House) -> None:
    page = read(house.customer(), "/wiedza?q=emerytura")

    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert not page.xpath("//link[@rel='canonical']")


@pytest.mark.parametrize("rest", ["nie-ma", "profil/nikt", "dzial/zaden", "sytuacja/inna", "formularz/brak", "a/b/c"])
def test_unknown_page_is_a_polish_404_with_the_search(house: House, rest: str) -> None:
    response = house.customer().get(f"/wiedza/{rest}")

    page = html.fromstring(response.text)
    assert response.status_code == 404
    assert words(page.iter("h1")) == ["Nie ma takiej strony"]
    assert page.xpath("//main//form/@action") == ["/wiedza/szukaj"]


def test_slash_at_the_end_leads_to_the_page(house: House) -> None:
    response = house.customer().get("/wiedza/slownik/", follow_redirects=False)

    assert (response.status_code, response.headers["location"]) == (308, "/wiedza/slownik")


def test_feed_has_the_thirty_articles_changed_last(house: House, library: Library) -> None:
    changed = [
        replace(article, changed=date(2026, 1 + number // 28, 1 + number % 28))
        for number, article in enumerate(library.articles.values())
    ]
    serve(house, *changed)

    response = house.customer().get("/wiedza/zmiany.atom")

    feed = etree.fromstring(response.content)
    updates = [datetime.fromisoformat(str(node.text)) for node in feed.iterfind("{*}entry/{*}updated")]
    assert response.headers["content-type"].startswith("application/atom+xml")
    assert [moment.date() for moment in updates] == sorted((a.changed for a in changed), reverse=True)[:30]
    assert all(moment.tzinfo for moment in updates)
    assert feed.findtext("{*}updated") == feed.findtext("{*}entry/{*}updated")
    assert all(str(node.text).startswith(f"{SITE}/wiedza/") for node in feed.iterfind("{*}entry/{*}id"))


def test_robots_find_the_map_under_both_addresses(house: House) -> None:
    client = house.customer()

    assert f"Sitemap: {SITE}/sitemap.xml" in client.get("/robots.txt").text.splitlines()
    assert client.get("/wiedza/sitemap.xml").content == client.get("/sitemap.xml").content


def test_glossary_and_forms_follow_the_polish_alphabet(house: House) -> None:
    client = house.customer()

    terms = words(read(client, "/wiedza/slownik").iter("dt"))
    groups = [words(table.xpath(".//tbody//th")) for table in read(client, "/wiedza/formularze").iter("table")]

    assert terms == sorted(terms, key=polish_order)
    assert all(symbols == sorted(symbols, key=polish_order) for symbols in groups)


@pytest.mark.parametrize(
    "ordered",
    [
        ["lato", "ława", "łoś", "mama"],
        ["cyna", "ćma", "dom"],
        ["zupa", "źródło", "żaba"],
        ["Osa", "ósmy", "pan"],
        ["Z-3", "Z-3a", "Z-10", "ZAM"],
        ["„babciowe”", "Czternasta"],
        ["a b", "aba", "ab c"],
    ],
)
def test_order_is_that_of_a_polish_dictionary(ordered: list[str]) -> None:
    backwards = list(reversed(ordered))

    assert sorted(backwards, key=polish_order) == ordered


def test_initial_of_a_number_is_the_sign_of_all_numbers() -> None:
    assert [initial(text) for text in ("800 plus", "„źródło”", "żaba", "IVR")] == ["0–9", "Ź", "Ż", "I"]


@pytest.mark.parametrize(
    ("question", "text", "marked"),
    [
        ("zasiłki chorobowe", "O zasiłku chorobowym", "O <mark>zasiłku</mark> <mark>chorobowym</mark>"),
        ("skladka", "Składki płaci się co miesiąc.", "<mark>Składki</mark> płaci się co miesiąc."),
        ("jak to jest z rentą w zus", "To jest renta z ZUS", "To jest <mark>renta</mark> z ZUS"),
        ("druk Z-3", "Druk Z-3 i Z-3a", "<mark>Druk</mark> <mark>Z-3</mark> i Z-3a"),
        ("z3", "Druk Z-3", "Druk <mark>Z-3</mark>"),
        ("b", "<b>&", "&lt;<mark>b</mark>&gt;&amp;"),
        ("", "renta", "renta"),
        ("ile to", "Ile to trwa", "<mark>Ile</mark> <mark>to</mark> trwa"),
    ],
)
def test_words_of_a_question_are_marked_and_nothing_else(question: str, text: str, marked: str) -> None:
    assert str(wanted(question).marked(text)) == marked


def test_best_sentence_tells_what_the_title_does_not(library: Library) -> None:
    article = replace(
        library.articles["zasilek-chorobowy"],
        title="Zasiłek chorobowy",
        summary="Zasiłek chorobowy jest z ubezpieczenia. Wniosek składa się wg art. 5 ust. 1.",
        body="## Odsetki od zasiłku\n\nSą też **odsetki**. Zasiłek z odsetkami przychodzi później.",
    )

    assert best_sentence(article, wanted("zasiłek chorobowy odsetki")) == "Zasiłek z odsetkami przychodzi później."
    assert best_sentence(article, wanted("wniosek")) == "Wniosek składa się wg art. 5 ust. 1."
    assert best_sentence(article, wanted("kapusta")) == "Zasiłek chorobowy jest z ubezpieczenia."


def test_situations_of_life_name_existing_topics_once_each(library: Library) -> None:
    for event in load_life_events():
        named = [reading.article for reading in event.readings]
        assert set(named) <= set(library.articles), event.id
        assert len(named) == len(set(named)) >= 4, event.id


@pytest.mark.parametrize(
    "text",
    [
        "- group: Praca",
        "- group: Praca\n  events: [{id: a, title: b, articles: []}]",
        "- group: Praca\n  events: [{id: a, title: b, lead: c, articles: [d]}]",
        "- group: A\n  events: &all [{id: a, title: b, lead: c, articles: []}]\n- group: B\n  events: *all",
    ],
)
def test_wrong_situation_is_refused_with_the_name_of_the_file(tmp_path: Path, text: str) -> None:
    file = tmp_path / "events.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(DataFileError, match=r"events\.yaml"):
        load_life_events(file)
