"""Rules: a translation belongs to an article, says what it says, and is not older than it."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from knowledge.amounts import Amounts
from knowledge.article import Article
from knowledge.errors import Problem
from knowledge.translations import Translation, Translations

Faults = Callable[[Translation, Article, Amounts], Iterable[str]]

_LISTS = ("steps", "documents", "deadlines", "where")
_TEXTS = ("title", "summary", "fees", "body")
_NUMBER = re.compile(r"\d+(?:,\d+)?")


def translation_errors(
    translations: Translations, articles: Mapping[str, Article], amounts: Amounts
) -> Iterator[Problem]:
    """Translations of no article, and those whose forms, amounts or numbers of items differ from the original's."""
    for one in translations.all():
        original = articles.get(one.id)
        if original is None:
            yield Problem(one.file, 1, f"id: there is no article {one.id!r}")
        elif not _is_outdated(one, original):
            # What is outdated differs by right; it is told as such.
            yield from (Problem(one.file, 1, fault) for fault in _differences(one, original, amounts))


def outdated_translations(translations: Translations, articles: Mapping[str, Article]) -> Iterator[Problem]:
    """Translations of a text that was changed since."""
    for one in translations.all():
        original = articles.get(one.id)
        if original is not None and _is_outdated(one, original):
            reason = f"of_changed: follows the text of {one.of_changed}, but the Polish one was changed on"
            yield Problem(one.file, 1, f"{reason} {original.changed}")


def _is_outdated(one: Translation, original: Article) -> bool:
    return one.of_changed < original.changed


def _differences(one: Translation, original: Article, amounts: Amounts) -> Iterator[str]:
    if one.of_changed > original.changed:
        yield f"of_changed: lies after the last change of the original, {original.changed}"
    if one.forms != original.forms:
        yield f"forms: differ from the original's: {', '.join(original.forms) or 'none'}"
    for name in _LISTS:
        ours, theirs = getattr(one, name), getattr(original, name)
        if len(ours) != len(theirs):
            yield f"{name}: {len(ours)} item(s), the original has {len(theirs)}"
    for name in (*_TEXTS, *_LISTS):
        ours, theirs = _text(getattr(one, name)), _text(getattr(original, name))
        if sorted(amounts.references(ours)) != sorted(amounts.references(theirs)):
            yield f"{name}: the references to amounts differ from the original's"
        elif _numbers(ours) != _numbers(theirs):
            odd = (_numbers(ours) - _numbers(theirs)) + (_numbers(theirs) - _numbers(ours))
            yield f"{name}: other numbers than in the original: {', '.join(sorted(odd))}"


def _text(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else "\n".join(value)


def _numbers(text: str) -> Counter[str]:
    return Counter(_NUMBER.findall(text))
