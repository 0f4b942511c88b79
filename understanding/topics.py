"""The topics of the knowledge, found for a text and joined with its dialogue act."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from helpdesk import tracing
from helpdesk.queues import Queue
from knowledge.article import Article
from knowledge.base import KnowledgeBase
from knowledge.decision import Found, Kind, Thresholds, Verdict, judge
from knowledge.follow_ups import follow_up
from knowledge.search import SearchResult
from knowledge.two_questions import two_questions
from understanding.acts import Act
from understanding.decision import Decision, decide
from understanding.wishes import is_bare

MOST_TOPICS = 5
LEAST_FOR_QUEUE = 0.05
"""The confidence below which what was found does not even tell the queue."""
BOTH = 0.75
"""The confidence that each of two questions needs for both to be answered."""


@dataclass(frozen=True)
class Topics:
    """Search and decision over the present knowledge; used by the chat's actions and by the mail alike."""

    knowledge: Callable[[], KnowledgeBase]
    thresholds: Thresholds
    today: Callable[[], date]

    @tracing.span("knowledge.search")
    def decide(self, act: Act, text: str, *, profile: str | None = None, topic: str | None = None) -> Decision:
        """Return what a message of this act and these (masked) words gets.

        `topic` is the article last talked of in the conversation, if there was one.
        """
        if act is Act.REQUEST_CONSULTANT and is_bare(text):
            return decide(act, Verdict(Kind.UNKNOWN), Queue.GENERAL)
        base = self.knowledge()
        result = base.searcher.search(text, today=self.today(), profile=profile, limit=MOST_TOPICS)
        verdict = judge(self._found(base, text, result, profile, topic), self.thresholds)
        return decide(act, verdict, _queue(base, verdict, result))

    def article(self, article_id: str | None) -> Article | None:
        """Return a valid article by its id, with its amounts of today, or None."""
        return self.knowledge().shown(article_id, self.today())

    def _found(
        self, base: KnowledgeBase, text: str, result: SearchResult, profile: str | None, topic: str | None
    ) -> Found:
        articles = tuple(hit.article for hit in result.hits)
        form, term = base.forms.asked_for(text), base.glossary.asked_for(text)
        sure = result.confidence >= self.thresholds.answer
        goes_on = topic is not None and not sure and base.shown(topic, self.today()) is not None
        aspect = follow_up(text) if goes_on else None
        if form is not None and form.articles:
            articles = tuple(dict.fromkeys((form.articles[0], *articles)))
        if term is not None and term.article:
            articles = tuple(dict.fromkeys((term.article, *articles)))
        return Found(
            articles,
            result.confidence,
            institution=result.institution,
            institution_confidence=result.institution_confidence,
            form=form.symbol if form else None,
            term=term.term if term and not form else None,
            second=self._second(base, text, articles[0], profile) if sure else None,
            topic=topic if aspect else None,
            aspect=aspect,
        )

    def _second(self, base: KnowledgeBase, text: str, first: str, profile: str | None) -> str | None:
        """The article of the other question when a message holds two, and one of them is answered by `first`."""
        asked = two_questions(text)
        if asked is None:
            return None
        results = [base.searcher.search(part, today=self.today(), profile=profile, limit=1) for part in asked]
        if min(result.confidence for result in results) < BOTH:
            return None
        found = [result.hits[0].article for result in results]
        others = [article for article in found if article != first]
        return others[0] if first in found and others else None


def _queue(base: KnowledgeBase, verdict: Verdict, result: SearchResult) -> Queue:
    """The queue of the article given; without one, that to which the articles found belong by the sum of their scores.

    Of ten articles that all come near, the queue is often plain although the article is not.
    """
    if verdict.article is not None:
        return base.library.articles[verdict.article].queue
    scores = dict.fromkeys(Queue, 0.0)
    for hit in result.hits:
        scores[base.library.articles[hit.article].queue] += max(hit.score, 0.0)
    best = max(scores, key=lambda queue: scores[queue])
    return best if result.confidence >= LEAST_FOR_QUEUE else Queue.GENERAL
