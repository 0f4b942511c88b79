"""Other institutions, to which the customer is kindly sent with a matter that is not this office's."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.errors import DataFileError

DEFAULT_FILE = Path(__file__).parent / "institutions.yaml"


@dataclass(frozen=True)
class Institution:
    """An institution, what it deals with, and questions that people wrongly bring here."""

    id: str
    name: str
    aliases: tuple[str, ...]
    matters: str
    advice: str
    website: str | None
    phone: str | None
    questions: tuple[str, ...]


def load_institutions(path: Path = DEFAULT_FILE) -> tuple[Institution, ...]:
    """Read the institutions of a YAML file. Raises DataFileError that names the entry at fault."""
    entries: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(_institution(path.name, number, entry) for number, entry in enumerate(entries, start=1))


def _institution(file: str, number: int, entry: dict[str, Any]) -> Institution:
    try:
        return Institution(
            id=str(entry["id"]),
            name=str(entry["name"]),
            aliases=tuple(map(str, entry["aliases"])),
            matters=str(entry["matters"]).strip(),
            advice=str(entry["advice"]).strip(),
            website=entry["website"],
            phone=entry["phone"],
            questions=tuple(map(str, entry["questions"])),
        )
    except (KeyError, TypeError) as problem:
        raise DataFileError(f"{file}: entry {number}: {problem!r} is missing or wrong") from problem
