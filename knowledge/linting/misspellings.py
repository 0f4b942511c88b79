"""Rule: what people read is spelt as the dictionaries spell it."""

from collections.abc import Iterator

from knowledge.errors import Problem
from knowledge.linting.review import Review
from knowledge.spelling import words_of


def misspelt(review: Review) -> Iterator[Problem]:
    """Words that no dictionary knows, each once an article; example questions are misspelt on purpose."""
    if review.speller is None:
        return
    symbols = {word for form in review.forms.forms for symbol in form.symbols for word in words_of(symbol)}
    written = [
        (page, passage, word)
        for page in review.pages
        for passage in page.passages()
        for word in words_of(passage.text)
        if word not in symbols
    ]
    unknown = review.speller.unknown({word for _, _, word in written})
    told: set[tuple[str, str]] = set()
    for page, passage, word in written:
        if word in unknown and (page.file, word) not in told:
            told.add((page.file, word))
            yield Problem(page.file, page.line_with(word, passage.line), f"{passage.field}: unknown word {word!r}")
