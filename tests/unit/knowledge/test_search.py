"""The search over five small articles: what it finds, what it keeps back, and how sure it is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

import pytest

from helpdesk.queues import Profile
from knowledge.errors import DataFileError
from knowledge.institutions import Institution
from knowledge.library import Library
from knowledge.off_topic import load_off_topic
from knowledge.question_sets import Question, Style
from knowledge.search import Background, Searcher
from knowledge.synonyms import Synonyms, load_synonyms
from knowledge.terms import sentences
from polish.analysis import analyse
from tests.unit.knowledge.conftest import make_article

TODAY = date(2026, 11, 21)


BACKGROUND = Background(
    synonyms=load_synonyms(),
    institutions=(
        Institution(
            "nfz",
            "Narodowy Fundusz Zdrowia",
            ("nfz",),
            "leczenie",
            "Proszę pytać w NFZ.",
            None,
            None,
            ("kolejka do ortopedy", "zapis do lekarza na fundusz", "refundacja leków", "skierowanie do szpitala"),
        ),
    ),
    strange=("przepis na ciasto", "kto wygrał mundial", "pogoda w górach", "opowiedz dowcip", "stolica Francji"),
    calibration=tuple(
        Question(text, Style.SHORT, frozenset(filter(None, [article])), institution)
        for text, article, institution in [
            ("macierzyński po porodzie ile", "zasilek-macierzynski", None),
            ("urodziło mi się dziecko", "zasilek-macierzynski", None),
            ("wniosek o emeryturę dokumenty", "emerytura", None),
            ("ile lat do emerytury", "emerytura", None),
            ("zaległe składki w ratach", "raty", None),
            ("układ ratalny", "raty", None),
            ("hasło do portalu nie działa", "haslo", None),
            ("odzyskać hasło", "haslo", None),
            ("kolejka do lekarza", None, "nfz"),
            ("refundacja leku", None, "nfz"),
            ("przepis na sernik", None, None),
            ("pogoda na jutro", None, None),
            ("wynik meczu", None, None),
        ]
    ),
)


@pytest.fixture(scope="module")
def searcher(small_library: Library) -> Searcher:
    return Searcher(small_library, background=BACKGROUND)


def first(searcher: Searcher, query: str) -> str | None:
    hits = searcher.search(query, today=TODAY).hits
    return hits[0].article if hits else None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("macierzyński", "zasilek-macierzynski"),
        ("MACIERZYNSKI", "zasilek-macierzynski"),
        ("zasilku macierzynskiego", "zasilek-macierzynski"),
        ("maciezynski", "zasilek-macierzynski"),
        ("emeryturze", "emerytura"),
        ("rsr", "raty"),
        ("druk EMP", "emerytura"),
        ("rozłożenie zadłużenia", "raty"),
        ("nie pamietam chasla", "haslo"),
    ],
)
def test_question_is_found_however_it_is_spelt(searcher: Searcher, query: str, expected: str) -> None:
    assert first(searcher, query) == expected


def test_question_buried_in_a_long_mail_is_found(searcher: Searcher) -> None:
    mail = (
        "Dzień dobry,\n\nnazywam się Jan i od lat mieszkam w Toruniu. Zima była w tym roku długa, a lato krótkie. "
        "Mam dwa psy i kota. Czy zaległe składki można spłacać w ratach? Dzwoniłem wczoraj, nikt nie odebrał.\n\n"
        "Z góry dziękuję za odpowiedź.\nZ poważaniem"
    )

    assert first(searcher, mail) == "raty"


@pytest.mark.parametrize("query", ["", "   ", "???", "\n", "👍"])
def test_text_without_words_finds_nothing(searcher: Searcher, query: str) -> None:
    result = searcher.search(query, today=TODAY)

    assert result.hits == ()
    assert result.confidence == 0


def test_expired_article_is_never_returned(searcher: Searcher) -> None:
    found = [hit.article for hit in searcher.search("dodatek węglowy", today=TODAY, limit=10).hits]

    assert "stary-dodatek" not in found


def test_article_is_returned_while_it_is_valid(searcher: Searcher) -> None:
    hits = searcher.search("dodatek węglowy", today=date(2026, 3, 31)).hits

    assert hits[0].article == "stary-dodatek"


def test_no_article_is_returned_before_any_is_valid(searcher: Searcher) -> None:
    assert searcher.search("emerytura", today=date(2020, 1, 1)).hits == ()


def test_empty_library_finds_nothing() -> None:
    assert Searcher(Library(MappingProxyType({})), background=BACKGROUND).search("emerytura", today=TODAY).hits == ()


def test_no_more_hits_than_asked_for_best_first(searcher: Searcher) -> None:
    hits = searcher.search("wniosek", today=TODAY, limit=2).hits

    assert len(hits) == 2
    assert hits[0].score >= hits[1].score


def test_profile_raises_its_articles_a_little(searcher: Searcher) -> None:
    def score(profile: Profile | str | None) -> float:
        hits = searcher.search("jaki wniosek złożyć", today=TODAY, profile=profile).hits
        return next(hit.score for hit in hits if hit.article == "raty")

    assert score("platnik") == score(Profile.PAYER) > score(None)
    assert score(Profile.GENERAL) == score(None)


def test_profile_does_not_overrule_the_question(searcher: Searcher) -> None:
    hits = searcher.search("ile wynosi zasiłek macierzyński", today=TODAY, profile=Profile.PAYER).hits

    assert hits[0].article == "zasilek-macierzynski"


def mean_confidence(searcher: Searcher, queries: Sequence[str]) -> float:
    return sum(searcher.search(query, today=TODAY).confidence for query in queries) / len(queries)


def test_confidence_separates_matters_of_the_library_from_others(searcher: Searcher) -> None:
    answered = mean_confidence(searcher, ["macierzyński ile wynosi", "wniosek o emeryturę", "składki na raty"])
    strange = mean_confidence(searcher, ["przepis na zupę", "kto wygrał mecz", "pogoda nad morzem"])

    assert answered > 0.6
    assert strange < 0.4


def test_confidence_is_low_when_the_right_article_has_been_taken_away(small_library: Library) -> None:
    without = {key: article for key, article in small_library.articles.items() if key != "raty"}
    full, reduced = (
        Searcher(Library(MappingProxyType(some)), background=BACKGROUND)
        for some in (dict(small_library.articles), without)
    )
    query = "jak rozłożyć zaległe składki na raty"

    assert reduced.search(query, today=TODAY).confidence < full.search(query, today=TODAY).confidence - 0.3


def test_matter_of_another_institution_is_told_from_the_offices_own(searcher: Searcher) -> None:
    elsewhere = searcher.search("kolejka do ortopedy na fundusz", today=TODAY)
    ours = searcher.search("układ ratalny dla składek", today=TODAY)

    assert elsewhere.institution == "nfz"
    assert elsewhere.institution_confidence > elsewhere.confidence
    assert ours.institution_confidence < ours.confidence


def test_index_without_questions_of_known_answer_is_sure_of_nothing(small_library: Library) -> None:
    background = replace(BACKGROUND, calibration=())

    result = Searcher(small_library, background=background).search("układ ratalny", today=TODAY)

    assert result.hits[0].article == "raty"
    assert result.confidence == 0


def test_new_article_is_found_without_learning_everything_again(searcher: Searcher) -> None:
    new = make_article(
        "renta-wdowia",
        "Renta wdowia",
        ("renta wdowia ile wynosi", "po śmierci męża dwie emerytury", "wdowia od kiedy", "wniosek ERWD"),
        forms=("ERWD",),
    )

    changed = searcher.changed([new])

    assert first(changed, "renta wdowia po mężu") == "renta-wdowia"
    assert first(changed, "macierzyński") == "zasilek-macierzynski"
    assert first(searcher, "renta wdowia po mężu") != "renta-wdowia"


def test_changed_article_is_found_by_its_new_words_only(searcher: Searcher) -> None:
    changed = searcher.changed(
        [make_article("haslo", "Wakacje składkowe", ("miesiąc bez składek", "zwolnienie z opłat"))]
    )

    assert first(changed, "miesiąc bez składek") == "haslo"
    hits = changed.search("zapomniałem hasła do portalu", today=TODAY).hits
    assert [hit.article for hit in hits[:1]] != ["haslo"]


def test_withdrawn_article_is_not_found_and_others_stay_as_they_were(searcher: Searcher) -> None:
    changed = searcher.changed([], withdrawn={"raty"})

    assert "raty" not in [hit.article for hit in changed.search("układ ratalny", today=TODAY, limit=10).hits]
    assert first(changed, "ile lat ma mieć kobieta do emerytury") == "emerytura"


def test_two_indexes_over_one_library_agree(small_library: Library, searcher: Searcher) -> None:
    again = Searcher(small_library, background=BACKGROUND)

    assert again.search("hasło", today=TODAY) == searcher.search("hasło", today=TODAY)


def test_synonym_is_recognised_inflected_and_without_polish_letters() -> None:
    synonyms = Synonyms([["zwolnienie lekarskie", "l4"], ["renta wdowia", "wdowia"]])

    assert synonyms.notions(analyse("na zwolnieniu lekarskim")) == ("zwolnienie lekarskie",)
    assert synonyms.notions(analyse("Jestem na L4, a mama ma rentę wdowią")) == (
        "zwolnienie lekarskie",
        "renta wdowia",
    )


def test_longer_expression_hides_the_shorter_one_it_begins_with() -> None:
    synonyms = Synonyms([["800 plus", "500 plus"], ["dodatek", "500 plus dla niesamodzielnych"]])

    assert synonyms.notions(analyse("500 plus dla niesamodzielnych")) == ("dodatek",)


@pytest.mark.parametrize("text", ["a: b", "- x\n", "- [jedno]\n", "- [1, 2]\n"])
def test_list_of_synonyms_of_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "synonyms.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(DataFileError):
        load_synonyms(file)


def test_shipped_lists_can_be_read() -> None:
    assert load_synonyms().notions(analyse("trzynastka")) == ("trzynasta emerytura",)
    assert len(load_off_topic()) > 50


def test_greeting_is_no_sentence_of_its_own() -> None:
    assert sentences("Dzień dobry. Kiedy będzie podwyżka emerytur? Dziękuję.") == ()
    assert sentences("Mam dwoje małych dzieci. Kiedy będzie podwyżka?") == (
        "Mam dwoje małych dzieci",
        "Kiedy będzie podwyżka?",
    )
