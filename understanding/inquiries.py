"""A mail understood: its act, its questions with what the knowledge gives for each, and whether somebody is in danger.

A mail is longer than a message of the chat, so that its question is looked for in it; what is found is then judged by
the same act and the same knowledge as in the chat.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from helpdesk.queues import Queue
from knowledge.follow_ups import follow_up
from knowledge.two_questions import two_questions
from polish.detection import detect
from understanding import letters
from understanding.acts import Act
from understanding.decision import Decision, Kind
from understanding.foreign import Foreigners
from understanding.oddities import Oddity, oddity
from understanding.safety import danger, is_bereaved, is_hardship
from understanding.topics import BOTH, Topics
from understanding.turn import Turn

LONGEST = 4_000
"""Characters in which questions are looked for; they stand in a mail's first page."""
READ_FOR_DANGER = 24_000
WINDOW = 3_000
"""Characters that the net for danger looks at in one go; windows overlap by a sixth."""
SHORT = 25
"""Words up to which a letter with one question is the question itself."""
SURE = frozenset({Kind.ANSWER, Kind.FORM, Kind.TERM, Kind.REDIRECT})
UNREADABLE = frozenset({Oddity.SIGNS, Oddity.MASHED, Oddity.NO_VOWELS})

Acts = Callable[[str], Act]
"""Tells the dialogue act of a text."""


@dataclass(frozen=True)
class Question:
    """One question of a mail, and what the knowledge gives for it; see `understanding.decision.Decision`."""

    text: str
    kind: str
    article: str | None
    alternatives: tuple[str, ...]
    confidence: float
    individual: bool = False


@dataclass(frozen=True)
class Understood:
    """What an inquiry is about; see `understanding.decision.Decision` for the fields they share."""

    kind: str
    act: str
    lang: str
    article: str | None
    alternatives: tuple[str, ...]
    confidence: float
    queue: Queue
    individual: bool
    questions: tuple[Question, ...] = ()
    """Each question by itself; empty where nothing in it could be read as one."""
    institution: str | None = None
    """The other institution whose matter it is, when `kind` says so."""
    danger: bool = False
    """Whether somebody's life may be in danger."""
    translation: str = ""
    """The article that answers it in the language of the mail, as `translated_article` names it; empty for none."""


@dataclass(frozen=True)
class Inquiries:
    """Understands mails."""

    topics: Topics
    acts: Acts = field(repr=False)

    def understand(self, subject: str, text: str) -> Understood:
        """Return what a (masked) mail asks; raises what `acts` raises."""
        subject, read = subject[:LONGEST], text[:LONGEST]
        core = letters.core(subject, read)
        act = self.acts(core)
        decision = self.topics.decide(act, core)
        in_danger = may_be_in_danger(f"{subject}\n{text}") or self._despairs(act, core)
        if act is Act.FOREIGN_LANGUAGE:
            return replace(self._foreign(core, decision), danger=in_danger)
        asked = self._questions(core, letters.questions(read), act, decision)
        best = max(asked, key=lambda question: question.confidence, default=None)
        plain = best is not None and decision.kind not in SURE and best.kind == Kind.ANSWER.value
        return Understood(
            kind=decision.kind.value,
            act=act.value,
            lang="pl",
            article=best.article if plain and best else decision.article,
            alternatives=best.alternatives if plain and best else decision.verdict.alternatives,
            confidence=best.confidence if plain and best else decision.verdict.confidence,
            queue=decision.queue,
            individual=decision.individual or any(question.individual for question in asked),
            questions=asked,
            institution=decision.verdict.institution,
            danger=in_danger,
        )

    def _questions(self, core: str, asking: Sequence[str], act: Act, whole: Decision) -> tuple[Question, ...]:
        """Each question by itself; a short letter with one of them is the question, with all that it tells."""
        if oddity(core) in UNREADABLE:
            return ()
        single = _judged_singly(core, asking)
        if len(single) > 1:
            return tuple(self._in_turn(single))
        if not single:
            return self._each(core, whole)
        return self._each(single[0], _agreed(whole, self._decide(single[0])))

    def _in_turn(self, sentences: Sequence[str]) -> Iterator[Question]:
        """Each sentence's question; one that only makes sense after another ("jakie papiery?") is about its topic."""
        decision: Decision | None = None
        for sentence in sentences:
            if decision is None or follow_up(sentence) is None:
                decision = self._decide(sentence)
            yield from self._each(sentence, decision)

    def _decide(self, sentence: str) -> Decision:
        return self.topics.decide(self.acts(sentence), sentence)

    def _each(self, text: str, decision: Decision) -> tuple[Question, ...]:
        """The question; two of them where one sentence asks both and both were found."""
        parts = two_questions(text) if decision.verdict.second else None
        if parts is None:
            return (_question(text, decision),)
        return tuple(_question(part, self.topics.decide(decision.act, part)) for part in parts)

    def _despairs(self, act: Act, text: str) -> bool:
        """Whether the act tells of danger, and no plain question speaks against it; as in the chat."""
        if act is not Act.DISTRESS or is_hardship(text) or is_bereaved(text):
            return False
        return self.topics.decide(Act.ASK_GENERAL, text).kind not in SURE

    def _foreign(self, text: str, decision: Decision) -> Understood:
        lang = detect(text).lang
        told = Foreigners(self.topics).answer(Turn(text, Act.FOREIGN_LANGUAGE, lang=lang)).said[0]
        answers = told.decision.kind is Kind.ANSWER and told.decision.article is not None
        return Understood(
            kind=Kind.LANGUAGE.value,
            act=Act.FOREIGN_LANGUAGE.value,
            lang=lang,
            article=told.decision.article if answers else None,
            alternatives=(),
            confidence=told.decision.verdict.confidence if answers else 0.0,
            queue=told.decision.queue if answers else decision.queue,
            individual=False,
            translation=f"{told.lang}.{told.decision.article}" if answers else "",
        )


def texts_of(subject: str, text: str) -> Sequence[str]:
    """Return the texts of a (masked) mail whose acts `Inquiries.understand` asks for."""
    read = text[:LONGEST]
    core = letters.core(subject[:LONGEST], read)
    return (core, *_judged_singly(core, letters.questions(read)))


def _judged_singly(core: str, asking: Sequence[str]) -> Sequence[str]:
    """The questions of a letter that are judged by themselves; a short letter with one of them is the question."""
    return asking if len(asking) > 1 or len(core.split()) > SHORT else ()


def _question(text: str, decision: Decision) -> Question:
    verdict = decision.verdict
    return Question(
        text, decision.kind.value, decision.article, verdict.alternatives, verdict.confidence, decision.individual
    )


@lru_cache(maxsize=16)
def may_be_in_danger(text: str) -> bool:
    """Return whether a (masked) mail tells of danger to life, wherever in it that stands."""
    step = WINDOW - WINDOW // 6
    read = text[:READ_FOR_DANGER]
    return any(danger(read[start : start + WINDOW]) for start in range(0, max(len(read), 1), step))


def _agreed(whole: Decision, asked: Decision) -> Decision:
    """What a longer letter gets: what its asking sentence gets, unless the letter around it tells another topic."""
    individual = whole.individual or asked.individual
    both = whole.kind is Kind.ANSWER and asked.kind is Kind.ANSWER
    if both and whole.article != asked.article:
        doubt = min(whole.verdict.confidence, asked.verdict.confidence, 1 - BOTH)
        return replace(asked, kind=Kind.CHOICE, individual=individual, verdict=replace(asked.verdict, confidence=doubt))
    better = max(whole, asked, key=lambda decision: (decision.kind is Kind.ANSWER, decision.verdict.confidence))
    return replace(better, individual=individual)
