"""Examples for Rasa from the articles: what citizens ask is a general question."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from knowledge.library import Library, load

ASK_GENERAL = "ask_general"


class ArticleExamplesImporter(TrainingDataImporter):
    """Feeds the articles' example questions to the training of the dialogue acts.

    `folder` is relative to the configuration file; `per_article` is how many questions of an article are taken.
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
        """Return the articles' questions as examples of the general question.

        Raises:
            knowledge.errors.LibraryError: an article cannot be used.
        """
        examples = questions(load(self._folder), self._per_article)
        return TrainingData([Message.build(text=question, intent=ASK_GENERAL) for question in examples])


def questions(library: Library, per_article: int) -> Iterator[str]:
    """Yield at most so many questions of each article, in the order of the files.

    Hundreds of articles with dozens of questions would drown the other acts, which have about a hundred
    examples each. The classifier weighs acts evenly, but with every question as an example the account
    questions lose out; sixteen of each were measured to teach the general question nearly as well as all.
    """
    for _, article in sorted(library.articles.items()):
        yield from article.questions[:per_article]
