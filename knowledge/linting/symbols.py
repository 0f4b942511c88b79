"""Rule: the forms that an article lists are in the list of forms."""

from collections.abc import Iterator
from difflib import get_close_matches

from knowledge.errors import Problem
from knowledge.linting.review import Review


def unknown_forms(review: Review) -> Iterator[Problem]:
    """Symbols that no official form has, however they are typed."""
    for page in review.pages:
        for item, symbol in enumerate(page.article.forms):
            if review.forms.by_symbol(symbol) is None:
                near = get_close_matches(symbol, [form.symbol for form in review.forms.forms], n=1)
                hint = f"; did you mean {near[0]!r}?" if near else ""
                yield Problem(page.file, page.place("forms", item), f"forms: no form {symbol!r} in forms.yaml{hint}")
