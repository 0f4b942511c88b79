"""What the public pages show on one day: the articles valid then, and the situations of life beside them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from fastapi import Request

from helpdesk.hours import WARSAW
from helpdesk.queues import Profile, Queue
from knowledge.article import Article
from knowledge.base import KnowledgeBase
from knowledge.forms import Form
from knowledge.life_events import LifeEvent, load_life_events
from knowledge.translations import TranslatedArticle
from web.knowledge.order import polish_order
from web.parts import Parts


@dataclass(frozen=True)
class Shelf:
    """The knowledge of one moment as it is shown on `day`; `site` is put before addresses that machines read."""

    base: KnowledgeBase
    events: Mapping[str, LifeEvent]
    site: str
    day: date

    def article(self, article_id: str) -> Article | None:
        """Return an article with its amounts, or None when there is none that is valid on the day."""
        return self.base.shown(article_id, self.day)

    def articles(self) -> Sequence[Article]:
        """Return all valid articles by title; where their texts have amounts, these are not filled in."""
        valid = (article for article in self.base.library.articles.values() if article.is_valid_on(self.day))
        return sorted(valid, key=lambda article: polish_order(article.title))

    def chosen(self, ids: Iterable[str]) -> Sequence[Article]:
        """Return those of the articles that are valid, with their amounts, in the order of their ids."""
        found = map(self.article, dict.fromkeys(ids))
        return [article for article in found if article is not None]

    def translated(self, article_id: str, lang: str) -> TranslatedArticle | None:
        """Return an article in another language, or None when it is not translated or not valid on the day."""
        return self.base.translated(article_id, lang, self.day)

    def translations(self, lang: str) -> Sequence[TranslatedArticle]:
        """Return all articles in another language."""
        ids = self.base.reference.translations.into(lang)
        return [told for one in ids if (told := self.translated(one, lang))]

    def languages_of(self, article_id: str) -> Sequence[str]:
        """Return the languages, other than Polish, in which an article is told."""
        return self.base.reference.translations.languages_of(article_id)

    def latest(self, limit: int) -> Sequence[Article]:
        """Return the articles whose text was changed last, with their amounts."""
        by_change = sorted(self.articles(), key=lambda article: article.changed, reverse=True)
        return self.chosen(article.id for article in by_change[:limit])

    def forms(self) -> Sequence[Form]:
        """Return all forms by symbol."""
        return sorted(self.base.forms.forms, key=lambda form: polish_order(form.symbol))

    def event_groups(self) -> Mapping[str, Sequence[LifeEvent]]:
        """Return the situations of life by group."""
        groups: dict[str, list[LifeEvent]] = {}
        for event in self.events.values():
            groups.setdefault(event.group, []).append(event)
        return groups


def shelf_of(request: Request) -> Shelf:
    """Return what is shown today."""
    parts: Parts = request.app.state.parts
    return Shelf(parts.knowledge(), _events(), parts.site, parts.clock().astimezone(WARSAW).date())


def by_queue(articles: Iterable[Article]) -> Mapping[Queue, Sequence[Article]]:
    """Return articles by the queue that answers them; queues without any are left out."""
    listed = list(articles)
    groups = {queue: [article for article in listed if article.queue is queue] for queue in Queue}
    return {queue: group for queue, group in groups.items() if group}


def for_profile(articles: Iterable[Article], profile: Profile) -> Sequence[Article]:
    """Return the articles written for a group of customers."""
    return [article for article in articles if profile in article.profiles]


@lru_cache(maxsize=1)
def _events() -> Mapping[str, LifeEvent]:
    return MappingProxyType({event.id: event for event in load_life_events()})
