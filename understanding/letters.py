"""The question in a letter: its words without greeting, closing and empty subject, and the single questions in it."""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from knowledge.two_questions import LEAST_WORDS
from polish.folding import fold
from understanding.words import asks, data, word_count

MOST_QUESTIONS = 5
LONGEST_LINE = 2_000
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_ITEM = re.compile(r"[ \t]*(?:[-*•]|\(?\d{1,2}[.)]|[a-z]\))[ \t]+")
_SENTENCE = re.compile(r"[^.?!]+[.?!]*")


def core(subject: str, text: str) -> str:
    """Return what a letter says: the subject where it tells something, and the text without courtesies.

    A letter of courtesies alone is returned as it is.
    """
    heading = telling_subject(subject)
    said = " ".join(sentences(text))
    whole = f"{heading}. {said}" if heading and said else heading or said
    return whole or f"{subject}\n{text}".strip()


def questions(text: str) -> tuple[str, ...]:
    """Return the sentences of a text that ask, in their order; empty when none is put as a question."""
    asking = (sentence for sentence in sentences(text) if word_count(sentence) >= LEAST_WORDS and asks(sentence))
    return tuple(dict.fromkeys(asking))[:MOST_QUESTIONS]


@lru_cache(maxsize=8)
def sentences(text: str) -> Sequence[str]:
    """Return the sentences of a letter without greetings, closings, and those that only ask for an answer."""
    return tuple(sentence for line in _lines(text) for sentence in _told(line))


def telling_subject(subject: str) -> str:
    """Return a subject without `Re:` and the like; empty when it tells nothing of the matter."""
    heading, known = subject.strip(), data("courtesies")
    while prefix := next((each for each in known["prefixes"] if fold(heading).startswith(each)), None):
        heading = heading[len(prefix) :].strip()
    return "" if fold(heading).strip(" ,.!?") in known["empty_subjects"] else heading


def _lines(text: str) -> Iterator[str]:
    """Give paragraphs and items of lists, each as one line, until the letter ends."""
    for paragraph in _PARAGRAPH.split(text):
        gathered: list[str] = []
        for line in paragraph.splitlines():
            if _begins(line, "closings"):
                yield " ".join(gathered)
                return
            if _ITEM.match(line) and gathered:
                yield " ".join(gathered)
                gathered = []
            gathered.append(_ITEM.sub("", line[:LONGEST_LINE], count=1).strip())
        yield " ".join(gathered)


def _told(line: str) -> Iterator[str]:
    for found in _SENTENCE.finditer(_without_greeting(line)):
        sentence = found[0].strip()
        if any(map(str.isalnum, sentence)) and not _begins(sentence, "fillers"):
            yield sentence


def _without_greeting(line: str) -> str:
    folded = fold(line)
    greeted = folded.startswith(_known("greetings"))
    greeting = next(each for each in _known("greetings") if folded.startswith(each)) if greeted else ""
    # Folding may change the length only by letters that Polish does not have; then nothing is taken.
    return line[len(greeting) :].lstrip(" ,.!:;-\u2013") if len(folded) == len(line) else line


def _begins(line: str, kind: str) -> bool:
    return fold(line[:LONGEST_LINE]).lstrip().startswith(_known(kind))


@cache
def _known(kind: str) -> tuple[str, ...]:
    return tuple(data("courtesies")[kind])
