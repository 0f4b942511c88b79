"""The floors of the repository: what the search alone makes of the held-out questions must not fall below them."""

from datetime import date

from knowledge.base import KnowledgeBase
from knowledge.decision import Thresholds
from okienko.evaluation.asking import ask_search
from okienko.evaluation.figures import figures
from okienko.evaluation.runs import broken_floors
from okienko.settings import Settings
from understanding.topics import Topics


def test_search_keeps_its_floors_on_the_held_out_questions(base: KnowledgeBase) -> None:
    settings = Settings()
    thresholds = Thresholds(settings.answer_confidence, settings.choice_confidence, settings.redirect_confidence)
    topics = Topics(lambda: base, thresholds, lambda: date(2026, 11, 21))

    assert broken_floors(figures(ask_search(topics)), "search") == []
