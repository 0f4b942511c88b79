"""Loads the article files of a folder into a library and refuses them all together when any is wrong."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType

from helpdesk.queues import Profile, Queue
from knowledge.article import Article
from knowledge.errors import LibraryError, Problem
from knowledge.front_matter import FrontMatter, split
from polish.folding import fold

LEAST_QUESTIONS = 8
"""With fewer example questions an article is rarely found by those who need it."""

_FIELDS = tuple(item.name for item in fields(Article) if item.name != "body")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Library:
    """The articles by id, and what an editor should look at although it prevents nothing."""

    articles: Mapping[str, Article]
    warnings: tuple[Problem, ...] = field(default=())


@dataclass(frozen=True)
class _Shelved:
    """An article with the place of those parts that are compared with other articles."""

    article: Article
    file: str
    related_lines: tuple[int, ...]
    question_lines: tuple[int, ...]


def load(folder: Path) -> Library:
    """Read every `<queue>/<id>.md` below `folder`.

    Raises LibraryError with all problems of all files when at least one article cannot be used.
    """
    problems: list[Problem] = []
    shelved: dict[str, _Shelved] = {}
    for path in sorted(folder.rglob("*.md")):
        file = path.relative_to(folder).as_posix()
        try:
            read = _read(path, file)
        except LibraryError as error:
            problems += error.problems
            continue
        if read.article.id in shelved:
            reason = f"id: {read.article.id!r} is already used by {shelved[read.article.id].file}"
            problems.append(Problem(file, 1, reason))
        shelved[read.article.id] = read
    if problems:
        raise LibraryError(problems)
    articles = {article_id: read.article for article_id, read in shelved.items()}
    warnings = [*_dangling_relations(shelved), *_repeated_questions(shelved.values())]
    return Library(MappingProxyType(articles), tuple(sorted(warnings)))


def parse(text: str, file: str) -> Article:
    """Make an article of the text of a file `<queue>/<id>.md`. Raises LibraryError with all its problems."""
    return _parse(text, file).article


def _read(path: Path, file: str) -> _Shelved:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise LibraryError([Problem(file, 1, "is not UTF-8 text")]) from error
    return _parse(text, file)


def _parse(text: str, file: str) -> _Shelved:
    head, body = split(text, file)
    front = FrontMatter(head, file, _FIELDS)
    article = _article(front, body)
    _check_place(front, article, file)
    if article.valid_until is not None and article.valid_until < article.valid_from:
        front.refuse("valid_until", "lies before valid_from")
    if not body:
        front.problems.append(Problem(file, text.count("\n") + 1, "the body is empty"))
    if front.problems:
        raise LibraryError(front.problems)
    return _Shelved(article, file, front.lines("related"), front.lines("questions"))


def _article(front: FrontMatter, body: str) -> Article:
    return Article(
        id=front.text("id"),
        title=front.text("title"),
        queue=front.member("queue", Queue, Queue.GENERAL),
        profiles=front.members("profiles", Profile),
        aliases=front.texts("aliases"),
        summary=front.text("summary"),
        steps=front.texts("steps"),
        documents=front.texts("documents"),
        forms=front.texts("forms"),
        deadlines=front.texts("deadlines"),
        where=front.texts("where"),
        fees=front.text("fees", optional=True),
        legal_basis=front.texts("legal_basis"),
        individual=front.texts("individual"),
        related=front.texts("related"),
        sources=front.sources("sources"),
        valid_from=front.day("valid_from"),
        valid_until=front.optional_day("valid_until"),
        changed=front.day("changed"),
        questions=front.texts("questions", least=LEAST_QUESTIONS),
        body=body,
    )


def _check_place(front: FrontMatter, article: Article, file: str) -> None:
    path = Path(file)
    if article.id and article.id != path.stem:
        front.refuse("id", f"{article.id!r} differs from the file's name {path.stem!r}")
    if article.queue.value != path.parent.as_posix():
        front.refuse("queue", f"{article.queue.value!r} differs from the folder {path.parent.as_posix()!r}")


def _dangling_relations(shelved: Mapping[str, _Shelved]) -> Iterable[Problem]:
    for read in shelved.values():
        for related, line in zip(read.article.related, read.related_lines, strict=True):
            if related not in shelved:
                yield Problem(read.file, line, f"related: no article {related!r}")


def _repeated_questions(shelved: Iterable[_Shelved]) -> Iterable[Problem]:
    first: dict[str, tuple[str, int]] = {}
    for read in shelved:
        for question, line in zip(read.article.questions, read.question_lines, strict=True):
            key = " ".join(_WORD.findall(fold(question)))
            if key in first:
                file, earlier = first[key]
                yield Problem(read.file, line, f"questions: the same question stands in {file}:{earlier}")
            else:
                first[key] = (read.file, line)
