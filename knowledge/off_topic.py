"""Texts that no office could answer, from which search and dialogue acts learn what such a text looks like."""

from pathlib import Path

import yaml

DEFAULT_FILE = Path(__file__).parent / "off_topic.yaml"


def load_off_topic(path: Path = DEFAULT_FILE) -> tuple[str, ...]:
    """Read the texts of a YAML file, which is a list of them."""
    return tuple(str(text) for text in yaml.safe_load(path.read_text(encoding="utf-8")))
