"""The commands that check, look up, publish, export and measure the knowledge."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from okienko.settings import Settings, read_settings
from okienko.starting import migrated, start

if TYPE_CHECKING:
    from knowledge.lint import LintReport
    from okienko.evaluation.figures import Asked

MOST_WARNINGS = 50
"""More of them than that nobody reads at a terminal."""

knowledge_app = typer.Typer(no_args_is_help=True, help="Knowledge: checking, searching and publishing the articles.")


@knowledge_app.command("lint")
def knowledge_lint(
    quiet: Annotated[bool, typer.Option(help="show errors only")] = False,
    strict: Annotated[bool, typer.Option(help="fail when this machine lacks what a rule needs")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print the whole report as JSON")] = False,
) -> None:
    """Check all articles as an editor would; errors and warnings name file and line."""
    from knowledge.lint import lint
    from knowledge.linting.review import Limits
    from knowledge.translations import FOLDER
    from okienko.places import ARTICLES
    from okienko.storage import today

    settings = read_settings()
    limits = Limits(settings.lint_source_months, settings.lint_fog, settings.lint_sentence_words)
    report = lint(ARTICLES, today=today(), limits=limits, strict=strict, translations=FOLDER)
    if as_json:
        typer.echo(json.dumps(asdict(report), ensure_ascii=False, indent=2))
    else:
        _show(report, most_warnings=0 if quiet else MOST_WARNINGS)
    if report.errors:
        raise typer.Exit(1)


def _show(report: "LintReport", *, most_warnings: int) -> None:
    for problem in (*report.errors, *report.warnings[:most_warnings]):
        typer.echo(str(problem))
    rest = len(report.warnings) - most_warnings
    if most_warnings and rest > 0:
        typer.echo(f"and {rest} more warnings; --json shows all")
    for reason in report.skipped:
        typer.echo(reason)
    typer.echo(f"{report.articles} articles, {len(report.errors)} errors, {len(report.warnings)} warnings")


@knowledge_app.command("search")
def knowledge_search(
    question: Annotated[str, typer.Argument(help="the question")],
    profile: Annotated[str | None, typer.Option(help="the customer's group")] = None,
    limit: Annotated[int, typer.Option(min=1, max=50)] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> None:
    """Find the articles that answer a question; needs no server."""
    from okienko.bootstrap import build_topics
    from okienko.storage import build_database

    settings = start("search")
    topics = build_topics(settings, build_database(settings))
    found = topics.knowledge().searcher.search(question, today=topics.today(), profile=profile, limit=limit)
    hits = [{"article": hit.article, "score": round(hit.score, 4)} for hit in found.hits]
    if as_json:
        typer.echo(json.dumps({"confidence": round(found.confidence, 4), "results": hits}, ensure_ascii=False))
        return
    typer.echo(f"confidence {found.confidence:.2f}")
    for hit in hits:
        typer.echo(f"{hit['score']:8.3f}  {hit['article']}")


@knowledge_app.command("import")
def knowledge_import(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="articles as <queue>/<id>.md")],
) -> None:
    """Publish the new and changed articles of a folder; a running system serves them within five seconds."""
    from okienko.editorial import import_articles

    ids = import_articles(migrated(start("import")), folder)
    typer.echo("\n".join([*ids, f"{len(ids)} articles published"]))


@knowledge_app.command("export")
def knowledge_export(
    folder: Annotated[Path, typer.Argument(file_okay=False, help="an empty or new folder")],
) -> None:
    """Write all published articles as files."""
    from okienko.editorial import export_articles

    typer.echo(f"{export_articles(migrated(start('export')), folder)} articles written to {folder}")


@knowledge_app.command("withdraw")
def knowledge_withdraw(article: Annotated[str, typer.Argument(help="the article's id")]) -> None:
    """Take an article out of use; a running system stops serving it within five seconds."""
    from okienko.editorial import withdraw_article

    withdraw_article(migrated(start("withdraw")), article)
    typer.echo(f"{article} is withdrawn; importing it again brings it back")


def evaluate(
    chat: Annotated[
        bool, typer.Option(help="ask the whole chat, and the inquiries too; starts what is missing")
    ] = False,
    nlu: Annotated[bool, typer.Option(help="cross-validate the dialogue acts instead")] = False,
    page: Annotated[bool, typer.Option(help="with --nlu: write docs/nlu.md")] = False,
    store: Annotated[bool, typer.Option(help="keep the figures, for the next run to compare with")] = False,
) -> None:
    """Measure with the project's own held-out questions; fails when a figure broke its floor."""
    if nlu:
        _evaluate_acts(write_page=page)
        return
    from okienko.evaluation.figures import figures
    from okienko.evaluation.report import report
    from okienko.evaluation.runs import broken_floors, last_run, record_run, store_run
    from okienko.index import INPUTS, fingerprint, knowledge
    from okienko.storage import build_database, now

    settings, path = start("evaluate"), "chat" if chat else "search"
    folder = settings.data_dir / "evaluations"
    with _asked(settings, chat=chat) as asked:
        found = figures(asked)
    queues = {key: article.queue.value for key, article in knowledge(settings.data_dir).library.articles.items()}
    typer.echo("\n".join(report(asked, queues, last_run(folder, path))))
    if store:
        before = last_run(folder, path) or {}
        typer.echo(f"stored in {store_run(folder, path, found, now())}")
        if record_run(build_database(settings), path, found, fingerprint(INPUTS), before, now()):
            typer.echo("and in the database, for the desk's page of evaluations")
    _fail_below_floors(broken_floors(found, path))


def _evaluate_acts(*, write_page: bool) -> None:
    from okienko.evaluation.acts import act_figures, confused, scores
    from okienko.evaluation.acts_page import page
    from okienko.evaluation.crossing import FOLDS, cross, record
    from okienko.evaluation.runs import broken_floors
    from okienko.index import knowledge
    from okienko.places import ROOT
    from okienko.storage import today

    settings = start("evaluate")
    library = knowledge(settings.data_dir).library
    crossed = cross(settings, library, progress=lambda line: typer.echo(line, err=True))
    for act, score in scores(crossed.examples).items():
        typer.echo(f"{act:<22}{score.count:>7}{score.f1:>8.3f}")
    for (act, given), times in list(confused(crossed.examples).items())[:MOST_WARNINGS]:
        typer.echo(f"{times:>4}  {act} -> {given}")
    found = act_figures(crossed.examples)
    for title, shares in (("cross-validation", found), ("held-out phrases", act_figures(crossed.held_out))):
        typer.echo(f"{title}: " + ", ".join(f"{name} {value:.3f}" for name, value in shares.items()))
    if write_page:
        lines = page(crossed.examples, crossed.held_out, FOLDS, today())
        (ROOT / "docs" / "nlu.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
        record(settings, library, found)
    _fail_below_floors(broken_floors(found, "nlu"))


def _fail_below_floors(broken: Sequence[str]) -> None:
    if broken:
        typer.echo("\n".join(["", "Floors broken:", *broken]), err=True)
        raise typer.Exit(1)


@contextmanager
def _asked(settings: Settings, *, chat: bool) -> Iterator[Sequence["Asked"]]:
    from okienko.asking import chat as running_chat
    from okienko.bootstrap import build_topics
    from okienko.evaluation.asking import ask_chat, ask_search
    from okienko.storage import build_database

    if not chat:
        yield ask_search(build_topics(settings, build_database(settings)))
        return
    with running_chat(settings, lambda line: typer.echo(line, err=True)) as client:
        yield list(ask_chat(client))
