"""The topics of the knowledge, found for a text and joined with its dialogue act."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from knowledge.article import Article
from knowledge.library import Library
from knowledge.search import Searcher
from understanding.acts import Act
from understanding.decision import Decision, Found, Thresholds, Topic, decide

MOST_TOPICS = 5


@dataclass(frozen=True)
class Topics:
    """Search and decision over one library; used by the chat's actions and by the mail alike."""

    library: Library
    searcher: Searcher
    thresholds: Thresholds
    today: Callable[[], date]

    def decide(self, act: Act, text: str, *, profile: str | None = None) -> Decision:
        """Return what a message of this act and these (masked) words gets."""
        result = self.searcher.search(text, today=self.today(), profile=profile, limit=MOST_TOPICS)
        topics = [Topic(hit.article, self.library.articles[hit.article].queue) for hit in result.hits]
        return decide(act, Found(topics, result.confidence), self.thresholds)

    def article(self, article_id: str | None) -> Article | None:
        """Return an article by its id, or None."""
        return self.library.articles.get(article_id) if article_id else None
