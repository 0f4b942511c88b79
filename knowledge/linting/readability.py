"""Rules: summary and body are plain to read."""

from collections.abc import Iterator
from itertools import islice

from knowledge.errors import Problem
from knowledge.linting.pages import Page
from knowledge.linting.review import Review
from knowledge.plain_language import words

_NAMED = 5
_QUOTED = 8


def foggy(review: Review) -> Iterator[Problem]:
    """Articles whose summary and body together have a high fog index; one sentence alone says little."""
    for page in review.pages:
        fog = review.language.fog([sentence for _, sentence in _sentences(page, review)])
        if fog.index > review.limits.fog:
            hard = ", ".join(islice(fog.hard, _NAMED))
            reason = (
                f"plain language: fog index {fog.index:.1f} (at most {review.limits.fog:g}): "
                f"{fog.words_a_sentence:.0f} words a sentence, {fog.hard_share:.0%} of them hard: {hard}"
            )
            yield Problem(page.file, page.place("summary"), reason)


def long_sentences(review: Review) -> Iterator[Problem]:
    """Sentences of so many words that their beginning is forgotten at their end."""
    most = review.limits.sentence_words
    for page in review.pages:
        for line, sentence in _sentences(page, review):
            count = len(words(sentence))
            if count > most:
                begin = " ".join(sentence.split()[:_QUOTED])
                reason = f"plain language: {count} words in a sentence (at most {most}): {begin} …"
                yield Problem(page.file, page.line_with(begin, line), reason)


def _sentences(page: Page, review: Review) -> Iterator[tuple[int, str]]:
    for passage in page.passages():
        if passage.is_prose:
            for sentence in review.language.sentences(passage.text):
                yield passage.line, sentence
