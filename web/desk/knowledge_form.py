"""The form of an article: its fields as somebody typed them, from the text of a file and back to it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData

from helpdesk.queues import Profile, Queue
from knowledge.article import Article, Source
from knowledge.errors import LibraryError
from knowledge.loose import Loose, read_loosely
from knowledge.writing import write_fields
from polish.cleaning import clean
from polish.folding import fold

LISTS = ("aliases", "steps", "documents", "forms", "deadlines", "where", "legal_basis", "individual", "questions")
"""Lists that are typed one item a line."""
LINES = ("title", "fees", "valid_from", "valid_until")
SPARE_ROWS = 3
"""Empty rows below those that are filled in."""
LONGEST_ID = 80
LONGEST_TEXT = 200_000
"""Letters of one field; a whole article has about ten thousand."""
_UNIMPORTANT = frozenset({"questions", "aliases", "related", "changed"})
"""Fields that readers do not read: changing them does not change the date of the text."""
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class Typed:
    """What stands in the form, right or wrong; lists are typed one item a line."""

    texts: Mapping[str, str] = field(default_factory=dict)
    profiles: Sequence[str] = ()
    related: Sequence[str] = ()
    """Titles or ids of articles."""
    sources: Sequence[Source] = ()
    note: str = ""
    mark: str = ""
    """The state of the draft that the form showed; empty when there was none."""
    base: int = 0
    """The version that the form showed when there was no draft."""
    rows: int = SPARE_ROWS
    then: str = "save"

    def text(self, name: str) -> str:
        """One field as it was typed."""
        return self.texts.get(name, "")


async def typed(request: Request) -> Typed:
    """Read the form of an article."""
    form = await request.form()
    names = ("id", "queue", "summary", "body", *LINES, *LISTS)
    pairs = zip(_all(form, "source_url"), _all(form, "source_as_of"), strict=False)
    return Typed(
        texts={name: _one(form, name) for name in names},
        profiles=[one for one in _all(form, "profiles") if one in {member.value for member in Profile}],
        related=[one for one in map(_line, _all(form, "related")) if one],
        sources=[Source(_line(url), _line(as_of)) for url, as_of in pairs if url.strip() or as_of.strip()],
        note=_one(form, "note").strip()[:1000],
        mark=_one(form, "mark"),
        base=_number(_one(form, "base")),
        rows=min(_number(_one(form, "rows")) or SPARE_ROWS, 60),
        then=_one(form, "then") or "save",
    )


TypedForm = Annotated[Typed, Depends(typed)]


def from_text(text: str | None, titles: Mapping[str, str]) -> Typed:
    """Return the form of a file's text; an empty one when it cannot be read. `titles` are those of articles by id."""
    try:
        loose = read_loosely(text) if text else Loose({}, "")
    except LibraryError:
        loose = Loose({}, "")
    texts = {name: loose.text(name) for name in ("id", "queue", "summary", *LINES)}
    texts |= {name: "\n".join(loose.texts(name)) for name in LISTS}
    return Typed(
        texts={**texts, "body": loose.body},
        profiles=loose.texts("profiles"),
        related=[titles.get(one, one) for one in loose.texts("related")],
        sources=loose.sources,
    )


def to_text(
    typed: Typed, article_id: str, ids: Mapping[str, str], *, before: str | None, today: date
) -> tuple[str, str]:
    """Return the file's place and text for what was typed.

    Args:
        typed: the form.
        article_id: the article's id.
        ids: the ids of articles by folded title.
        before: the text that customers get now, by which the date of the last change stays or not.
        today: the day in Warsaw.
    """
    queue = typed.text("queue") if typed.text("queue") in {one.value for one in Queue} else Queue.GENERAL.value
    values: dict[str, object] = {
        "id": article_id,
        "title": _line(typed.text("title")),
        "queue": queue,
        "profiles": typed.profiles,
        "aliases": _items(typed, "aliases"),
        "summary": _line(typed.text("summary")),
        **{name: _items(typed, name) for name in ("steps", "documents", "forms", "deadlines", "where")},
        "fees": _line(typed.text("fees")),
        **{name: _items(typed, name) for name in ("legal_basis", "individual")},
        "related": [ids.get(fold(one), one) for one in typed.related],
        "sources": typed.sources,
        "valid_from": _line(typed.text("valid_from")),
        "valid_until": _line(typed.text("valid_until")) or None,
        "changed": today,
        "questions": _items(typed, "questions"),
    }
    body = typed.text("body").replace("\r\n", "\n")
    values["changed"] = _changed(values, body, before) or today
    return f"{queue}/{article_id}.md", write_fields(values, body)


def id_of(title: str) -> str:
    """Return an id made of a title: small letters, digits and hyphens; an empty one for a title without any."""
    words = re.findall(r"[a-z0-9]+", fold(title))
    return "-".join(words)[:LONGEST_ID].strip("-")


def is_id(text: str) -> bool:
    """Whether a text may be an article's id."""
    return bool(_ID.fullmatch(text)) and len(text) <= LONGEST_ID


def ids_by_title(articles: Mapping[str, Article]) -> Mapping[str, str]:
    """Return the ids of articles by folded title."""
    return {fold(article.title): article.id for article in articles.values()}


def with_more_rows(typed: Typed) -> Typed:
    """Return the form with more empty rows."""
    return replace(typed, rows=typed.rows + SPARE_ROWS)


def _changed(values: Mapping[str, object], body: str, before: str | None) -> str | None:
    """The date of the last change when readers read the same as before; None when they do not."""
    if before is None:
        return None
    try:
        old, new = read_loosely(before), read_loosely(write_fields(values, body))
    except LibraryError:
        return None
    same = all(old.values.get(name) == new.values.get(name) for name in new.values if name not in _UNIMPORTANT)
    return old.text("changed") or None if same and old.body == new.body else None


def _items(typed: Typed, name: str) -> Sequence[str]:
    return [line for line in map(_line, typed.text(name).splitlines()) if line]


def _line(text: str) -> str:
    return " ".join(clean(text).split())


def _one(form: FormData, name: str) -> str:
    value = form.get(name)
    return value[:LONGEST_TEXT] if isinstance(value, str) else ""


def _all(form: FormData, name: str) -> Sequence[str]:
    return [value[:2000] for value in form.getlist(name) if isinstance(value, str)]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
