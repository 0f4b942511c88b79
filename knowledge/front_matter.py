"""Reads the YAML head of an article file field by field and remembers on which line each problem stands."""

import re
from collections.abc import Collection
from datetime import date
from difflib import get_close_matches
from enum import Enum
from typing import TypeVar
from urllib.parse import urlsplit

import yaml

from knowledge.article import Source
from knowledge.errors import LibraryError, Problem

Member = TypeVar("Member", bound=Enum)

_FENCE = "---"
_NULL = "tag:yaml.org,2002:null"
_FULL_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_PARTIAL_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def split(text: str, file: str) -> tuple[str, str]:
    """Divide a file into its head, in which line numbers are those of the file, and its body.

    Raises LibraryError when the head is missing or never ends.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    if not lines or lines[0].rstrip() != _FENCE:
        raise LibraryError([Problem(file, 1, f"the file must begin with a line {_FENCE!r}")])
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == _FENCE:
            return "\n".join(["", *lines[1:number]]), "\n".join(lines[number + 1 :]).strip()
    raise LibraryError([Problem(file, len(lines), f"the head is not closed by a line {_FENCE!r}")])


class FrontMatter:
    """The fields of one head; reading notes what is wrong in `problems` and returns a harmless value."""

    def __init__(self, head: str, file: str, known: Collection[str]) -> None:
        """Compose the head. Raises LibraryError when it is not a YAML mapping at all."""
        self.problems: list[Problem] = []
        self._file = file
        self._fields: dict[str, yaml.Node] = {}
        self._end = head.count("\n") + 1
        for key, value in self._root(head).value:
            self._add_field(key, value, known)
        for name in known:
            if name not in self._fields:
                self._note(self._end, f"field {name!r} is missing")

    def _root(self, head: str) -> yaml.MappingNode:
        try:
            root = yaml.compose(head, Loader=_LOADER)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            raise LibraryError([Problem(self._file, line, f"not valid YAML: {error.problem}")]) from error
        except yaml.YAMLError as error:
            raise LibraryError([Problem(self._file, 1, f"not valid YAML: {error}")]) from error
        if not isinstance(root, yaml.MappingNode):
            raise LibraryError([Problem(self._file, 1, "the head must be a mapping of fields")])
        return root

    def _add_field(self, key: yaml.Node, value: yaml.Node, known: Collection[str]) -> None:
        name = str(key.value)
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            self._note(_line(key), f"unknown field {name!r}{hint}")
        elif name in self._fields:
            self._note(_line(key), f"field {name!r} is given twice")
        else:
            self._fields[name] = value

    def _note(self, line: int, reason: str) -> None:
        self.problems.append(Problem(self._file, line, reason))

    def line(self, name: str) -> int:
        """The line on which a field's value begins; the end of the head when the field is missing."""
        return _line(self._fields[name]) if name in self._fields else self._end

    def refuse(self, name: str, reason: str) -> None:
        """Note that the value of field `name` is wrong for a reason only the caller can see."""
        self._note(self.line(name), f"{name}: {reason}")

    def text(self, name: str, *, optional: bool = False) -> str:
        """A non-empty text; with `optional`, an empty or null value is an empty text."""
        node = self._fields.get(name)
        if node is None or (optional and _is_empty(node)):
            return ""
        return self._scalar(name, node)

    def texts(self, name: str, *, least: int = 0) -> tuple[str, ...]:
        """A list of at least `least` non-empty texts."""
        return tuple(self._scalar(name, item) for item in self._items(name, least=least))

    def lines(self, name: str) -> tuple[int, ...]:
        """The lines on which the items of a list stand."""
        node = self._fields.get(name)
        return tuple(_line(item) for item in node.value) if isinstance(node, yaml.SequenceNode) else ()

    def member(self, name: str, kind: type[Member], default: Member) -> Member:
        """One member of a closed set."""
        node = self._fields.get(name)
        return default if node is None else self._member(name, node, kind) or default

    def members(self, name: str, kind: type[Member]) -> tuple[Member, ...]:
        """A list of one or more members of a closed set."""
        found = (self._member(name, item, kind) for item in self._items(name, least=1))
        return tuple(member for member in found if member is not None)

    def day(self, name: str) -> date:
        """A date `YYYY-MM-DD`."""
        return self.optional_day(name) or self._missing_day(name)

    def optional_day(self, name: str) -> date | None:
        """A date `YYYY-MM-DD`, or null."""
        node = self._fields.get(name)
        if node is None or _is_empty(node):
            return None
        value = self._scalar(name, node)
        if value and not (_FULL_DATE.fullmatch(value) and _is_partial_date(value)):
            self.refuse(name, f"{value!r} is not a date YYYY-MM-DD")
            return None
        return date.fromisoformat(value) if value else None

    def sources(self, name: str) -> tuple[Source, ...]:
        """A list of one or more sources, each a mapping of `url` and `as_of`."""
        return tuple(self._source(name, item) for item in self._items(name, least=1))

    def _source(self, name: str, node: yaml.Node) -> Source:
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        fields = {str(key.value): value for key, value in pairs}
        if set(fields) != {"url", "as_of"}:
            self._note(_line(node), f"{name}: a source has the fields 'url' and 'as_of', no other")
            return Source("", "")
        url, as_of = self._scalar(name, fields["url"]), self._scalar(name, fields["as_of"])
        if not _is_url(url):
            self._note(_line(fields["url"]), f"{name}: {url!r} is not an http or https address")
        if not _is_partial_date(as_of):
            self._note(_line(fields["as_of"]), f"{name}: {as_of!r} is not a date YYYY, YYYY-MM or YYYY-MM-DD")
        return Source(url, as_of)

    def _items(self, name: str, *, least: int) -> list[yaml.Node]:
        node = self._fields.get(name)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.refuse(name, "must be a list")
            return []
        if len(node.value) < least:
            self.refuse(name, f"needs at least {least} item(s), has {len(node.value)}")
        return list(node.value)

    def _scalar(self, name: str, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode):
            self._note(_line(node), f"{name}: must be text; put it in quotes if it contains ': '")
            return ""
        if _is_empty(node):
            self._note(_line(node), f"{name}: must not be empty")
            return ""
        return str(node.value).strip()

    def _member(self, name: str, node: yaml.Node, kind: type[Member]) -> Member | None:
        value = self._scalar(name, node)
        try:
            return kind(value)
        except ValueError:
            allowed = ", ".join(str(member.value) for member in kind)
            self._note(_line(node), f"{name}: {value!r} is none of {allowed}")
            return None

    def _missing_day(self, name: str) -> date:
        if name in self._fields and _is_empty(self._fields[name]):
            self.refuse(name, "must be a date YYYY-MM-DD")
        return date.min


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _is_empty(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and (node.tag == _NULL or not str(node.value).strip())


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and "." in (parts.hostname or "") and not re.search(r"\s", text)


def _is_partial_date(text: str) -> bool:
    if not _PARTIAL_DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text + "-01-01"[len(text) - len("YYYY") :])
    except ValueError:
        return False
    return True
