"""The page of the manual on the dialogue acts: figures of a cross-validation and what is confused with what."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from okienko.evaluation.acts import Judged, act_figures, confused, scores

COMMAND = "okienko evaluate --nlu --page"
MOST_PAIRS = 40


def page(examples: Sequence[Judged], held_out: Sequence[Judged], folds: int, day: date) -> Iterator[str]:
    """The lines of the page.

    Args:
        examples: the examples as judged in cross-validation.
        held_out: the phrases that are never trained on.
        folds: of the cross-validation.
        day: on which it was made.
    """
    crossed, unseen = act_figures(examples), act_figures(held_out)
    yield from _head(len(examples), len(held_out), folds, day)
    yield "| measured on | macro F1 | weighted F1 | accuracy |"
    yield "| --- | ---: | ---: | ---: |"
    yield f"| {len(examples)} examples, {folds} folds | {_row(crossed)} |"
    yield f"| {len(held_out)} held-out phrases | {_row(unseen)} |"
    yield from ("", "## By act", "")
    yield from _by_act(examples, held_out)
    yield from ("", "## What is taken for what", "")
    yield f"The {MOST_PAIRS} most frequent confusions of the cross-validation."
    yield from ("", "| act | taken for | times |", "| --- | --- | ---: |")
    for (act, given), times in list(confused(examples).items())[:MOST_PAIRS]:
        yield f"| {act} | {given} | {times} |"
    yield from ("", "## Confusion table", "")
    yield from _table(examples)


def _head(examples: int, held_out: int, folds: int, day: date) -> Iterator[str]:
    yield from (
        "# Telling dialogue acts apart",
        "",
        f"Written by `{COMMAND}` on {day}; change it there, not here.",
        "",
        "Which act a message is, the pipeline of `config.yml` learns from `nlu_data/` (one file an act, with the",
        "boundaries to its neighbours at its head) and from the questions of the articles, the institutions and the",
        "texts that concern no office. Here the whole pipeline was judged, language gate and fallback included:",
        f"each of the {examples} examples by one that was trained on the other {folds - 1} of {folds} folds, and",
        f"{held_out} phrases of `knowledge/questions/acts.yml`, written apart and never trained on, by one that was",
        "trained on all examples.",
        "",
        "The held-out figure is the harder and the more honest one: many examples of an act are alike (towns, codes,",
        "hours and politeness vary), so that a fold has often seen a relative. The macro F1 has its floor in",
        "`knowledge/questions/floors.yaml`, which CI checks.",
        "",
    )


def _row(figures: Mapping[str, float]) -> str:
    return f"{figures['macro']:.3f} | {figures['weighted']:.3f} | {figures['accuracy']:.3f}"


def _by_act(examples: Sequence[Judged], held_out: Sequence[Judged]) -> Iterator[str]:
    unseen = scores(held_out)
    yield "| act | examples | precision | recall | F1 | held-out phrases | held-out recall |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    for act, score in scores(examples).items():
        rest = f"{unseen[act].count} | {unseen[act].recall:.2f}" if act in unseen else "|"
        yield f"| {act} | {score.count} | {score.precision:.3f} | {score.recall:.3f} | {score.f1:.3f} | {rest} |"


def _table(examples: Sequence[Judged]) -> Iterator[str]:
    """Rows are the right acts, columns the given ones, by number; a dot is nought."""
    acts = sorted({one.act for one in examples} | {one.given for one in examples})
    pairs = confused(examples)
    right = {act: sum(one.act == act == one.given for one in examples) for act in acts}
    yield "| | right act | " + " | ".join(str(number) for number, _ in enumerate(acts, start=1)) + " |"
    yield "| ---: | --- |" + " ---: |" * len(acts)
    for number, act in enumerate(acts, start=1):
        cells = (right[act] if given == act else pairs.get((act, given), 0) for given in acts)
        yield f"| {number} | {act} | " + " | ".join(str(cell) if cell else "\u00b7" for cell in cells) + " |"
