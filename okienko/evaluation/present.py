"""What the held-out questions get from the knowledge of the moment, and what they would get with a draft."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from helpdesk.database import Database
from helpdesk.tables import ArticleDraft
from knowledge.article import Article
from knowledge.base import KnowledgeBase
from knowledge.decision import Thresholds
from knowledge.errors import LibraryError, Problem
from knowledge.library import parse
from knowledge.publishing import Changes, changes
from okienko.evaluation.asking import ask_search
from okienko.evaluation.figures import Asked
from polish.folding import fold
from understanding.topics import Topics

Ask = Callable[[Topics], Sequence[Asked]]


@dataclass(frozen=True)
class Moment:
    """The knowledge after all publications up to a revision."""

    base: KnowledgeBase
    revision: int


@dataclass
class Questioning:
    """Asks the held-out questions; what they get now is kept until something is published, or the day changes.

    Attributes:
        release: gives the release's own knowledge base.
        database: where publications are.
        thresholds: how sure the search must be for what.
        ask: puts the questions to topics.
    """

    release: Callable[[], KnowledgeBase]
    database: Database
    thresholds: Thresholds
    ask: Ask = ask_search
    _kept: tuple[tuple[int, date], Sequence[Asked]] | None = field(default=None, init=False)
    _earlier: Sequence[Asked] = field(default=(), init=False)

    def moment(self, day: date) -> Moment:
        """Return the knowledge with everything that is published now."""
        with self.database.reading() as session:
            found = changes(session)
        return Moment(self.release().changed(found, day), found.revision)

    def now(self, moment: Moment, day: date) -> Sequence[Asked]:
        """Return what the questions get from the knowledge of a moment."""
        key = (moment.revision, day)
        if self._kept is None or self._kept[0] != key:
            asked = self._asked(moment.base, day)
            if self._kept is not None and self._kept[0][0] != moment.revision:
                self._earlier = self._kept[1]
            self._kept = (key, asked)
        return self._kept[1]

    @property
    def earlier(self) -> Sequence[Asked]:
        """What they got before the last publication; nothing when this process has not asked then."""
        return self._earlier

    def with_draft(self, moment: Moment, draft: ArticleDraft, day: date) -> Sequence[Asked]:
        """Return what the questions would get if a draft were published.

        Raises:
            LibraryError: the draft is no article, or refers to an amount that is not there.
        """
        return self._asked(moment.base.changed(change_of(draft, moment), day), day)

    def _asked(self, base: KnowledgeBase, day: date) -> Sequence[Asked]:
        return self.ask(Topics(lambda: base, self.thresholds, lambda: day))


def change_of(draft: ArticleDraft, moment: Moment) -> Changes:
    """Return a draft as the change that its publication would be. Raises LibraryError when it is no article."""
    if draft.text is None:
        return Changes(moment.revision, (), frozenset({draft.article_id}))
    article = parse(draft.text, draft.file)
    problems = moment.base.reference.amounts.problems(article)
    if problems:
        raise LibraryError([Problem(draft.file, 1, problem) for problem in problems])
    return Changes(moment.revision, (article,))


def day_of(article: Article | None, today: date) -> date:
    """Return the day on which an article is judged: today, or its first day when it is to come."""
    return max(today, article.valid_from) if article else today


def held_out_examples(article: Article, known: Article | None, asked: Sequence[Asked]) -> list[str]:
    """Return the new example questions of an article that are questions of the evaluation.

    Args:
        article: as the draft has it.
        known: as it is published now; None for a new one.
        asked: the questions of the evaluation.
    """
    held_out = {_plain(one.question.text) for one in asked}
    old = {_plain(text) for text in known.questions} if known else set()
    return [text for text in article.questions if _plain(text) in held_out and _plain(text) not in old]


def _plain(text: str) -> str:
    """Return the words of a question alone: neither case, diacritics nor punctuation make it another one."""
    return " ".join(re.findall(r"\w+", fold(text)))
