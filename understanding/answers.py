"""What questions get: an answer of the knowledge with its ways on, a choice, another institution, words of the act."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from helpdesk.queues import Profile
from knowledge import decision as knowledge
from knowledge.article import Article
from knowledge.decision import MOST_CHOICES
from knowledge.render import answer_text, aspect_text, form_text, more_text, redirect_text, term_text
from understanding.acts import SMALL_TALK, Act
from understanding.decision import Decision, Kind
from understanding.memory import Memory
from understanding.oddities import Oddity, oddity
from understanding.said import Button, Said, bare
from understanding.topics import Topics
from understanding.turn import Answer, Turn
from understanding.words import data

WORDS = {
    Act.GREET: "utter_greet",
    Act.THANK: "utter_thank",
    Act.GOODBYE: "utter_goodbye",
    Act.ASK_IDENTITY: "utter_identity",
    Act.OUT_OF_SCOPE: "utter_out_of_scope",
    Act.SMALL_TALK: "utter_small_talk",
}
"""What is said of an act when no topic is found; of every other act it is that it is not known."""
UNKNOWN = "utter_unknown"
GIVE_UP = "utter_give_up"
MOST_FAILURES = 2
"""Questions in a row without an answer after which a person is offered instead of asking again."""
MOST_RELATED = 2
TOLD = frozenset({Kind.ANSWER, Kind.FORM, Kind.TERM})
PERSON = "person"
LONGEST_WORD = 40


@dataclass(frozen=True)
class Answers:
    """Answers questions from the knowledge."""

    topics: Topics

    def to_question(self, turn: Turn) -> Answer:
        """Return what a question gets, and what is remembered of it."""
        decision = self.topics.decide(turn.act, turn.text, profile=turn.profile, topic=turn.topic)
        memory = replace(turn.memory, question=turn.text, offered="")
        asked = self._profile_question(turn, decision)
        if asked is not None:
            return Answer([asked], replace(memory, profile_asked=True))
        return self._with_failures(self.say(decision), memory)

    def of_profile(self, turn: Turn, profile: Profile) -> Answer:
        """Return what the last question gets from somebody of this group."""
        decision = self.topics.decide(Act.ASK_GENERAL, turn.memory.question, profile=profile.value, topic=turn.topic)
        answer = self._with_failures(self.say(decision), turn.memory)
        return replace(answer, profile=profile.value)

    def article(self, turn: Turn) -> Answer:
        """Return the article whose button was pressed, or that there is none by this name."""
        article = self.topics.article(turn.article)
        if article is None:
            return Answer([Said(bare(Kind.UNKNOWN, Act.CHOOSE_ARTICLE), "utter_article_missing")], turn.memory)
        decision = bare(Kind.ANSWER, Act.CHOOSE_ARTICLE, article.queue, article.id)
        sure = replace(decision, verdict=replace(decision.verdict, confidence=1.0))
        return self._with_failures(self.say(sure), turn.memory)

    def more(self, turn: Turn) -> Answer:
        """Return the rest of the article last shown."""
        shown = (*turn.memory.shown, *filter(None, [turn.topic]))
        article = self.topics.article(shown[-1] if shown else None)
        if article is None:
            return Answer([Said(bare(Kind.SMALLTALK, Act.MORE), "utter_more_of_what")], turn.memory)
        decision = bare(Kind.ANSWER, Act.MORE, article.queue, article.id)
        buttons = [*self._related(article), _consultant()]
        told = Said(decision, text=more_text(article), buttons=buttons, changed=article.changed.isoformat())
        return Answer([told], turn.memory)

    def others(self, turn: Turn, response: str) -> Answer:
        """Return other topics for the last question, for somebody whom the answer did not help; else a person."""
        memory = replace(turn.memory, failures=turn.memory.failures + 1, offered="")
        decision = self.topics.decide(Act.ASK_GENERAL, memory.question or "", profile=turn.profile)
        known = {*memory.shown, turn.topic}
        left = [one for one in (decision.article, *decision.verdict.alternatives) if one and one not in known]
        articles = [article for one in left[:MOST_CHOICES] if (article := self.topics.article(one))]
        if memory.failures >= MOST_FAILURES or not articles:
            return Answer([give_up(decision)], replace(memory, offered=PERSON))
        verdict = replace(decision.verdict, kind=knowledge.Kind.CHOICE, article=articles[0].id)
        choice = Decision(Kind.CHOICE, turn.act, articles[0].queue, verdict)
        return Answer([Said(choice, response, buttons=[*map(_button, articles), _consultant()])], memory)

    def say(self, decision: Decision) -> Said:
        """Return the words of a decision: a text of the knowledge, or a response of the domain."""
        text = self._told(decision)
        article = self.topics.article(decision.article)
        if text is not None:
            changed = article.changed.isoformat() if article else ""
            return Said(decision, text=text, buttons=self._ways_on(decision, article), changed=changed)
        if decision.kind is Kind.CHOICE:
            choices = filter(None, map(self.topics.article, decision.choices))
            return Said(decision, "utter_choice", buttons=[*map(_button, choices), _consultant()])
        if decision.kind is Kind.VERIFY:
            general = decision.verdict.kind is knowledge.Kind.ANSWER and article is not None
            told = {"title": article.title, "summary": article.summary} if article and general else {}
            buttons = [_button(article)] if article and general else []
            return Said(decision, "utter_verify_general" if general else "utter_verify", told, None, buttons, True)
        if decision.kind is Kind.HANDOVER:
            return Said(decision, "utter_handover", person=True)
        buttons = [] if decision.kind is Kind.SMALLTALK and decision.act in SMALL_TALK else [_consultant()]
        return Said(decision, WORDS.get(decision.act, UNKNOWN), buttons=buttons)

    def _with_failures(self, said: Said, memory: Memory) -> Answer:
        kind, article = said.decision.kind, said.decision.article
        if kind is Kind.UNKNOWN:
            failures = memory.failures + 1
            offered = PERSON if failures >= MOST_FAILURES else ""
            told = give_up(said.decision) if offered else _in_other_words(said, memory.question)
            return Answer([told], replace(memory, failures=failures, offered=offered))
        if kind in TOLD and article:
            return Answer([said], replace(memory, failures=0, shown=(*memory.shown, article)[-MOST_CHOICES:]))
        if said.person:
            return Answer([said], replace(memory, failures=0, offered=PERSON))
        return Answer([said], memory if kind is Kind.CHOICE else replace(memory, failures=0))

    def _told(self, decision: Decision) -> str | None:
        """What the knowledge tells; None when the decision does not tell, or what it names is gone by now."""
        verdict, base = decision.verdict, self.topics.knowledge()
        article = self.topics.article(decision.article)
        if decision.kind is Kind.FORM and (form := base.forms.by_symbol(verdict.form or "")):
            return form_text(form, article)
        if decision.kind is Kind.TERM and (term := base.glossary.by_name(verdict.term or "")):
            return term_text(term, article)
        if decision.kind is Kind.REDIRECT and (place := base.reference.institutions.get(verdict.institution or "")):
            return redirect_text(place)
        if decision.kind is not Kind.ANSWER or article is None:
            return None
        if verdict.aspect is not None:
            return aspect_text(article, verdict.aspect)
        second = self.topics.article(verdict.second)
        return "\n\n".join(answer_text(told) for told in (article, second) if told is not None)

    def _ways_on(self, decision: Decision, article: Article | None) -> Sequence[Button]:
        titles = data("buttons")
        if decision.kind is Kind.REDIRECT or article is None:
            return [_consultant()]
        reject = {"title": titles["reject"], "payload": f"act:{Act.REJECT_ANSWER.value}"}
        more = {"title": titles["more"], "payload": f"act:{Act.MORE.value}"}
        return [reject, more, *self._related(article), _consultant()]

    def _related(self, article: Article) -> Sequence[Button]:
        related = [found for one in article.related if (found := self.topics.article(one))]
        return [_button(one) for one in related[:MOST_RELATED]]

    def _profile_question(self, turn: Turn, decision: Decision) -> Said | None:
        """The question for the profile, when the answer is unsure and depends on it; None otherwise."""
        if decision.kind is not Kind.CHOICE or turn.profile is not None or turn.memory.profile_asked:
            return None
        groups: dict[str, list[Profile]] = {}
        for profile in Profile:
            judged = self.topics.decide(turn.act, turn.text, profile=profile.value)
            if judged.kind is Kind.ANSWER and judged.article:
                groups.setdefault(judged.article, []).append(profile)
        if len(groups) < 2:
            return None
        titles = data("buttons")["profiles"]
        named = [profile for group in groups.values() for profile in group if profile is not Profile.GENERAL]
        buttons = [{"title": titles[one.value], "payload": f"option:profile.{one.value}"} for one in named]
        none = {"title": titles[Profile.GENERAL.value], "payload": f"option:profile.{Profile.GENERAL.value}"}
        return Said(decision, "utter_ask_profile", buttons=[*buttons, none])


ODD_WORDS = {
    Oddity.SIGNS: "utter_not_understood_short",
    Oddity.MASHED: "utter_not_understood_short",
    Oddity.NO_VOWELS: "utter_no_vowels",
    Oddity.ONE_WORD: "utter_one_word",
    Oddity.PASTED_LETTER: "utter_pasted_letter",
}
"""What is said of a message that was not understood, when it shows how it could be put better."""


def _in_other_words(said: Said, text: str) -> Said:
    odd = oddity(text)
    if odd is None:
        return said
    return replace(said, response=ODD_WORDS[odd], values={"word": text.strip(" .!?")[:LONGEST_WORD]})


def give_up(decision: Decision) -> Said:
    """Return the offer of a person, for somebody who was not understood twice in a row."""
    offered = replace(decision, kind=Kind.HANDOVER)
    return Said(offered, GIVE_UP, person=True)


def _button(article: Article) -> Button:
    return {"title": article.title, "payload": f"article:{article.id}"}


def _consultant() -> Button:
    return {"title": data("buttons")["consultant"], "payload": "consultant"}
