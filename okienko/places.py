"""Where the parts of the checkout lie."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ARTICLES = ROOT / "knowledge" / "articles"
MIGRATIONS = ROOT / "migrations"
BOT = ROOT / "bot"
BOT_PYTHON = BOT / ".venv" / "bin" / "python"
DEMONSTRATION = ROOT / "okienko" / "demonstration"
