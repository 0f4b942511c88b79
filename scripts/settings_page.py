"""Writes the reference of the settings from the settings class: `docs/settings.md` and `.env.example`.

`python -m scripts.settings_page` writes both; with `--check` it only says whether they are as they should be.
"""

import sys
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from okienko.places import ROOT
from okienko.settings import PREFIX, Settings

PAGE, EXAMPLE = ROOT / "docs" / "settings.md", ROOT / ".env.example"
HEAD = "| variable | default | meaning |\n| --- | --- | --- |\n"
"""Begins the table; what stands above and below it in the page is written by hand."""
OPENING = "# All settings with their defaults; copy to .env and uncomment what you change. See docs/settings.md.\n"


def main(arguments: list[str]) -> int:
    """Write what differs, or with `--check` only name it; returns the status."""
    differing = {file: text for file, text in pages().items() if file.read_text(encoding="utf-8") != text}
    for file, text in differing.items():
        if "--check" in arguments:
            print(f"{file.relative_to(ROOT)} is not what `python -m scripts.settings_page` writes")
        else:
            file.write_text(text, encoding="utf-8")
            print(f"{file.relative_to(ROOT)} is written")
    return int("--check" in arguments and bool(differing))


def pages() -> Mapping[Path, str]:
    """Return both files as they should be."""
    return {PAGE: page(PAGE.read_text(encoding="utf-8")), EXAMPLE: example()}


def page(present: str) -> str:
    """Return the page with its table made anew; raises ValueError when it has none."""
    above, found, below = present.partition(HEAD)
    if not found:
        raise ValueError(f"{PAGE} has no table of settings")
    rest = below.partition("\n\n")[2]
    rows = "\n".join(_row(name, field) for name, field in Settings.model_fields.items())
    return f"{above}{HEAD}{rows}\n" + (f"\n{rest}" if rest else "")


def example() -> str:
    """Return the example of `.env`, every variable with its default, commented out."""
    return OPENING + "".join(_lines())


def default(field: FieldInfo) -> str:
    """Return a default as it is written in the environment; empty for an empty one."""
    value = field.default
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    elif isinstance(value, Path):
        value = value.relative_to(ROOT)
    elif isinstance(value, Enum):
        value = value.value
    elif isinstance(value, bool):
        value = str(value).lower()
    return str(value)


def _row(name: str, field: FieldInfo) -> str:
    shown = f"`{default(field)}`" if default(field) else "(empty)"
    meaning = (field.description or "").replace("|", "\\|")
    return f"| `{PREFIX}{name.upper()}` | {shown} | {meaning} |"


def _lines() -> Iterator[str]:
    for name, field in Settings.model_fields.items():
        yield f"\n# {field.description}\n# {PREFIX}{name.upper()}={default(field)}\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
