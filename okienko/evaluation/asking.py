"""Puts questions with known answers to the search alone, or to the whole chat."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2

from knowledge.question_sets import HELD_OUT, INQUIRIES, Question, read_questions
from okienko.asking import AT_ONCE, ask
from okienko.errors import BrokenOff
from okienko.evaluation.figures import Asked, Result
from understanding.acts import Act
from understanding.topics import Topics


def ask_search(
    topics: Topics, questions: Sequence[Question] | None = None, stop: threading.Event | None = None
) -> Sequence[Asked]:
    """Ask questions of the search, taking each for a general one; needs no server.

    Args:
        topics: search and decision.
        questions: the held-out ones unless given.
        stop: ends it early.

    Raises:
        BrokenOff: it was told to stop.
    """
    asked = []
    for question in read_questions(HELD_OUT) if questions is None else questions:
        if stop is not None and stop.is_set():
            raise BrokenOff
        asked.append(Asked(question, _decided(topics, question.text)))
    return asked


def ask_chat(client: httpx2.Client, folders: Sequence[Path] = (HELD_OUT, INQUIRIES)) -> Iterator[Asked]:
    """Ask the questions of some folders of a running chat, each in a conversation of its own.

    Raises:
        CommandError: the chat refused one.
    """
    questions = [question for folder in folders for question in read_questions(folder)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(lambda question: Asked(question, _said(ask(client, question.text))), questions)


def _decided(topics: Topics, text: str) -> Result:
    decision = topics.decide(Act.ASK_GENERAL, text)
    verdict = decision.verdict
    return Result(
        decision.kind.value,
        verdict.article,
        verdict.alternatives,
        verdict.confidence,
        decision.queue.value,
        decision.individual,
        verdict.institution,
    )


def _said(reply: Mapping[str, Any]) -> Result:
    return Result(
        reply["kind"],
        reply["article"],
        tuple(reply["alternatives"]),
        reply["confidence"],
        reply["queue"],
        reply["individual"],
        reply.get("institution"),
    )
