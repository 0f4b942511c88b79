"""Shows an evaluation as plain text."""

from collections.abc import Iterator, Mapping, Sequence

from okienko.evaluation.figures import Asked, by, confusions, figures, reliability

MOST_CONFUSIONS = 15


def report(asked: Sequence[Asked], queues: Mapping[str, str], before: Mapping[str, float] | None) -> Iterator[str]:
    """The lines of the report.

    Args:
        asked: the questions and what they got.
        queues: the queue of each article.
        before: the figures of the last stored run, to compare with.
    """
    yield f"{len(asked)} questions"
    for name, value in figures(asked).items():
        changed = f"   {value - before[name]:+.3f} since the last run" if before and name in before else ""
        yield f"{name:<22}{value:>7.3f}{changed}"
    yield from _groups("style", by(asked, lambda one: one.question.style.value))
    yield from _groups("queue", by(asked, lambda one: queues.get(min(one.question.articles), "?")))
    yield f"\n{'confidence':<22}{'count':>7}{'right':>8}"
    for each in reliability(asked):
        yield f"{each.confidence:<22.2f}{each.count:>7}{each.right:>8.2f}"
    yield "\nright article -> article that stood first"
    for right, given, count in confusions(asked, MOST_CONFUSIONS):
        yield f"{count:>3}  {right} -> {given}"


def _groups(name: str, groups: Mapping[str, Sequence[Asked]]) -> Iterator[str]:
    yield f"\n{name:<22}{'count':>7}{'first':>8}{'three':>8}{'wrong':>8}"
    for group, asked in groups.items():
        found = figures(asked)
        yield f"{group:<22}{len(asked):>7}{found['first']:>8.3f}{found['three']:>8.3f}{found['wrong']:>8.3f}"
