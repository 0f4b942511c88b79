"""Measures what stock Rasa finds: its own pipeline, trained on the same example questions, asked the same questions.

Run from the root: `.venv/bin/python -m benchmarks.stock_rasa [--epochs N] [--articles FOLDER] [--questions FOLDER]`.
Each article is a response of one retrieval intent, and Rasa's ranking of them is taken as its answer. This favours
Rasa: there is no other intent to which a question could be lost first.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from knowledge.library import Library, load
from knowledge.question_sets import HELD_OUT, Question, read_questions
from okienko.errors import PartMissing, TrainingFailed
from okienko.places import ARTICLES, BOT_PYTHON
from okienko.settings import Settings
from okienko.training import bot_environment

PARTS = Path(__file__).resolve().parent / "rasa_project"
EPOCHS = 100
"""As in the project that `rasa init` makes; a ResponseSelector that is told nothing takes 300."""
RETRIEVAL_INTENT = "faq"


def rank(library: Library, questions: Sequence[Question], epochs: int) -> list[list[str]]:
    """Train stock Rasa on the library and return, for each question, the ids of the ten likeliest articles.

    What Rasa says meanwhile goes to the standard error.

    Raises:
        PartMissing: Rasa's environment is not installed.
        TrainingFailed: Rasa could not be trained or asked.
    """
    if not BOT_PYTHON.exists():
        raise PartMissing("Rasa's environment (bot/.venv) is missing; `make install` makes it")
    with TemporaryDirectory(prefix="stock-rasa-") as folder:
        project = Path(folder)
        _write_project(project, library, epochs)
        texts = [question.text for question in questions]
        (project / "questions.json").write_text(json.dumps(texts), encoding="utf-8")
        command = [str(BOT_PYTHON), str(PARTS / "ask.py")]
        ended = subprocess.run(command, cwd=project, env=bot_environment(Settings()), stdout=sys.stderr, check=False)
        if ended.returncode != 0:
            raise TrainingFailed(f"stock Rasa ended with {ended.returncode}; its last lines say why")
        rankings: list[list[str]] = json.loads((project / "rankings.json").read_text(encoding="utf-8"))
    return rankings


def _write_project(project: Path, library: Library, epochs: int) -> None:
    articles = library.articles.values()
    config = yaml.safe_load((PARTS / "config.yml").read_text(encoding="utf-8"))
    config["pipeline"] = [part | {"epochs": epochs} if "epochs" in part else part for part in config["pipeline"]]
    responses = {f"utter_{RETRIEVAL_INTENT}/{article.id}": [{"text": article.title}] for article in articles}
    examples = [
        {"intent": f"{RETRIEVAL_INTENT}/{article.id}", "examples": _listed(article.questions)} for article in articles
    ]
    _write_yaml(project / "config.yml", config)
    _write_yaml(project / "domain.yml", {"version": "3.1", "intents": [RETRIEVAL_INTENT], "responses": responses})
    _write_yaml(project / "nlu.yml", {"version": "3.1", "nlu": examples})


def _listed(questions: Sequence[str]) -> str:
    return "".join(f"- {' '.join(question.split())}\n" for question in questions)


def _write_yaml(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


def share(questions: Sequence[Question], rankings: Sequence[Sequence[str]], limit: int) -> float:
    """Return the share of questions with a right article among the first `limit`."""
    found = [
        not question.articles.isdisjoint(ranking[:limit]) for question, ranking in zip(questions, rankings, strict=True)
    ]
    return sum(found) / len(found)


def show(questions: Sequence[Question], rankings: Sequence[Sequence[str]]) -> None:
    """Print the shares of right answers, all together and by style."""
    print(f"{'style':<12}{'n':>6}{'top-1':>8}{'top-3':>8}")
    styles = sorted({question.style for question in questions})
    for name, chosen in [("all", set(styles)), *((style.value, {style}) for style in styles)]:
        some = [pair for pair in zip(questions, rankings, strict=True) if pair[0].style in chosen]
        asked, found = zip(*some, strict=True)
        print(f"{name:<12}{len(some):>6}{share(asked, found, 1):>8.3f}{share(asked, found, 3):>8.3f}")


def main() -> None:
    """Read the command line and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=EPOCHS, help=f"of the training; {EPOCHS} unless given")
    parser.add_argument("--articles", type=Path, default=ARTICLES, help="folder of the articles")
    parser.add_argument("--questions", type=Path, default=HELD_OUT, help="folder of the questions")
    arguments = parser.parse_args()
    library = load(arguments.articles)
    read = read_questions(arguments.questions)
    questions = [question for question in read if question.articles & library.articles.keys()]
    if not questions:
        raise SystemExit(f"{arguments.questions}: no question that these articles answer")
    started = time.perf_counter()
    rankings = rank(library, questions, arguments.epochs)
    taught = sum(len(article.questions) for article in library.articles.values())
    print(f"{len(library.articles)} articles, {taught} examples, {arguments.epochs} epochs", end=", ")
    print(f"{time.perf_counter() - started:.0f} s; left out {len(read) - len(questions)} that no article answers")
    show(questions, rankings)


if __name__ == "__main__":
    main()
