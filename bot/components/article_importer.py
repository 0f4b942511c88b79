"""Examples for Rasa from the knowledge: what articles answer, what they cannot, and what is no office's matter."""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from knowledge.institutions import Institution, load_institutions
from knowledge.library import Library, load
from knowledge.off_topic import load_off_topic

ASK_GENERAL = "ask_general"
ASK_ACCOUNT = "ask_account"
OUT_OF_SCOPE = "out_of_scope"


class ArticleExamplesImporter(TrainingDataImporter):
    """Feeds the questions that the knowledge knows of to the training of the dialogue acts.

    `folder` is relative to the configuration file; `per_article` is how many questions of an article are taken.
    What stands in the training data itself is left out: there an editor may file a question under another act.
    """

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: list[str] | str | None = None,
        folder: str = "knowledge/articles",
        per_article: int = 16,
    ) -> None:
        self._folder = Path(config_file or ".").parent / folder
        self._per_article = per_article
        self._data = [training_data_paths] if isinstance(training_data_paths, str) else (training_data_paths or [])

    def get_domain(self) -> Domain:
        """Return an empty domain: articles bring no acts of their own."""
        return Domain.empty()

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        """Return no stories."""
        return StoryGraph([])

    def get_conversation_tests(self) -> StoryGraph:
        """Return no tests."""
        return StoryGraph([])

    def get_config(self) -> dict[str, Any]:
        """Return no configuration: `config.yml` has all of it."""
        return {}

    def get_config_file_for_auto_config(self) -> str | None:
        """Return none: nothing is to be completed."""
        return None

    def get_nlu_data(self, language: str | None = "pl") -> TrainingData:
        """Return what the knowledge teaches of the acts.

        Raises:
            knowledge.errors.KnowledgeError: an article or a data file cannot be used.
        """
        found = _examples_of(self._folder, self._per_article)
        filed = self._filed()
        return TrainingData(
            [Message.build(text=text, intent=act) for act, text in found if text.casefold() not in filed]
        )

    def _filed(self) -> frozenset[str]:
        """Return the texts of the training data, in small letters."""
        files = [file for place in self._data for file in sorted(Path(place).rglob("*.yml"))]
        return frozenset(text.casefold() for file in files for text in _texts(file))


@cache
def _texts(file: Path) -> Sequence[str]:
    """Return the examples of a file of training data; Rasa's own reader takes far longer."""
    data = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    lists = [entry.get("examples", "") for entry in (data or {}).get("nlu", [])]
    return [line.removeprefix("-").strip() for examples in lists for line in examples.splitlines()]


@cache
def _examples_of(folder: Path, per_article: int) -> Sequence[tuple[str, str]]:
    # A training asks for them several times, and nothing changes while it lasts.
    return list(examples(load(folder), load_institutions(), load_off_topic(), per_article))


def examples(
    library: Library, institutions: Sequence[Institution], off_topic: Sequence[str], per_article: int
) -> Iterator[tuple[str, str]]:
    """Yield acts with their examples: what articles answer, what needs the own account, what concerns no office.

    Hundreds of articles with dozens of questions would drown the other acts: some of each article, from its first
    question to its last, teach the general question nearly as well as all.
    """
    for _, article in sorted(library.articles.items()):
        yield from ((ASK_GENERAL, question) for question in spread(article.questions, per_article))
        yield from ((ASK_ACCOUNT, text) for text in article.individual)
    for institution in institutions:
        # It is a question all the same; that it is another office's, the search finds out.
        yield from ((ASK_GENERAL, question) for question in spread(institution.questions, per_article // 2))
    yield from ((OUT_OF_SCOPE, text) for text in off_topic)


def spread(texts: Sequence[str], most: int) -> Sequence[str]:
    """Return at most so many of the texts, evenly from the first to the last."""
    if len(texts) <= most:
        return texts
    return [texts[number * len(texts) // most] for number in range(most)]
