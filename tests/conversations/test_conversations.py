"""The scripted conversations, run through the trained assistant."""

import subprocess
from pathlib import Path

from knowledge.library import Library
from okienko.places import BOT_PYTHON, ROOT
from okienko.training import bot_environment, train
from tests.conftest import engine_settings


def test_scripted_conversations_go_as_written(library: Library, tmp_path: Path) -> None:
    settings = engine_settings()
    model, _ = train(settings, library)
    script = ["--stories", str(Path(__file__).parent), "--e2e", "--fail-on-prediction-errors"]
    setting = ["--model", str(model), "--endpoints", "bot/endpoints.yml", "--out", str(tmp_path), "--no-plot"]

    ended = subprocess.run(
        [str(BOT_PYTHON), "-m", "rasa", "test", "core", *script, *setting],
        cwd=ROOT,
        env=bot_environment(settings),
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 0, ended.stderr[-2000:]
