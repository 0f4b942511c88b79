"""What the search of the pages finds: a form, a term, and topics with the words of the question marked."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from knowledge.article import Article
from knowledge.forms import Form
from polish.folding import fold
from web.knowledge.glossary_entries import Entry, entry_of
from web.knowledge.highlight import best_sentence, wanted
from web.knowledge.shelf import Shelf

MOST_TOPICS = 10


@dataclass(frozen=True)
class Topic:
    """A topic found, its title and its most fitting sentence as safe markup."""

    article: Article
    title: Markup
    sentence: Markup


@dataclass(frozen=True)
class Findings:
    """What answers a question: the form or term it names, if any, and topics, best first."""

    form: Form | None
    term: Entry | None
    topics: Sequence[Topic]


def find(shelf: Shelf, question: str) -> Findings:
    """Search for a question."""
    words = wanted(question)
    hits = shelf.base.searcher.search(question, today=shelf.day, limit=MOST_TOPICS).hits
    topics = [
        Topic(article, words.marked(article.title), words.marked(best_sentence(article, words)))
        for article in shelf.chosen(hit.article for hit in hits)
    ]
    forms, glossary = shelf.base.forms, shelf.base.glossary
    term = glossary.by_name(question) or glossary.asked_for(question)
    # Symbols have no Polish letters: who types such a letter means a word.
    is_symbol = fold(question) == question.lower()
    return Findings(
        form=forms.asked_for(question) or (forms.by_symbol(question) if is_symbol else None),
        term=entry_of(shelf, term) if term else None,
        topics=topics,
    )
