"""What a customer gets who does not write Polish: a translated article, topics, or the way to a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge import decision as knowledge
from knowledge.decision import Verdict
from knowledge.render import translated_text
from knowledge.translation_search import FoundTranslation, searcher_of
from knowledge.translations import TranslatedArticle
from understanding.acts import Act
from understanding.decision import Decision, Kind
from understanding.said import Button, Said, bare
from understanding.topics import Topics
from understanding.turn import Answer, Turn

LANGUAGES = frozenset(
    {"en", "uk", "ru", "de", "cs", "sk", "be", "fr", "es", "it", "vi"}
    | {"ro", "tr", "ar", "zh", "ka", "hi", "lt", "hu", "pt", "nl", "bg"}
)
"""Languages with words of their own in the domain (`utter_foreign_<language>`)."""
OTHER = "other"
READ_IN: Mapping[str, str] = {"uk": "uk", "ru": "uk"}
"""In which language's translations the questions of a language are searched: many Ukrainians write Russian."""
ANSWER = 0.6
"""The probability from which the found article is told at once; see docs/languages.md for how it was chosen."""
OFFER = 0.2
"""The probability from which an article is offered as one of at most `MOST_OFFERED` topics."""
MOST_OFFERED = 3


@dataclass(frozen=True)
class Foreigners:
    """Answers those who write in another language."""

    topics: Topics

    def answer(self, turn: Turn) -> Answer:
        """Return what a message in the language of the turn gets."""
        told_in = READ_IN.get(turn.lang)
        if told_in is None:
            response = f"utter_foreign_{turn.lang if turn.lang in LANGUAGES else OTHER}"
            return Answer([Said(_language(), response, lang=turn.lang)], turn.memory)
        found = self._found(turn.text, told_in)
        if told_in == turn.lang and found and found[0].confidence >= ANSWER:
            told = self._article(told_in, found[0].article)
            if told is not None:
                return self._told(turn, told, found)
        return self._offered(turn, told_in, found)

    def prepare(self) -> None:
        """Learn the search over the translations, which the first question would otherwise wait for."""
        for lang in set(READ_IN.values()):
            self._found("", lang)

    def of_option(self, turn: Turn) -> Answer | None:
        """Return the article whose button (`option:<language>.<id>`) was pressed; None when the option is no such.

        An article that is gone by now gets a word about it, and the topics that are there.
        """
        lang, _, article = (turn.option or "").partition(".")
        if lang not in READ_IN.values() or not article:
            return None
        told = translated_article(self.topics, turn.option or "")
        if told is not None:
            return self._told(turn, told, [FoundTranslation(article, 1.0)])
        listed = [_button(one) for one in self._all(lang)]
        return Answer([Said(_language(), f"utter_foreign_missing_{lang}", buttons=listed, lang=lang)], turn.memory)

    def _told(self, turn: Turn, told: TranslatedArticle, found: Sequence[FoundTranslation]) -> Answer:
        article = told.article
        others = [one for one in self._likely(told.lang, found) if one.article.id != article.id]
        verdict = Verdict(knowledge.Kind.ANSWER, article.id, confidence=found[0].confidence)
        said = Said(
            Decision(Kind.ANSWER, Act.FOREIGN_LANGUAGE, article.queue, verdict),
            f"utter_foreign_article_{told.lang}",
            {"article": translated_text(told).strip()},
            buttons=[_button(one) for one in others],
            lang=told.lang,
        )
        return Answer([said], turn.memory)

    def _offered(self, turn: Turn, told_in: str, found: Sequence[FoundTranslation]) -> Answer:
        likely = self._likely(told_in, found)
        if not likely:
            buttons = [_button(one) for one in self._all(told_in)]
            return Answer(
                [Said(_language(), f"utter_foreign_{turn.lang}", buttons=buttons, lang=turn.lang)], turn.memory
            )
        shown = {one.article.id for one in likely}
        rest = [one for one in self._all(told_in) if one.article.id not in shown]
        buttons = [_button(one) for one in (*likely, *rest)]
        response = f"utter_foreign_topics_{turn.lang}"
        return Answer([Said(_language(), response, buttons=buttons, lang=turn.lang)], turn.memory)

    def _found(self, text: str, lang: str) -> Sequence[FoundTranslation]:
        translations = self.topics.knowledge().reference.translations
        return searcher_of(translations, lang).search(text) if translations.into(lang) else ()

    def _likely(self, lang: str, found: Sequence[FoundTranslation]) -> Sequence[TranslatedArticle]:
        offered = [one.article for one in found[:MOST_OFFERED] if one.confidence >= OFFER]
        return [told for one in offered if (told := self._article(lang, one))]

    def _all(self, lang: str) -> Sequence[TranslatedArticle]:
        ids = self.topics.knowledge().reference.translations.into(lang)
        return [told for one in ids if (told := self._article(lang, one))]

    def _article(self, lang: str, article: str) -> TranslatedArticle | None:
        return self.topics.knowledge().translated(article, lang, self.topics.today())


def translated_article(topics: Topics, option: str) -> TranslatedArticle | None:
    """Return the article of a button's option (`uk.<id>`) with its amounts of today; None when there is none."""
    lang, _, article = option.partition(".")
    return topics.knowledge().translated(article, lang, topics.today())


def _language() -> Decision:
    return bare(Kind.LANGUAGE, Act.FOREIGN_LANGUAGE)


def _button(told: TranslatedArticle) -> Button:
    return {"title": told.article.title, "payload": f"option:{told.lang}.{told.article.id}"}
