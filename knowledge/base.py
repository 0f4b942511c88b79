"""The knowledge base of one moment: articles, the search over them, and the reference data, all immutable."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

from knowledge.amounts import Amounts, load_amounts
from knowledge.article import Article
from knowledge.embedding import Encoder
from knowledge.errors import LibraryError, Problem
from knowledge.forms import Form, Forms, load_forms
from knowledge.glossary import Glossary, Term, load_glossary
from knowledge.institutions import Institution, load_institutions
from knowledge.library import Library
from knowledge.publishing import Changes
from knowledge.search import Searcher
from knowledge.translations import TranslatedArticle, Translations, load_translations


@dataclass(frozen=True)
class Reference:
    """The data beside the articles."""

    amounts: Amounts
    forms: tuple[Form, ...]
    terms: tuple[Term, ...]
    institutions: Mapping[str, Institution]
    translations: Translations = field(default_factory=Translations)


@dataclass(frozen=True)
class KnowledgeBase:
    """What can be told at one moment."""

    library: Library
    searcher: Searcher
    reference: Reference
    forms: Forms
    glossary: Glossary

    def shown(self, article_id: str | None, day: date) -> Article | None:
        """An article valid on the day with its amounts of that day; None when there is none."""
        found = self.library.articles.get(article_id) if article_id else None
        return self.reference.amounts.filled(found, day) if found and found.is_valid_on(day) else None

    def translated(self, article_id: str, lang: str, day: date) -> TranslatedArticle | None:
        """A valid article in another language with its amounts of the day; None when there is none."""
        found = self.library.articles.get(article_id)
        if found is None or not found.is_valid_on(day):
            return None
        return self.reference.translations.told(found, lang, self.reference.amounts, day)

    def changed(self, changes: Changes, day: date) -> "KnowledgeBase":
        """The knowledge base after some publications, in a fraction of a second.

        An article that refers to an amount which is not there is left as it was before.
        """
        usable = [article for article in changes.articles if not self.reference.amounts.problems(article)]
        gone = changes.withdrawn | {article.id for article in usable}
        kept = {key: article for key, article in self.library.articles.items() if key not in gone}
        new = {article.id: article for article in usable}
        library = replace(self.library, articles=MappingProxyType(kept | new))
        filled = [self.reference.amounts.filled(article, day) for article in usable]
        searcher = self.searcher.changed(filled, changes.withdrawn, self._taught(changes))
        return assembled(library, searcher, self.reference)

    def _taught(self, changes: Changes) -> list[Institution]:
        """The institutions whose examples changed, with those of the release and those of editors."""
        known = ((self.reference.institutions.get(key), examples) for key, examples in changes.examples.items())
        return [replace(place, questions=(*place.questions, *examples)) for place, examples in known if place]


def load_reference() -> Reference:
    """Read the data files. Raises DataFileError when one is wrong, LibraryError when a translation is."""
    institutions = {institution.id: institution for institution in load_institutions()}
    return Reference(load_amounts(), load_forms(), load_glossary(), MappingProxyType(institutions), load_translations())


def build(library: Library, reference: Reference, day: date, encoder: Encoder | None = None) -> KnowledgeBase:
    """Learn the search over a library; takes about half a minute for 200 articles.

    Raises:
        LibraryError: an article refers to an amount that is not there.
    """
    articles = {key: filled_article(article, reference.amounts, day) for key, article in library.articles.items()}
    # The search reads the amounts as a customer would; whoever shows an article fills in those of the day.
    searcher = Searcher(replace(library, articles=MappingProxyType(articles)), encoder=encoder)
    return assembled(library, searcher, reference)


def assembled(library: Library, searcher: Searcher, reference: Reference) -> KnowledgeBase:
    """Put a knowledge base together around a search that was learned before."""
    return KnowledgeBase(
        library, searcher, reference, Forms(reference.forms, library), Glossary(reference.terms, library)
    )


def filled_article(article: Article, amounts: Amounts, day: date) -> Article:
    """An article with its amounts of the day. Raises LibraryError when it refers to one that is not there."""
    problems = amounts.problems(article)
    if problems:
        raise LibraryError([Problem(article.file, 1, problem) for problem in problems])
    return amounts.filled(article, day)
