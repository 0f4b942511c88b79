"""Writes an article as the text of its file, in the form in which the files of the release are written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from enum import Enum
from typing import Any

import yaml

from knowledge.article import Article, Source

FIELDS = tuple(item.name for item in fields(Article) if item.name != "body")
"""The fields of the head, in their order."""
IN_ONE_LINE = frozenset({"profiles", "aliases", "forms", "related"})
"""Lists of short items, which stand in brackets."""
_FOLDED = frozenset({"summary"})
_DAYS = frozenset({"valid_from", "valid_until", "changed"})
# No line is broken: whoever compares two texts sees the changed sentence, not a new way of folding it.
_WIDTH = 1_000_000


def write(article: Article) -> str:
    """Return the text of an article's file; `library.parse` makes an equal article of it."""
    return write_fields({name: getattr(article, name) for name in FIELDS}, article.body)


def write_fields(values: Mapping[str, Any], body: str) -> str:
    """Return the text of a file whose fields need not make a right article: what an editor has so far.

    Args:
        values: by the field's name a text, a date, a member of an enumeration, None, or a sequence of texts or sources.
        body: the Markdown below the head.
    """
    pairs = [(yaml.ScalarNode(_STR, name), _node(name, values[name])) for name in FIELDS if name in values]
    head = yaml.serialize(
        yaml.MappingNode("tag:yaml.org,2002:map", pairs, flow_style=False),
        Dumper=yaml.SafeDumper,
        allow_unicode=True,
        width=_WIDTH,
    )
    return f"---\n{head}---\n{body.strip()}\n"


_STR = "tag:yaml.org,2002:str"


def _node(name: str, value: Any) -> yaml.Node:
    if isinstance(value, str | Enum | date) or value is None:
        return _scalar(name, value)
    items: Sequence[Any] = tuple(value)
    return _sequence([_source(item) if isinstance(item, Source) else _scalar("", item) for item in items], name)


def _sequence(items: Iterable[yaml.Node], name: str) -> yaml.SequenceNode:
    nodes = list(items)
    return yaml.SequenceNode("tag:yaml.org,2002:seq", nodes, flow_style=name in IN_ONE_LINE or not nodes)


def _scalar(name: str, value: Any) -> yaml.ScalarNode:
    if value is None:
        return yaml.ScalarNode("tag:yaml.org,2002:null", "null")
    if isinstance(value, date):
        return yaml.ScalarNode("tag:yaml.org,2002:timestamp", value.isoformat())
    text = " ".join(str(value.value if isinstance(value, Enum) else value).split())
    if name in _DAYS and _is_day(text):
        return yaml.ScalarNode("tag:yaml.org,2002:timestamp", text)
    return yaml.ScalarNode(_STR, text, style=">" if name in _FOLDED and text else None)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _source(source: Source) -> yaml.MappingNode:
    pairs = [(_scalar("", "url"), _scalar("", source.url)), (_scalar("", "as_of"), _scalar("", source.as_of))]
    return yaml.MappingNode("tag:yaml.org,2002:map", pairs, flow_style=False)
