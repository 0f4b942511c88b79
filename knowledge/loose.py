"""Reads of an article's file whatever can be read, for editors whose text is not finished yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import yaml

from knowledge.article import Source
from knowledge.errors import LibraryError, Problem
from knowledge.front_matter import split
from knowledge.writing import FIELDS

Value = str | None | tuple[str, ...] | tuple[Source, ...]
_NULL = "tag:yaml.org,2002:null"


@dataclass(frozen=True)
class Loose:
    """The fields that a file has, as texts, and its body."""

    values: Mapping[str, Value]
    body: str

    def text(self, name: str) -> str:
        """A field as one text; an empty one when it is missing or a list."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """A field as a list of texts; an empty one when it is missing."""
        value = self.values.get(name)
        if isinstance(value, str):
            return (value,)
        return tuple(item for item in value or () if isinstance(item, str))

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources, also those of a wrong form."""
        value = self.values.get("sources")
        return tuple(item for item in value or () if isinstance(item, Source))


@lru_cache(maxsize=500)  # a page of the desk reads the same texts again and again
def read_loosely(text: str, file: str = "") -> Loose:
    """Read what a file says, right or wrong. Raises LibraryError when its head is not YAML at all."""
    head, body = split(text, file)
    try:
        root = yaml.compose(head, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise LibraryError([Problem(file, 1, f"not valid YAML: {error}")]) from error
    if not isinstance(root, yaml.MappingNode):
        raise LibraryError([Problem(file, 1, "the head must be a mapping of fields")])
    known = {str(key.value): value for key, value in root.value if str(key.value) in FIELDS}
    return Loose(MappingProxyType({name: _value(name, node) for name, node in known.items()}), body)


def _value(name: str, node: yaml.Node) -> Value:
    if isinstance(node, yaml.SequenceNode):
        if name == "sources":
            return tuple(_source(item) for item in node.value)
        return tuple(_text(item) for item in node.value)
    return None if node.tag == _NULL else _text(node)


def _text(node: yaml.Node) -> str:
    return str(node.value).strip() if isinstance(node, yaml.ScalarNode) else ""


def _source(node: yaml.Node) -> Source:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    found = {str(key.value): _text(value) for key, value in pairs}
    return Source(found.get("url", ""), found.get("as_of", ""))
