"""The files inside "winmail.dat", in which Outlook wraps what it sends (the TNEF format, MS-OXTNEF)."""

from collections.abc import Iterator
from dataclasses import dataclass, field

SIGNATURE = b"\x78\x9f\x3e\x22"
MOST_ATTRIBUTES = 5_000
MOST_PROPERTIES = 2_000
_BODY, _ATTACHED, _TITLE, _DATA, _PROPERTIES, _MESSAGE_PROPERTIES = (
    0x0002800C,
    0x00069002,
    0x00018010,
    0x0006800F,
    0x00069005,
    0x00069003,
)
_LONG_NAME, _SHORT_NAME, _CONTENT, _MIME, _TEXT, _HTML = 0x3707, 0x3704, 0x3701, 0x370E, 0x1000, 0x1013
_SIZES = {
    0x0002: 4,
    0x0003: 4,
    0x0004: 4,
    0x000A: 4,
    0x000B: 4,
    0x0005: 8,
    0x0006: 8,
    0x0007: 8,
    0x0014: 8,
    0x0040: 8,
    0x0048: 16,
}
_UNICODE, _STRING, _OBJECT, _BINARY = 0x001F, 0x001E, 0x000D, 0x0102
_COUNTED = {_UNICODE, _STRING, _OBJECT, _BINARY}
_MULTIPLE = 0x1000
_NAMED = 0x8000


@dataclass
class WrappedFile:
    """A file inside the wrapping; `name` and `kind` may be empty."""

    name: str = ""
    kind: str = ""
    content: bytes = b""


@dataclass
class Unwrapped:
    """What the wrapping holds; `text` and `html` are the body where it travels inside."""

    files: list[WrappedFile] = field(default_factory=list)
    text: str = ""
    html: bytes = b""


def unwrap(data: bytes) -> Unwrapped | None:
    """Return what a "winmail.dat" holds, as far as it can be read; None when it is none."""
    if not data.startswith(SIGNATURE):
        return None
    found = Unwrapped()
    for attribute, value in _attributes(data):
        if attribute == _ATTACHED:
            found.files.append(WrappedFile())
        elif attribute == _BODY:
            found.text = found.text or _narrow(value)
        elif attribute == _MESSAGE_PROPERTIES:
            _read_message(found, value)
        elif found.files:
            _read_file(found.files[-1], attribute, value)
    return found


def _read_message(found: Unwrapped, value: bytes) -> None:
    for number, kind, content in _properties(value):
        if number == _TEXT and kind in {_UNICODE, _STRING}:
            found.text = _string(kind, content)
        elif number == _HTML:
            found.html = content


def _read_file(file: WrappedFile, attribute: int, value: bytes) -> None:
    if attribute == _TITLE:
        file.name = file.name or _narrow(value)
    elif attribute == _DATA:
        file.content = value
    elif attribute == _PROPERTIES:
        for number, kind, content in _properties(value):
            if number in {_LONG_NAME, _SHORT_NAME} and kind in {_UNICODE, _STRING}:
                file.name = _string(kind, content) if number == _LONG_NAME or not file.name else file.name
            elif number == _MIME:
                file.kind = _string(kind, content)
            elif number == _CONTENT and not file.content:
                file.content = content


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    position = len(SIGNATURE) + 2
    for _ in range(MOST_ATTRIBUTES):
        if position + 9 > len(data):
            return
        attribute, length = _number(data, position + 1), _number(data, position + 5)
        value = data[position + 9 : position + 9 + length]
        yield attribute, value
        if len(value) < length:
            return
        position += 9 + length + 2


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Give the number, kind and bytes of MAPI properties; ends at the first that cannot be read."""
    position = 4
    for _ in range(min(_number(data, 0), MOST_PROPERTIES)):
        if position + 4 > len(data):
            return
        kind, number = _number(data, position, 2), _number(data, position + 2, 2)
        position += 4
        if number & _NAMED:
            position += _name_length(data, position)
        plain = kind & ~_MULTIPLE
        many = bool(kind & _MULTIPLE)
        count = 1
        if many or plain in _COUNTED:
            count, position = _number(data, position), position + 4
        for _value in range(min(count, MOST_PROPERTIES)):
            length = _SIZES.get(plain, -1)
            if plain in _COUNTED:
                length, position = _number(data, position), position + 4
            if length < 0 or position + length > len(data):
                return
            yield number, plain, data[position + (16 if plain == _OBJECT else 0) : position + length]
            position += length + (-length % 4)


def _name_length(data: bytes, position: int) -> int:
    """Return the length of a named property's name: a set, a kind, and a number or a text."""
    if _number(data, position + 16) == 0:
        return 24
    length = _number(data, position + 20)
    return 24 + length + (-length % 4)


def _number(data: bytes, position: int, length: int = 4) -> int:
    return int.from_bytes(data[position : position + length], "little")


def _string(kind: int, value: bytes) -> str:
    return value.decode("utf-16-le", "replace").split("\0")[0] if kind == _UNICODE else _narrow(value)


def _narrow(value: bytes) -> str:
    # The code page of the sender's Windows is not always told; offices in Poland write in 1250.
    text = value.split(b"\0")[0]
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("cp1250", "replace")
