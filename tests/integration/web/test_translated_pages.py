"""The public pages in Ukrainian."""

from lxml import etree, html

from tests.integration.web.conftest import House

SITE = "http://testserver"


def test_translation_has_its_language_and_leads_to_the_polish_page_and_back(house: House) -> None:
    client = house.customer()

    ukrainian = html.fromstring(client.get("/wiedza/uk/zasilek-chorobowy").text)
    polish = html.fromstring(client.get("/wiedza/zasilek-chorobowy").text)

    assert (ukrainian.get("lang"), polish.get("lang")) == ("uk", "pl")
    for page in (ukrainian, polish):
        alternates = {link.get("hreflang"): link.get("href") for link in page.iterfind(".//link[@hreflang]")}
        assert alternates["uk"].endswith("/wiedza/uk/zasilek-chorobowy")
        assert alternates["pl"].endswith("/wiedza/zasilek-chorobowy")
    assert [link.text.strip() for link in polish.iterfind(".//a[@hreflang='uk']")] == ["Українською"]
    assert ukrainian.xpath("//a[@hreflang='pl'][@href='/wiedza/zasilek-chorobowy']")


def test_page_says_that_it_is_a_help_and_has_no_polish_headings(house: House) -> None:
    page = html.fromstring(house.customer().get("/wiedza/uk/dobry-start-300-plus").text)

    headings = [heading.text_content().strip() for heading in page.iterfind(".//h2")]
    assert headings[:1] == ["Що зробити"]
    assert not set(headings) & {"Co zrobić", "Dokumenty", "Terminy", "Gdzie", "Opłaty", "Źródła"}
    assert "Цей переклад є лише допомогою" in page.text_content()
    assert "{{" not in page.text_content()


def test_list_leads_to_all_ten(house: House) -> None:
    client = house.customer()
    page = html.fromstring(client.get("/wiedza/uk").text)

    paths = [link.get("href") for link in page.iterfind(".//main//ul[@class='links']//a")]

    assert len(paths) == 10
    assert all(client.get(path).status_code == 200 for path in paths)


def test_untranslated_and_unknown_articles_are_missing(house: House) -> None:
    client = house.customer()

    assert client.get("/wiedza/uk/renta-socjalna").status_code == 404
    assert client.get("/wiedza/uk/nie-ma").status_code == 404


def test_map_of_the_pages_names_them(house: House) -> None:
    tree = etree.fromstring(house.customer().get("/sitemap.xml").content)

    assert f"{SITE}/wiedza/uk/zasilek-chorobowy" in {
        str(loc.text).replace("http://localhost:8000", SITE) for loc in tree.iter("{*}loc")
    }
