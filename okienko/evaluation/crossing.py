"""Has the bot's environment judge the examples of the dialogue acts; the findings are kept until inputs change."""

import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from knowledge.library import Library
from knowledge.question_sets import FOLDER as QUESTIONS
from okienko.errors import PartMissing, TrainingFailed
from okienko.evaluation.acts import Judged
from okienko.index import fingerprint
from okienko.places import BOT_PYTHON, ROOT
from okienko.settings import Settings
from okienko.training import bot_environment, model_path

HELD_OUT = QUESTIONS / "acts.yml"
FOLDS = 5
RECORD = ROOT / "bot" / "cross_validation.yaml"
"""The figures of the last cross-validation and what it was made from; written by `okienko evaluate --nlu --page`."""


@dataclass(frozen=True)
class Crossed:
    """The examples as judged in cross-validation, and the phrases that are never trained on."""

    examples: Sequence[Judged]
    held_out: Sequence[Judged]


def cross(
    settings: Settings, library: Library, folds: int = FOLDS, progress: Callable[[str], None] = lambda line: None
) -> Crossed:
    """Judge all examples that the model learns from in so many folds; takes a minute or two, or no time when kept.

    Args:
        settings: where models, logs and evaluations lie.
        library: the articles, whose example questions are judged too.
        folds: into how many parts the examples are split, evenly for each act.
        progress: is told what takes the time.

    Raises:
        PartMissing: Rasa's environment is not installed.
        TrainingFailed: the pipeline refused the inputs; the message names the log.
    """
    if not BOT_PYTHON.exists():
        raise PartMissing("Rasa's environment (bot/.venv) is missing; `make install` makes it")
    kept = _place(settings, library, folds)
    if not kept.exists():
        progress(f"judging the examples in {folds} folds")
        _judge(kept, folds, settings)
    found = json.loads(kept.read_text(encoding="utf-8"))
    return Crossed([Judged(*row) for row in found["crossed"]], [Judged(*row) for row in found["held_out"]])


def _place(settings: Settings, library: Library, folds: int) -> Path:
    inputs = fingerprint((HELD_OUT.relative_to(ROOT).as_posix(), "bot/cross_validation.py"))
    return settings.data_dir / "evaluations" / f"{model_path(settings, library).name[:-7]}-{inputs}-{folds}.acts"


def recorded(settings: Settings, library: Library) -> Mapping[str, float] | None:
    """Return the recorded figures of the examples; None when their inputs changed since."""
    kept = yaml.safe_load(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    return kept["figures"] if kept.get("inputs") == _place(settings, library, FOLDS).stem else None


def record(settings: Settings, library: Library, figures: Mapping[str, float]) -> None:
    """Record the figures of the examples with what they were made from."""
    rounded = {name: round(value, 4) for name, value in figures.items()}
    text = yaml.safe_dump({"inputs": _place(settings, library, FOLDS).stem, "figures": rounded}, sort_keys=False)
    RECORD.write_text(f"# Written by `okienko evaluate --nlu --page`.\n{text}", encoding="utf-8")


def _judge(kept: Path, folds: int, settings: Settings) -> None:
    log = settings.data_dir / "logs" / "evaluate.log"
    for folder in (kept.parent, log.parent):
        folder.mkdir(parents=True, exist_ok=True)
    command = [str(BOT_PYTHON), "-m", "bot.cross_validation", str(folds), str(HELD_OUT)]
    with log.open("wb") as errors:
        ended = subprocess.run(
            command, cwd=ROOT, env=bot_environment(settings), stdout=subprocess.PIPE, stderr=errors, check=False
        )
    if ended.returncode != 0:
        raise TrainingFailed(f"the examples could not be judged; see {log}")
    begun = kept.with_suffix(".begun")
    begun.write_bytes(ended.stdout)
    # An earlier run's judgements are of other inputs.
    for old in kept.parent.glob(f"*-{folds}.acts"):
        old.unlink(missing_ok=True)
    begun.rename(kept)
