"""The desk of editors: forms for people who are no programmers, a review by another person, and nothing lost."""

import io
import re
import zipfile
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from helpdesk.knowledge_states import DraftStatus, RunStatus
from helpdesk.lifecycle import Role
from helpdesk.staff import add_staff
from helpdesk.tables import ArticleDraft, EvaluationRun
from knowledge import editing
from knowledge.base import KnowledgeBase
from knowledge.library import parse
from knowledge.live import LOOK_EVERY, LiveKnowledge
from knowledge.released import released
from tests.conftest import NOON
from tests.integration.web.conftest import PASSWORD, House

ARTICLE = "renta-wdowia"
PLACE = f"/desk/knowledge/articles/{ARTICLE}"
OWN = released()[ARTICLE]


@pytest.fixture
def house(house: House) -> House:
    with house.database.session() as session:
        for login, role in (("nina", Role.EDITOR), ("olaf", Role.EDITOR), ("sara", Role.SUPERVISOR)):
            add_staff(session, login=login, name=login.title(), password=PASSWORD, queues=[], now=NOON, role=role)
        session.commit()
    return house


@pytest.fixture
def nina(house: House) -> TestClient:
    return house.consultant("nina")


@pytest.fixture
def olaf(house: House) -> TestClient:
    return house.consultant("olaf")


def fields(page: Response) -> dict[str, list[str]]:
    """Return what a browser would send of the largest form of a page."""
    form = max(re.findall(r"<form.*?</form>", page.text, re.DOTALL), key=len)
    found: dict[str, list[str]] = {}

    def add(name: str, value: str) -> None:
        found.setdefault(name, []).append(_plain(value))

    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="(\w+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or "checked" in tag):
            add(name[1], value[1] if value else "")
    for name, words in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL):
        add(name, words)
    for name, options in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        add(name, chosen[1] if chosen else "")
    return found


def _plain(text: str) -> str:
    for sign, entity in (("<", "&lt;"), (">", "&gt;"), ('"', "&#34;"), ("'", "&#39;"), ("&", "&amp;")):
        text = text.replace(entity, sign)
    return text


def csrf(page: Response) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


def mark(page: Response) -> str:
    found = re.search(r'name="mark" value="([^"]*)"', page.text)
    assert found is not None
    return found[1]


def write(client: TestClient, **changed: str | list[str]) -> Response:
    """Change some fields of the article's form and save it."""
    form: dict[str, str | list[str]] = {**fields(client.get(f"{PLACE}/edit")), **changed}
    return client.post(f"{PLACE}/edit", data=form)


def do(client: TestClient, deed: str, **more: str) -> Response:
    page = client.get(f"{PLACE}/draft")
    return client.post(f"{PLACE}/draft", data={"csrf": csrf(page), "mark": mark(page), "deed": deed, **more})


def judge(house: House) -> None:
    """Let the evaluation of the open draft be done."""
    with house.database.session() as session:
        for run in session.query(EvaluationRun):
            run.status, run.figures, run.before = RunStatus.DONE, {"first": 0.95}, {"first": 0.95}
        session.commit()


def draft_of(house: House) -> ArticleDraft:
    with house.database.reading() as session:
        found = editing.draft_of(session, ARTICLE)
        assert found is not None
        return found


def test_home_of_editors_lists_the_articles(nina: TestClient) -> None:
    page = nina.get("/desk/knowledge")

    assert page.status_code == 200
    assert f'href="{PLACE}"' in page.text
    assert f"({len(released())} z {len(released())})" in page.text
    assert nina.get("/desk/login/code").headers["location"] == "/desk/knowledge"


def test_list_is_chosen_by_queue_state_and_words(nina: TestClient) -> None:
    write(nina, title="Renta wdowia po nowemu")

    drafts = nina.get("/desk/knowledge?sign=draft&q=wdowia").text
    none = nina.get("/desk/knowledge?sign=draft&queue=platnicy").text

    assert "Lista (1 z" in drafts
    assert "Nie ma takich artykułów" in none


def test_saving_the_form_untouched_changes_nothing(house: House, nina: TestClient) -> None:
    response = write(nina)

    assert response.headers["location"].endswith("saved=same")
    with house.database.reading() as session:
        assert editing.draft_of(session, ARTICLE) is None


def test_form_changes_only_what_was_typed(house: House, nina: TestClient) -> None:
    write(nina, title="Renta wdowia: dwa świadczenia", note="Jaśniejszy tytuł")

    draft = draft_of(house)
    assert draft.text is not None
    before, after = parse(OWN.text, OWN.file), parse(draft.text, draft.file)
    assert after.title == "Renta wdowia: dwa świadczenia"
    assert after.changed == NOON.date()
    same = [name for name in before.__dict__ if name not in {"title", "changed"}]
    assert all(getattr(before, name) == getattr(after, name) for name in same)


def test_more_examples_leave_the_date_of_the_text(house: House, nina: TestClient) -> None:
    questions = [*parse(OWN.text, OWN.file).questions, "renta po mężu i emerytura razem"]
    write(nina, questions="\n".join(questions))

    draft = draft_of(house)
    assert draft.text is not None
    assert parse(draft.text, draft.file).changed == parse(OWN.text, OWN.file).changed


def test_wrong_fields_are_kept_and_named_beside_the_field(nina: TestClient) -> None:
    wrong: dict[str, str | list[str]] = {
        "title": "",
        "forms": "QQQ-1",
        "valid_from": "2026-05-01",
        "valid_until": "2026-01-01",
        "questions": "jedno",
        "related": ["Nie ma takiego"],
        "source_url": ["nie adres"],
        "source_as_of": ["maj"],
    }
    write(nina, **wrong)

    page = nina.get(f"{PLACE}/edit").text

    assert "Proszę uzupełnić to pole." in page
    assert "Koniec ważności jest wcześniejszy" in page
    assert "Potrzeba co najmniej tylu pozycji: 8. Teraz jest ich: 1." in page
    assert "„nie adres” to nie jest adres strony." in page
    assert "„maj” to nie jest data." in page
    for kept in ("QQQ-1", "jedno", "Nie ma takiego", "nie adres", 'value="2026-01-01"'):
        assert kept in page


def test_unknown_forms_articles_and_amounts_are_named(nina: TestClient) -> None:
    write(nina, forms="QQQ-1", related=["Nie ma takiego"], summary="Kwota to {{nie-ma-kwoty}} zł.")

    page = nina.get(f"{PLACE}/edit").text

    assert "Nie ma formularza „QQQ-1”" in page
    assert "Nie ma artykułu „Nie ma takiego”" in page
    assert "Nie ma kwoty „nie-ma-kwoty”" in page


def test_older_form_is_refused_with_both_texts_and_nothing_is_lost(
    house: House, nina: TestClient, olaf: TestClient
) -> None:
    write(nina, title="Tytuł Niny")
    old = fields(olaf.get(f"{PLACE}/edit"))
    write(nina, title="Drugi tytuł Niny")

    refused = olaf.post(f"{PLACE}/edit", data={**old, "title": "Tytuł Olafa", "fees": "bezpłatnie u nas"})

    assert refused.status_code == 409
    assert "Ktoś zmienił ten artykuł w międzyczasie" in refused.text
    assert "Drugi" in refused.text
    assert 'value="Tytuł Olafa"' in refused.text
    assert 'value="bezpłatnie u nas"' in refused.text
    assert "Drugi tytuł Niny" in (draft_of(house).text or "")
    olaf.post(f"{PLACE}/edit", data={**fields(refused)})
    assert "Tytuł Olafa" in (draft_of(house).text or "")


def test_two_who_begin_at_once_do_not_overwrite_each_other(house: House, nina: TestClient, olaf: TestClient) -> None:
    old = fields(olaf.get(f"{PLACE}/edit"))
    write(nina, title="Tytuł Niny")

    refused = olaf.post(f"{PLACE}/edit", data={**old, "title": "Tytuł Olafa"})

    assert refused.status_code == 409
    assert "Tytuł Niny" in (draft_of(house).text or "")


def test_draft_needs_another_person_and_an_evaluation(house: House, nina: TestClient, olaf: TestClient) -> None:
    write(nina, title="Renta wdowia i emerytura")
    assert do(nina, "submit", words="").status_code == 422
    assert do(nina, "submit", words="Jaśniejszy tytuł").status_code == 303
    assert do(nina, "approve").status_code == 409

    early = do(olaf, "approve_and_publish")
    assert early.status_code == 409
    assert "jeszcze nie oceniono" in early.text
    judge(house)
    done = do(olaf, "approve_and_publish")

    assert done.headers["location"].endswith("done=approve_and_publish")
    page = olaf.get(PLACE).text
    assert "Wersja 2" in page
    assert "recenzja: Olaf" in page


def test_reviewer_sees_the_difference_word_by_word_and_returns_with_a_comment(
    house: House, nina: TestClient, olaf: TestClient
) -> None:
    summary = parse(OWN.text, OWN.file).summary
    write(nina, summary=summary + " Dopisane zdanie.")
    do(nina, "submit", words="Dopisek")

    assert "Dopisane zdanie" in re.sub(r"<[^>]+>", "", olaf.get(f"{PLACE}/draft").text)
    assert "Czeka na moją recenzję (1)" in olaf.get("/desk/knowledge").text
    assert "Czeka na moją recenzję (0)" in nina.get("/desk/knowledge").text
    do(olaf, "return", words="Proszę podać źródło.")

    assert draft_of(house).status is DraftStatus.DRAFT
    assert "Proszę podać źródło." in nina.get(f"{PLACE}/draft").text


def test_deed_on_an_older_state_is_refused_and_the_comment_stays(
    house: House, nina: TestClient, olaf: TestClient
) -> None:
    write(nina, title="Pierwszy")
    do(nina, "submit", words="Tytuł")
    old = olaf.get(f"{PLACE}/draft")
    house.clock.advance(seconds=5)
    do(nina, "take_back")
    do(nina, "submit", words="Tytuł")

    form = {"csrf": csrf(old), "mark": mark(old), "deed": "approve", "words": "Bardzo dobrze"}
    refused = olaf.post(f"{PLACE}/draft", data=form)

    assert refused.status_code == 409
    assert "Ktoś zmienił ten szkic w międzyczasie" in refused.text
    assert "Bardzo dobrze</textarea>" in refused.text
    assert draft_of(house).status is DraftStatus.REVIEW


def test_publication_has_its_time_in_warsaw(house: House, nina: TestClient, olaf: TestClient) -> None:
    write(nina, title="Na później")
    do(nina, "submit", words="Tytuł")
    assert do(olaf, "approve", at="2020-01-01T08:00").status_code == 422

    do(olaf, "approve", at="2026-12-01T08:00")
    judge(house)

    draft = draft_of(house)
    assert draft.publish_at is not None
    assert draft.publish_at.isoformat() == "2026-12-01T07:00:00+00:00"
    with house.database.session() as session:
        assert editing.publish_due(session, draft.publish_at - timedelta(minutes=1)) == []
        assert [one.number for one in editing.publish_due(session, draft.publish_at)] == [2]


def test_broken_figure_needs_a_supervisor_with_a_reason(house: House, nina: TestClient, olaf: TestClient) -> None:
    write(nina, title="Gorszy")
    do(nina, "submit", words="Tytuł")
    do(olaf, "approve")
    judge(house)
    with house.database.session() as session:
        session.query(EvaluationRun).one().figures = {"first": 0.5}
        session.commit()
    assert do(olaf, "publish").status_code == 409
    assert do(olaf, "override", words="Bo tak trzeba zrobić.").status_code == 404
    sara = house.consultant("sara")
    assert "Dlaczego opublikować mimo gorszej oceny?" in sara.get(f"{PLACE}/draft").text
    assert do(sara, "override", words="krótko").status_code == 409

    do(sara, "override", words="Pytania kontrolne są stare.")

    assert do(olaf, "publish").status_code == 303


def test_withdrawal_is_a_draft_that_another_person_approves(house: House, nina: TestClient, olaf: TestClient) -> None:
    page = nina.get(PLACE)
    nina.post(f"{PLACE}/withdraw", data={"csrf": csrf(page), "words": "Przepisy uchylono."})
    do(nina, "submit")
    judge(house)

    do(olaf, "approve_and_publish")

    assert "wycofany" in olaf.get(PLACE).text
    with house.database.reading() as session:
        shown = editing.present(session, ARTICLE)
    assert shown is not None
    assert shown.text is None


def test_published_article_reaches_another_process_within_seconds(
    house: House, nina: TestClient, olaf: TestClient, base: KnowledgeBase
) -> None:
    seconds = [0.0]
    live = LiveKnowledge(base, house.database, NOON.date, monotonic=lambda: seconds[0])
    assert live().library.articles[ARTICLE].title != "Zupełnie nowy tytuł"
    write(nina, title="Zupełnie nowy tytuł")
    do(nina, "submit", words="Tytuł")
    judge(house)

    do(olaf, "approve_and_publish")
    seconds[0] += LOOK_EVERY

    assert live().library.articles[ARTICLE].title == "Zupełnie nowy tytuł"


def test_any_two_versions_are_compared_and_an_old_one_comes_back(
    house: House, nina: TestClient, olaf: TestClient
) -> None:
    for title in ("Druga postać", "Trzecia postać"):
        write(nina, title=title)
        do(nina, "submit", words="Tytuł")
        judge(house)
        do(olaf, "approve_and_publish")

    page = nina.get(f"{PLACE}/versions/3?against=1").text
    assert "Różnice wobec wersji 1" in page
    form = {"csrf": csrf(nina.get(f"{PLACE}/versions/1"))}
    assert nina.post(f"{PLACE}/versions/1/restore", data=form).headers["location"] == f"{PLACE}/draft"
    assert draft_of(house).text == OWN.text
    at_once = {**form, "at_once": "true", "words": "Błędna kwota w tytule."}
    assert nina.post(f"{PLACE}/versions/1/restore", data=at_once).status_code == 404

    sara = house.consultant("sara")
    at_once["csrf"] = csrf(sara.get(f"{PLACE}/versions/1"))
    sara.post(f"{PLACE}/versions/1/restore", data=at_once)

    with house.database.reading() as session:
        shown = editing.present(session, ARTICLE)
        assert shown is not None
        assert shown.text == OWN.text
        assert [one.number for one in editing.versions(session, ARTICLE)] == [4, 3, 2, 1]


def test_new_article_gets_its_id_from_the_title_and_may_be_unfinished(house: House, nina: TestClient) -> None:
    form = {**fields(nina.get("/desk/knowledge/new")), "title": "Żółte parasole we wtorki", "queue": "zasilki"}

    response = nina.post("/desk/knowledge/new", data=form)

    assert response.headers["location"].startswith("/desk/knowledge/articles/zolte-parasole-we-wtorki/edit")
    page = nina.get("/desk/knowledge/articles/zolte-parasole-we-wtorki/edit").text
    assert "Proszę wpisać treść artykułu." in page
    again = nina.post("/desk/knowledge/new", data=form)
    assert again.status_code == 422
    assert "Żółte parasole we wtorki" in again.text


def test_more_rows_keep_what_was_typed(nina: TestClient) -> None:
    page = write(nina, title="Jeszcze nie zapisany", then="more")

    assert page.status_code == 200
    assert 'value="Jeszcze nie zapisany"' in page.text


def test_draft_is_previewed_as_page_and_as_answer(nina: TestClient) -> None:
    title = "Renta wdowia w zupełnie nowym kształcie"
    write(nina, title=title)

    assert f"<h1>{title}</h1>" in nina.get(f"{PLACE}/preview").text
    page = nina.get(f"{PLACE}/answers", params={"q": "czym jest renta wdowia"}).text
    now, after = page.split("Po publikacji szkicu", 1)
    assert title in after
    assert f"{title} <span" not in now.split("Teraz", 1)[1]


def test_text_of_the_file_can_be_written_too(house: House, nina: TestClient) -> None:
    form = fields(nina.get(f"{PLACE}/raw"))

    nina.post(f"{PLACE}/raw", data={**form, "text": OWN.text.replace("title: ", "title: Surowy ")})
    broken = {**fields(nina.get(f"{PLACE}/raw")), "text": "bez nagłówka"}
    nina.post(f"{PLACE}/raw", data=broken)

    assert "bez nagłówka" in (draft_of(house).text or "")
    assert "Plik powinien zaczynać się wierszem ---." in nina.get(f"{PLACE}/raw").text
    assert nina.get(f"{PLACE}/edit").status_code == 200
    assert nina.get(f"{PLACE}/draft").status_code == 200
    assert nina.get("/desk/knowledge").status_code == 200


def test_files_become_drafts_and_each_bad_one_says_why(house: House, nina: TestClient) -> None:
    good = OWN.text.replace("title: ", "title: Z pliku ")
    files = [
        ("files", ("renta-wdowia.md", good.encode(), "text/markdown")),
        ("files", ("zly.md", b"bez naglowka", "text/markdown")),
        ("files", ("kodowanie.md", b"\xff\xfe\x00", "text/markdown")),
    ]

    page = nina.post("/desk/knowledge/import", data={"csrf": csrf(nina.get("/desk/knowledge/import"))}, files=files)

    assert page.status_code == 422
    assert "Plik powinien zaczynać się wierszem ---." in page.text
    assert "UTF-8" in page.text
    assert draft_of(house).text == good


def test_archive_has_the_layout_of_the_release(nina: TestClient) -> None:
    response = nina.get("/desk/knowledge/download")

    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert set(archive.namelist()) == {one.file for one in released().values()}
        assert archive.read(OWN.file).decode() == OWN.text
    assert nina.get(f"{PLACE}/download").text == OWN.text


@pytest.mark.parametrize("path", ["", "/edit", "/draft", "/preview", "/answers", "/versions/1"])
def test_article_that_is_not_there_is_not_found(nina: TestClient, path: str) -> None:
    assert nina.get(f"/desk/knowledge/articles/nie-ma-takiego{path}").status_code == 404


def test_consultants_do_not_see_the_editors_pages(house: House) -> None:
    assert house.consultant("ewa").get("/desk/knowledge").status_code == 404
