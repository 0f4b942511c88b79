"""An article of the knowledge base and the sources it rests on, as immutable values."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from helpdesk.queues import Profile, Queue

_OFFICIAL_DOMAINS = (".zus.pl", ".gov.pl")


@dataclass(frozen=True)
class Source:
    """A public page from which facts of an article were taken, and the date for which they held."""

    url: str
    as_of: str
    """`YYYY`, `YYYY-MM` or `YYYY-MM-DD`: no more precise than the page itself."""

    @property
    def host(self) -> str:
        """The site's name without `www.`, as a reader recognises it."""
        return (urlsplit(self.url).hostname or "").removeprefix("www.")

    @property
    def is_official(self) -> bool:
        """Whether the page belongs to the office itself or to the government."""
        return f".{self.host}".endswith(_OFFICIAL_DOMAINS)


@dataclass(frozen=True)
class Article:
    """One matter explained to citizens: the short answer, what to do in order, and the details."""

    id: str
    title: str
    queue: Queue
    profiles: tuple[Profile, ...]
    aliases: tuple[str, ...]
    summary: str
    steps: tuple[str, ...]
    documents: tuple[str, ...]
    forms: tuple[str, ...]
    deadlines: tuple[str, ...]
    where: tuple[str, ...]
    fees: str
    legal_basis: tuple[str, ...]
    individual: tuple[str, ...]
    related: tuple[str, ...]
    sources: tuple[Source, ...]
    valid_from: date
    valid_until: date | None
    changed: date
    questions: tuple[str, ...]
    body: str

    @property
    def file(self) -> str:
        """Its place in a folder of articles."""
        return f"{self.queue.value}/{self.id}.md"

    def is_valid_on(self, day: date) -> bool:
        """Whether the article may be served on `day`; both ends of its validity are included."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    @property
    def as_of(self) -> str:
        """The date for which the content holds: the latest one of its sources."""
        return max(source.as_of for source in self.sources)

    @property
    def main_source(self) -> Source:
        """The newest page of an office if there is one, otherwise the newest page; of equals the first."""
        official = [source for source in self.sources if source.is_official]
        return max(official or self.sources, key=lambda source: source.as_of)
