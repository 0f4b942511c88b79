"""Training of the Rasa model, and whether it is due: a model is named after what it was made from."""

import hashlib
import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from knowledge.library import Library
from okienko.errors import PartMissing, TrainingFailed
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


def model_path(settings: Settings, library: Library) -> Path:
    """Return where the model of the present inputs lies, or would lie."""
    digest = hashlib.sha256(fingerprint(INPUTS).encode())
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
    if not BOT_PYTHON.exists():
        raise PartMissing("Rasa's environment (bot/.venv) is missing; `make install` makes it")
    model.parent.mkdir(parents=True, exist_ok=True)
    log = settings.data_dir / "logs" / "train.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    # Trained under another name first: a model file that exists is whole.
    begun = f"begun-{os.getpid()}"
    inputs = ["--config", "config.yml", "--domain", "bot/domain", "--data", "nlu_data", "bot/rules"]
    out = ["--out", str(model.parent), "--fixed-model-name", begun]
    command = [str(BOT_PYTHON), "-m", "rasa", "train", *inputs, *out]
    with log.open("wb") as output:
        ended = _run(command, bot_environment(settings), output, progress)
    made = model.parent / f"{begun}.tar.gz"
    if ended != 0 or not made.exists():
        raise TrainingFailed(f"training failed; see {log}")
    made.rename(model)
    _forget_old(model)
    return model, True


def _run(
    command: Sequence[str], environment: Mapping[str, str], output: BinaryIO, progress: Callable[[str], None]
) -> int:
    """Run Rasa to its end, telling how long it has lasted; an interruption ends Rasa too."""
    begun = time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        while True:
            try:
                return process.wait(TELL_EVERY)
            except subprocess.TimeoutExpired:
                progress(f"  training for {time.monotonic() - begun:.0f} s")
    finally:
        process.kill()
        process.wait()


def _forget_old(newest: Path) -> None:
    models = sorted(newest.parent.glob("okienko-*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in [model for model in models if model != newest][KEPT:]:
        old.unlink(missing_ok=True)
