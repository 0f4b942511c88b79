"""Marks the words of a question where they occur in a text, in whatever form, and finds the sentence that fits best."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markupsafe import Markup, escape
from spacy.lang.pl.stop_words import STOP_WORDS

from knowledge.article import Article
from polish.analysis import Token, analyse
from polish.folding import fold

LONGEST_QUESTION = 300
LONGEST_SENTENCE = 320
"""A longer sentence, such as a row of a table, is cut in a list of results."""

_OFFICE = "zus"
"""It stands in nearly every sentence, and marks nothing."""

# No abbreviation of Polish official prose ("art.", "ust.", "tys.") is followed by a capital or a digit
# after four letters; a sentence that ends in a shorter word merely stays joined to the next one.
_SENTENCE_END = re.compile(r"(?<=\w{4}[.?!])\s+(?=[ĄĆĘŁŃÓŚŹŻ„A-Z])|(?<=\)[.?!])\s+|\n+")


@dataclass(frozen=True)
class Wanted:
    """The words of a question, each as the set of forms by which it is recognised."""

    words: tuple[frozenset[str], ...]

    def without(self, text: str) -> "Wanted":
        """The words that a text does not have."""
        found = self._among(text)
        return Wanted(tuple(word for word in self.words if word not in found))

    def found_in(self, text: str) -> int:
        """How many different words of the question occur in a text."""
        return len(self._among(text))

    def marked(self, text: str) -> Markup:
        """The text as safe markup with the words of the question in `<mark>`."""
        parts, end = [Markup()], 0
        for token in analyse(text):
            if any(word & _keys(token) for word in self.words):
                after = token.start + len(token.text)
                parts += [escape(text[end : token.start]), Markup("<mark>{}</mark>").format(text[token.start : after])]
                end = after
        return Markup("").join([*parts, escape(text[end:])])

    def _among(self, text: str) -> frozenset[frozenset[str]]:
        keys = [_keys(token) for token in analyse(text)]
        return frozenset(word for word in self.words if any(word & key for key in keys))


def wanted(question: str) -> Wanted:
    """Read a question; words that say nothing by themselves are left out, unless there are no others."""
    tokens = analyse(question[:LONGEST_QUESTION])
    telling = [token for token in tokens if token.folded not in _small_words()]
    return Wanted(tuple(_keys(token) for token in telling or tokens))


def best_sentence(article: Article, words: Wanted) -> str:
    """Return the sentence of an article in which most words of a question occur; of equals the first.

    Words that the title does not have count twice: readers see the title anyway.
    """
    new = words.without(article.title)
    best = max(_sentences(article), key=lambda sentence: words.found_in(sentence) + new.found_in(sentence))
    return best if len(best) <= LONGEST_SENTENCE else best[:LONGEST_SENTENCE].rsplit(" ", 1)[0] + " …"


@lru_cache(maxsize=512)
def _sentences(article: Article) -> tuple[str, ...]:
    texts = (article.summary, *article.steps, *article.deadlines, *_paragraphs(article.body))
    found = (part.strip() for text in texts for part in _SENTENCE_END.split(text))
    return tuple(part for part in found if part)


def _paragraphs(body: str) -> Iterator[str]:
    """The texts of paragraphs, items and cells, without the signs of Markdown and without headings."""
    in_heading = False
    for token in MarkdownIt("commonmark", {"html": False}).enable("table").parse(body):
        if token.type in ("heading_open", "heading_close"):
            in_heading = token.type == "heading_open"
        elif token.type == "inline" and not in_heading:
            yield "".join(child.content or " " for child in token.children or [] if not child.type.endswith("_close"))


@lru_cache(maxsize=50_000)
def _keys(token: Token) -> frozenset[str]:
    # "z3" and "Z-3" are the same form.
    return frozenset({token.folded, token.folded.replace("-", ""), *map(fold, token.lemmas)})


@lru_cache(maxsize=1)
def _small_words() -> frozenset[str]:
    return frozenset(map(fold, STOP_WORDS)) | {_OFFICE}
