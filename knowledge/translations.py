"""Translations of articles: loaded from their files, checked, and joined with the Polish originals they follow.

A translation never stands alone: queue, sources and validity are those of its original, and the amounts are the same
references, so neither ages separately.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import partial
from pathlib import Path
from types import MappingProxyType

from knowledge.amounts import Amounts
from knowledge.article import Article
from knowledge.errors import LibraryError, Problem
from knowledge.front_matter import FrontMatter, split

FOLDER = Path(__file__).parent / "translations"
LEAST_QUESTIONS = 20


@dataclass(frozen=True)
class Translation:
    """The words of one article in another language.

    `of_changed` is the day of the last change of the Polish text that it follows.
    """

    id: str
    lang: str
    title: str
    of_changed: date
    summary: str
    steps: tuple[str, ...]
    documents: tuple[str, ...]
    forms: tuple[str, ...]
    deadlines: tuple[str, ...]
    where: tuple[str, ...]
    fees: str
    questions: tuple[str, ...]
    body: str

    @property
    def file(self) -> str:
        """Its place in the folder of translations."""
        return f"{self.lang}/{self.id}.md"


_FIELDS = tuple(item.name for item in fields(Translation) if item.name != "body")


@dataclass(frozen=True)
class TranslatedArticle:
    """An article with the words of a translation and everything else of its Polish original."""

    article: Article
    lang: str
    of_changed: date

    @property
    def is_outdated(self) -> bool:
        """Whether the Polish text was changed after it was translated."""
        return self.of_changed < self.article.changed

    @property
    def path(self) -> str:
        """The place of its public page."""
        return f"/wiedza/{self.lang}/{self.article.id}"


@dataclass(frozen=True, eq=False)
class Translations:
    """All translations by language and id of the article; equal to itself only."""

    by_lang: Mapping[str, Mapping[str, Translation]] = field(default_factory=lambda: MappingProxyType({}))

    def all(self) -> Iterable[Translation]:
        """Return every translation, by language and id."""
        return (one for lang in self.by_lang.values() for one in lang.values())

    def into(self, lang: str) -> Mapping[str, Translation]:
        """Return the translations into a language by id; empty when there are none."""
        return self.by_lang.get(lang, {})

    def languages_of(self, article_id: str) -> tuple[str, ...]:
        """Return the languages that an article is translated into."""
        return tuple(lang for lang, found in self.by_lang.items() if article_id in found)

    def told(self, original: Article, lang: str, amounts: Amounts, day: date) -> TranslatedArticle | None:
        """Return an article in a language with its amounts of the day; None when it is not translated."""
        found = self.into(lang).get(original.id)
        return None if found is None else _joined(found, original, amounts.told_in(lang), day)


def load_translations(folder: Path = FOLDER) -> Translations:
    """Read every `<language>/<id>.md` below `folder`.

    Raises LibraryError that names file, line and field of everything that is wrong in any of them.
    """
    problems: list[Problem] = []
    found: dict[str, dict[str, Translation]] = {}
    for path in sorted(folder.glob("*/*.md")):
        try:
            one = parse_translation(path.read_text(encoding="utf-8"), path.relative_to(folder).as_posix())
            found.setdefault(one.lang, {})[one.id] = one
        except LibraryError as error:
            problems += error.problems
        except UnicodeDecodeError:
            problems.append(Problem(path.relative_to(folder).as_posix(), 1, "is not UTF-8 text"))
    if problems:
        raise LibraryError(problems)
    return Translations(MappingProxyType({lang: MappingProxyType(ones) for lang, ones in found.items()}))


def parse_translation(text: str, file: str) -> Translation:
    """Make a translation of the text of a file `<language>/<id>.md`. Raises LibraryError with all its problems."""
    head, body = split(text, file)
    front = FrontMatter(head, file, _FIELDS)
    one = _translation(front, body)
    lang, _, name = file.rpartition("/")
    if one.id and one.id != Path(name).stem:
        front.refuse("id", f"{one.id!r} differs from the file's name {Path(name).stem!r}")
    if one.lang and one.lang != lang:
        front.refuse("lang", f"{one.lang!r} differs from the folder {lang!r}")
    if not body:
        front.problems.append(Problem(file, text.count("\n") + 1, "the body is empty"))
    if front.problems:
        raise LibraryError(front.problems)
    return one


def _translation(front: FrontMatter, body: str) -> Translation:
    return Translation(
        id=front.text("id"),
        lang=front.text("lang"),
        title=front.text("title"),
        of_changed=front.day("of_changed"),
        summary=front.text("summary"),
        steps=front.texts("steps"),
        documents=front.texts("documents"),
        forms=front.texts("forms"),
        deadlines=front.texts("deadlines"),
        where=front.texts("where"),
        fees=front.text("fees", optional=True),
        questions=front.texts("questions", least=LEAST_QUESTIONS),
        body=body,
    )


def _joined(one: Translation, original: Article, amounts: Amounts, day: date) -> TranslatedArticle:
    fill = partial(amounts.fill, day=day)
    article = replace(
        original,
        title=one.title,
        summary=fill(one.summary),
        steps=tuple(map(fill, one.steps)),
        documents=tuple(map(fill, one.documents)),
        deadlines=tuple(map(fill, one.deadlines)),
        where=tuple(map(fill, one.where)),
        fees=fill(one.fees),
        questions=one.questions,
        body=fill(one.body),
        # What a translation does not have is not shown in Polish in its midst.
        aliases=(),
        individual=(),
    )
    return TranslatedArticle(article, one.lang, one.of_changed)
