"""The three files of the widget: put together from their parts, compressed once, and told apart by their contents.

The parts of the script are modules that can be read and checked one by one; the browser gets them as one plain script,
so that one line embeds it and no page ever runs parts of different versions.
"""

import gzip
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

FOLDER = Path(__file__).parent / "widget"
STYLES = ("base", "panel", "messages", "forms", "fitting")
FIRST = "start"
"""The module with which the script begins; the others follow from what each one imports."""
MAX_AGE = 300
"""Seconds for which a browser keeps a file: embedding pages live long, and an old widget would meet a new gateway."""

IMPORT = re.compile(r'^import \{[^}]*\} from "\./([a-z]+)\.js";\n', re.MULTILINE)
EXPORT = re.compile(r"^export ", re.MULTILINE)


@dataclass(frozen=True)
class WidgetFile:
    """A file as browsers get it: its media type, its contents plain and compressed, and the tag of the contents."""

    media_type: str
    plain: bytes
    packed: bytes
    etag: str


def script() -> str:
    """Return the script: every module once, after those that it imports, in one scope of its own."""
    parts: dict[str, str] = {}
    _gather(FIRST, parts)
    body = "\n".join(f"// {name}\n{part}" for name, part in parts.items())
    return f'(() => {{\n"use strict";\n\n{body}}})();\n'


def style_sheet() -> str:
    """Return the style sheet."""
    return "\n".join((FOLDER / f"{name}.css").read_text(encoding="utf-8") for name in STYLES)


def words() -> str:
    """Return the words of the widget, a JSON object."""
    return (FOLDER / "words.json").read_text(encoding="utf-8")


def _gather(name: str, parts: dict[str, str], above: Sequence[str] = ()) -> None:
    if name in above:
        raise ValueError(f"modules import each other in a circle: {' → '.join((*above, name))}")
    if name in parts:
        return
    source = (FOLDER / f"{name}.js").read_text(encoding="utf-8")
    for imported in IMPORT.findall(source):
        _gather(imported, parts, (*above, name))
    parts[name] = EXPORT.sub("", IMPORT.sub("", source)).lstrip("\n")


FILES: dict[str, tuple[str, Callable[[], str]]] = {
    "widget.js": ("text/javascript", script),
    "widget.css": ("text/css", style_sheet),
    "widget.json": ("application/json", words),
}


@lru_cache(maxsize=len(FILES))
def widget_file(name: str) -> WidgetFile:
    """Return one of the files by its name; raises KeyError."""
    media_type, put_together = FILES[name]
    plain = put_together().encode()
    return WidgetFile(media_type, plain, gzip.compress(plain, mtime=0), f'"{sha256(plain).hexdigest()[:20]}"')


def _serve(request: Request) -> Response:
    file = widget_file(request.url.path.removeprefix("/"))
    headers = {
        "Cache-Control": f"public, max-age={MAX_AGE}",
        "Access-Control-Allow-Origin": "*",
        "Vary": "Accept-Encoding",
        "ETag": file.etag,
    }
    if file.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(file.plain, media_type=file.media_type, headers=headers)
    return Response(file.packed, media_type=file.media_type, headers={**headers, "Content-Encoding": "gzip"})


router = APIRouter(include_in_schema=False)
for _name in FILES:
    router.add_api_route(f"/{_name}", _serve, methods=["GET", "HEAD"])
