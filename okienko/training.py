"""Training of the Rasa model, and whether it is due: a model is named after what it was made from."""

import hashlib
import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO

import yaml

from knowledge.library import Library
from okienko.errors import BrokenOff, PartMissing, TrainingFailed
from okienko.evaluation.acts import Judged
from okienko.index import fingerprint
from okienko.places import BOT_PYTHON, ROOT
from okienko.settings import PREFIX, Settings

INPUTS = (
    "config.yml",
    "bot/components",
    "bot/domain",
    "bot/rules",
    "nlu_data",
    "bot/requirements.lock",
    "polish",
    "knowledge/institutions.yaml",
    "knowledge/off_topic.yaml",
)
LOOK_EVERY = 0.5
"""Seconds between two looks whether it was told to stop."""
TELL_EVERY = 5.0
"""Seconds between two lines of progress."""
KEPT = 3
"""Models kept beside the newest one, for going back."""


def bot_environment(settings: Settings) -> Mapping[str, str]:
    """Return the environment in which Rasa's own processes run."""
    quiet = {
        # At DEBUG Rasa writes down what people wrote; nothing around us may turn that on.
        "LOG_LEVEL": "INFO",
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        # One message is a small product: more threads for it would only wait for each other.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
    own = {
        "PYTHONPATH": str(ROOT),
        "OKIENKO_ACTIONS_URL": f"{settings.actions_url}/webhook",
        "PYTHONWARNINGS": "ignore",
    }
    # Rasa sees nothing sealed, and needs no keys.
    around = {name: value for name, value in os.environ.items() if name != f"{PREFIX}SECRET_KEYS"}
    return {**around, **quiet, **own}


def inputs() -> str:
    """Return the fingerprint of what this release gives to a training, besides the articles."""
    return fingerprint(INPUTS)


def model_path(settings: Settings, library: Library) -> Path:
    """Return where the model of the present inputs lies, or would lie."""
    digest = hashlib.sha256(inputs().encode())
    for article in library.articles.values():
        digest.update("\n".join((article.id, *article.questions, *article.individual)).encode() + b"\0")
    return settings.data_dir / "models" / f"okienko-{digest.hexdigest()[:16]}.tar.gz"


def train(
    settings: Settings, library: Library, progress: Callable[[str], None] = lambda line: None
) -> tuple[Path, bool]:
    """Train unless the present inputs were trained already; returns the model and whether it is new.

    Args:
        settings: where models and logs lie.
        library: the articles, whose example questions are learnt too.
        progress: shows a line every few seconds while it lasts.

    Raises:
        PartMissing: Rasa's environment is not installed.
        TrainingFailed: Rasa refused the inputs; the message names the log.
    """
    model = model_path(settings, library)
    if model.exists():
        return model, False
    model.parent.mkdir(parents=True, exist_ok=True)
    _train(settings, model, "config.yml", "train", progress)
    _forget_old(model)
    return model, True


def train_edition(settings: Settings, articles: Path, model: Path, stop: threading.Event) -> None:
    """Train a model with the articles of a folder in place of the release's.

    Args:
        settings: where logs lie.
        articles: the folder, as `<queue>/<id>.md`.
        model: the file that is made.
        stop: ends the training early.

    Raises:
        PartMissing: Rasa's environment is not installed.
        TrainingFailed: Rasa refused the inputs; the message names the log.
        BrokenOff: it was told to stop.
    """
    recipe = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    for importer in recipe["importers"]:
        if "folder" in importer:
            importer["folder"] = str(articles.resolve())
    model.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        config = Path(folder) / "config.yml"
        config.write_text(yaml.safe_dump(recipe, sort_keys=False), encoding="utf-8")
        _train(settings, model, str(config), "train-edition", lambda line: None, stop)


def judge(settings: Settings, model: Path, phrases: Path, stop: threading.Event) -> Sequence[Judged]:
    """Return what a trained model makes of the held-out phrases.

    Args:
        settings: where logs lie.
        model: its file.
        phrases: a YAML file of phrases by act.
        stop: ends it early.

    Raises:
        PartMissing: Rasa's environment is not installed.
        TrainingFailed: the model cannot be loaded; the message names the log.
        BrokenOff: it was told to stop.
    """
    log = _log(settings, "judge")
    with TemporaryFile() as found:
        with log.open("wb") as errors:
            command = [str(_bot_python()), "-m", "bot.judging", str(model), str(phrases)]
            ended = _run(command, bot_environment(settings), found, lambda line: None, stop, errors)
        if ended != 0:
            raise TrainingFailed(f"the model could not judge; see {log}")
        found.seek(0)
        return [Judged(*row) for row in json.loads(found.read())]


def _train(
    settings: Settings,
    model: Path,
    config: str,
    name: str,
    progress: Callable[[str], None],
    stop: threading.Event | None = None,
) -> None:
    """Run Rasa's training; the model is there whole or not at all."""
    log = _log(settings, name)
    # Trained under another name first: a model file that exists is whole.
    begun = f"begun-{os.getpid()}-{name}"
    inputs = ["--config", config, "--domain", "bot/domain", "--data", "nlu_data", "bot/rules"]
    out = ["--out", str(model.parent), "--fixed-model-name", begun]
    command = [str(_bot_python()), "-m", "rasa", "train", *inputs, *out]
    made = model.parent / f"{begun}.tar.gz"
    try:
        with log.open("wb") as output:
            ended = _run(command, bot_environment(settings), output, progress, stop)
        if ended != 0 or not made.exists():
            raise TrainingFailed(f"training failed; see {log}")
        made.rename(model)
    finally:
        made.unlink(missing_ok=True)


def _bot_python() -> Path:
    if not BOT_PYTHON.exists():
        raise PartMissing("Rasa's environment (bot/.venv) is missing; `make install` makes it")
    return BOT_PYTHON


def _log(settings: Settings, name: str) -> Path:
    log = settings.data_dir / "logs" / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    return log


def _run(
    command: Sequence[str],
    environment: Mapping[str, str],
    output: IO[bytes],
    progress: Callable[[str], None],
    stop: threading.Event | None = None,
    errors: IO[bytes] | int = subprocess.STDOUT,
) -> int:
    """Run a program to its end, telling how long it has lasted; an interruption ends it too."""
    begun = told = time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=errors)
    try:
        while True:
            try:
                return process.wait(LOOK_EVERY)
            except subprocess.TimeoutExpired:
                if stop is not None and stop.is_set():
                    raise BrokenOff from None
            if time.monotonic() - told >= TELL_EVERY:
                told = time.monotonic()
                progress(f"  training for {told - begun:.0f} s")
    finally:
        process.kill()
        process.wait()


def _forget_old(newest: Path) -> None:
    models = sorted(newest.parent.glob("okienko-*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in [model for model in models if model != newest][KEPT:]:
        old.unlink(missing_ok=True)
