"""Measures from which confidence a general question by mail may be answered without a person.

Run from the root: `.venv/bin/python -m benchmarks.mail_confidence`. The calibration and the held-out questions are put
into letters, with a greeting, a closing and an empty subject, and understood as mails are, each taken as a general
question; Rasa is left out. Prints a table in Markdown.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import yaml

from knowledge.decision import Thresholds
from knowledge.question_sets import CALIBRATION, HELD_OUT, Question, read_questions
from okienko.index import knowledge
from okienko.settings import read_settings
from understanding.acts import Act
from understanding.decision import Kind
from understanding.inquiries import Inquiries, Understood
from understanding.topics import Topics

BARS = (0.75, 0.90, 0.95, 0.97)
FRAMING = Path(__file__).with_name("mail_framing.yaml")
SEED = 7


@dataclass(frozen=True)
class Answered:
    """How sure a mail's least sure answer is (0 for none), and whether all its answers are right."""

    confidence: float
    right: bool
    has_article: bool


def measure(folder: Path, inquiries: Inquiries) -> Sequence[Answered]:
    """Ask the questions of a folder as mails."""
    framing, chance = yaml.safe_load(FRAMING.read_text(encoding="utf-8")), random.Random(SEED)
    found = []
    for question in read_questions(folder):
        subject, greeting, closing = (chance.choice(framing[part]) for part in ("subjects", "greetings", "closings"))
        understood = inquiries.understand(subject, f"{greeting}\n\n{question.text}\n\n{closing}\n")
        found.append(_answered(question, understood))
    return found


def _answered(question: Question, understood: Understood) -> Answered:
    asked = understood.questions
    plain = bool(asked) and all(one.kind == Kind.ANSWER.value and one.article for one in asked)
    right = any(one.article in question.articles for one in asked)
    return Answered(min(one.confidence for one in asked) if plain else 0.0, right, bool(question.articles))


def share(part: int, whole: int) -> str:
    """Return a share in percent."""
    return f"{100 * part / whole:.1f} %" if whole else "–"


def main() -> None:
    """Measure and print."""
    settings = read_settings()
    base = knowledge(settings.data_dir)
    today = datetime.now(UTC).date()
    thresholds = Thresholds(settings.answer_confidence, settings.choice_confidence, settings.redirect_confidence)
    inquiries = Inquiries(Topics(lambda: base, thresholds, lambda: today), lambda _text: Act.ASK_GENERAL)
    sets = [measure(CALIBRATION, inquiries), measure(HELD_OUT, inquiries)]
    print("| confidence from | calibration: right of those answered | held out: right of those answered | "
          "held out: answered rightly, of all with an article |")  # fmt: skip
    print("| ---: | ---: | ---: | ---: |")
    for bar in BARS:
        given = [[one for one in found if one.confidence >= bar] for found in sets]
        precision = [share(sum(one.right for one in answers), len(answers)) for answers in given]
        covered = share(sum(one.right for one in given[1]), sum(one.has_article for one in sets[1]))
        print(f"| {bar:.2f} | {precision[0]} | {precision[1]} | {covered} |")


if __name__ == "__main__":
    main()
