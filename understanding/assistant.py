"""The bot's one way from a message to its answer: danger first, then the open dialogue, then the message by itself."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select

from helpdesk.calendar import Calendar
from helpdesk.database import Database
from helpdesk.hours import WARSAW, Hours
from helpdesk.lifecycle import Author, Level
from helpdesk.policy import current_level
from helpdesk.queues import Profile
from helpdesk.tables import ChatMessage, Conversation
from knowledge.offices import Offices
from understanding import manners, opening
from understanding.acts import Act
from understanding.answers import PERSON, Answers
from understanding.decision import Kind
from understanding.dialogues.catalogue import begun_by
from understanding.dialogues.leading import Leading
from understanding.dialogues.model import Scene, Settings
from understanding.dialogues.reading import POSTAL_CODE
from understanding.foreign import Foreigners
from understanding.oddities import Oddity, oddity, same_message
from understanding.safety import danger, is_bereaved, is_hardship
from understanding.said import Said, bare
from understanding.topics import Topics
from understanding.turn import Answer, Turn
from understanding.words import asks

SURE_ACT = 0.5
"""The confidence below which an act that begins a dialogue gives way to a question with a sure answer."""
PROFILE = "profile."
"""The beginning of the options that answer the question for the profile."""
LONGEST_REMEMBERED = 500
OWN_ARTICLES: Mapping[Act, frozenset[str]] = {
    Act.ASK_HOURS: frozenset({"godziny-otwarcia-placowek", "infolinia-kontakt-zus"}),
    Act.ASK_CONTACT: frozenset({"infolinia-kontakt-zus"}),
    Act.FIND_OFFICE: frozenset({"wlasciwa-placowka", "godziny-otwarcia-placowek", "rezerwacja-wizyty-w-placowce"}),
    Act.REPORT_FRAUD: frozenset({manners.FRAUD}),
    Act.REQUEST_TRANSCRIPT: frozenset({"czat-i-asystent"}),
    Act.VERIFY_ME: frozenset({"uwierzytelnienie-na-infolinii"}),
}
"""Articles that an act's own words tell better; a sure answer from any other one goes before such an act."""
QUESTIONS = frozenset(
    {
        Act.GREET,
        Act.GOODBYE,
        Act.ASK_IDENTITY,
        Act.ASK_GENERAL,
        Act.ASK_ACCOUNT,
        Act.REQUEST_CONSULTANT,
        Act.OUT_OF_SCOPE,
        Act.FALLBACK,
        Act.INFORM,
    }
)
"""Acts whose words are searched as a question."""
UNREADABLE = frozenset({Oddity.SIGNS, Oddity.MASHED})
"""Messages without words, of which the classifier can know nothing."""
BARE = frozenset({Act.INFORM, Act.AFFIRM, Act.DENY, Act.CORRECT})
"""Acts that mean nothing without what was asked."""
SURE = frozenset({Kind.ANSWER, Kind.FORM, Kind.TERM, Kind.REDIRECT})


@dataclass(frozen=True)
class Assistant:
    """Answers messages.

    Attributes:
        topics: search and decision over the present knowledge.
        database: the records.
        hours: when consultants are there.
        clock: gives the instant (aware UTC).
        offices: the branches.
        settings: what dialogues take from the operator's settings.
        new_key: makes keys by which what a dialogue does is done once.
        calendar: gives the house's calendar of this moment.
    """

    topics: Topics
    database: Database
    hours: Hours
    clock: Callable[[], datetime]
    offices: Offices
    settings: Settings
    new_key: Callable[[], str]
    calendar: Callable[[], Calendar] = Calendar

    def answer(self, turn: Turn) -> Answer:
        """Return what a message gets."""
        answer = self._safe(turn) or manners.with_tact(turn, self._in_dialogue(turn) or self._by_itself(turn))
        said = turn.text[:LONGEST_REMEMBERED] or answer.memory.said
        return replace(answer, memory=replace(answer.memory, said=said))

    def prepare(self) -> None:
        """Read and learn what the first message would otherwise wait for."""
        Foreigners(self.topics).prepare()
        danger("")
        self.topics.decide(Act.ASK_GENERAL, "")

    def _safe(self, turn: Turn) -> Answer | None:
        """Help for who may be in danger: by the words themselves, or by an act that no sure answer speaks against."""
        if turn.text and danger(turn.text):
            return manners.distress(turn, self.hours, self.clock())
        if turn.act is not Act.DISTRESS or is_hardship(turn.text) or is_bereaved(turn.text):
            return None
        decision = self.topics.decide(Act.ASK_GENERAL, turn.text, profile=turn.profile)
        return None if decision.kind in SURE else manners.distress(turn, self.hours, self.clock())

    def _in_dialogue(self, turn: Turn) -> Answer | None:
        if turn.memory.dialogue is None or turn.conversation is None:
            return None
        with self._leading(turn) as leading:
            answer = leading.take(turn)
            if answer is None and turn.act is Act.REPEAT:
                answer = leading.resumed(Answer([], turn.memory))
        return answer or self._interruption(turn)

    def _interruption(self, turn: Turn) -> Answer:
        """What a message gets that is not for the open dialogue: its own answer, and then the open question again."""
        if begun_by(turn.act) is not None and self._begins(turn):
            return self._by_itself(turn)
        answer = self._by_itself(turn)
        first = answer.said[0].decision.kind if answer.said else Kind.UNKNOWN
        unsure = first in {Kind.UNKNOWN, Kind.CHOICE} or (turn.act in BARE and first not in SURE)
        # Plainly something told, not asked: an article that its figures happen to name is no answer to it.
        told = turn.act in BARE and turn.confidence >= SURE_ACT and first is Kind.ANSWER and not asks(turn.text)
        with self._leading(turn) as leading:
            return leading.misread(turn) if unsure or told else leading.resumed(answer)

    def _by_itself(self, turn: Turn) -> Answer:
        if turn.article is not None:
            return self._answers.article(turn)
        if turn.option is not None:
            return self._option(turn)
        if turn.act is Act.FOREIGN_LANGUAGE:
            return Foreigners(self.topics).answer(turn)
        offered = self._offered(turn)
        if offered is not None:
            return offered
        if self._repeated(turn):
            return self._answers.others(turn, "utter_repeated_message")
        if oddity(turn.text) in UNREADABLE:
            return self._answers.to_question(replace(turn, act=Act.FALLBACK))
        if turn.topic in OWN_ARTICLES[Act.ASK_HOURS] and opening.asks_on(turn.text, self._today()):
            return self._opening(turn)
        if turn.act in QUESTIONS or not self._begins(turn):
            return self._question(turn)
        return self._act(turn)

    def _question(self, turn: Turn) -> Answer:
        if turn.conversation is not None and POSTAL_CODE.fullmatch(turn.text.strip()):
            return self._act(replace(turn, act=Act.FIND_OFFICE))
        return self._answers.to_question(turn)

    def _begins(self, turn: Turn) -> bool:
        """Whether an act is to be followed, although the words may also be a question with a sure answer."""
        if not turn.text or turn.act in QUESTIONS:
            return turn.act not in QUESTIONS
        own = OWN_ARTICLES.get(turn.act)
        firm = own is None and begun_by(turn.act) is not None
        if firm and (turn.confidence >= SURE_ACT or not asks(turn.text)):
            return True
        if not firm and own is None and turn.act is not Act.SMALL_TALK:
            return True
        decision = self.topics.decide(Act.ASK_GENERAL, turn.text, profile=turn.profile)
        return decision.kind not in SURE or decision.article in (own or frozenset())

    def _act(self, turn: Turn) -> Answer:
        if turn.conversation is not None and begun_by(turn.act) is not None:
            with self._leading(turn) as leading:
                return leading.begin(turn)
        plain: Mapping[Act, Callable[[], Answer]] = {
            Act.THANK: lambda: self._thanks(turn),
            Act.HELPFUL: lambda: self._rated(turn, helpful=True),
            Act.UNHELPFUL: lambda: self._rated(turn, helpful=False),
            Act.MORE: lambda: self._answers.more(turn),
            Act.REJECT_ANSWER: lambda: self._rejected(turn),
            Act.REPEAT: lambda: manners.said_again(turn, self._last_words(turn)),
            Act.ASK_HOURS: lambda: self._opening(turn),
            Act.ASK_CONTACT: lambda: manners.contact(turn),
            Act.INSULT: lambda: manners.insult(turn),
            Act.REPORT_FRAUD: lambda: manners.fraud(turn),
            Act.REQUEST_TRANSCRIPT: lambda: manners.transcript(turn),
            Act.VERIFY_ME: lambda: manners.verify(turn, confirmed=self._level(turn).at_least(Level.VERIFIED)),
            Act.SMALL_TALK: lambda: manners.plain(turn, "utter_small_talk"),
            Act.CANCEL: lambda: manners.plain(turn, "utter_nothing_to_cancel"),
            Act.CORRECT: lambda: manners.plain(turn, "utter_correct_what"),
            Act.AFFIRM: lambda: manners.plain(turn, "utter_ask_again"),
            Act.DENY: lambda: manners.plain(turn, "utter_ask_again"),
        }
        deed = plain.get(turn.act)
        return deed() if deed else self._answers.to_question(turn)

    def _option(self, turn: Turn) -> Answer:
        option = turn.option or ""
        profile = option.removeprefix(PROFILE)
        if option.startswith(PROFILE) and profile in {one.value for one in Profile} and turn.memory.question:
            return self._answers.of_profile(turn, Profile(profile))
        translated = Foreigners(self.topics).of_option(turn)
        if translated is not None:
            return translated
        return manners.plain(turn, "utter_dialogue_old_button")

    def _offered(self, turn: Turn) -> Answer | None:
        """What a bare yes or no gets right after an offer; words that are only perhaps one of them get nothing here."""
        if turn.act not in {Act.AFFIRM, Act.DENY} or not turn.memory.offered or turn.confidence < SURE_ACT:
            return None
        yes = turn.act is Act.AFFIRM
        if turn.memory.offered == manners.RATING:
            return self._rated(turn, helpful=yes)
        memory = replace(turn.memory, offered="")
        if turn.memory.offered == PERSON and yes:
            said = Said(bare(Kind.HANDOVER, Act.REQUEST_CONSULTANT), "utter_joining_person", urgent=True)
            return Answer([said], replace(memory, failures=0))
        return manners.plain(turn, "utter_without_person", replace(memory, failures=0))

    def _repeated(self, turn: Turn) -> bool:
        told = bool(turn.memory.shown) and turn.act in {Act.ASK_GENERAL, Act.FALLBACK}
        return told and same_message(turn.text, turn.memory.said) and same_message(turn.text, turn.memory.question)

    def _rejected(self, turn: Turn) -> Answer:
        if turn.conversation is not None and turn.memory.shown:
            self._rated(turn, helpful=False)
        return self._answers.others(turn, "utter_choice_other")

    def _opening(self, turn: Turn) -> Answer:
        told = opening.tell(turn.text, self.hours, self.calendar(), self.clock())
        decision = bare(Kind.ANSWER, Act.ASK_HOURS, article="godziny-otwarcia-placowek")
        return Answer([Said(decision, told.response, told.values)], turn.memory)

    def _thanks(self, turn: Turn) -> Answer:
        if turn.conversation is None:
            return self._answers.to_question(turn)
        with self.database.reading() as session:
            return manners.thanks(turn, session, turn.conversation)

    def _rated(self, turn: Turn, *, helpful: bool) -> Answer:
        if turn.conversation is None:
            return self._answers.to_question(turn)
        with self.database.session() as session:
            answer = manners.rated(turn, session, turn.conversation, helpful=helpful, now=self.clock())
            session.commit()
            return answer

    def _today(self) -> date:
        return self.clock().astimezone(WARSAW).date()

    def _last_words(self, turn: Turn) -> str:
        own = ChatMessage.conversation_id == turn.conversation, ChatMessage.author == Author.BOT
        with self.database.reading() as session:
            return session.scalar(select(ChatMessage.text).where(*own).order_by(ChatMessage.id.desc()).limit(1)) or ""

    def _level(self, turn: Turn) -> Level:
        with self.database.reading() as session:
            conversation = session.get(Conversation, turn.conversation) if turn.conversation else None
            return _level_of(conversation, self.clock()) if conversation else Level.ANONYMOUS

    @property
    def _answers(self) -> Answers:
        return Answers(self.topics)

    @contextmanager
    def _leading(self, turn: Turn) -> Iterator[Leading]:
        """Give the leader of dialogues over one unit of work, committed when its step succeeds."""
        now = self.clock()
        with self.database.session() as session:
            conversation = session.get_one(Conversation, turn.conversation)
            scene = Scene(
                session=session,
                now=now,
                today=now.astimezone(WARSAW).date(),
                conversation=conversation,
                level=_level_of(conversation, now),
                topics=self.topics,
                offices=self.offices,
                settings=self.settings,
            )
            yield Leading(scene, self.new_key)
            session.commit()


def _level_of(conversation: Conversation, now: datetime) -> Level:
    return current_level(conversation.level, conversation.verified_until, now)
