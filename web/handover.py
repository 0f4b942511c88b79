"""The hand-over summary in Polish: for the desk's page of a chat, and as the note of a ticket left in the chat."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from helpdesk import chat_log
from helpdesk.handover_summary import Given, Summary, summarise
from helpdesk.standing import standing
from helpdesk.tables import ChatMessage, Conversation
from web.labels import name_of
from web.pages import rendered
from web.parts import Parts

NOTE = "desk/summary.txt"


@dataclass(frozen=True)
class Handover:
    """A summary with the titles that its articles have now."""

    summary: Summary
    parts: Parts
    individual: bool

    @classmethod
    def of(
        cls,
        session: Session,
        conversation: Conversation,
        parts: Parts,
        messages: Sequence[ChatMessage] | None = None,
    ) -> "Handover":
        """Return the summary of a conversation; `messages` are all of it, when the caller has read them already."""
        said = chat_log.messages(session, conversation.id) if messages is None else messages
        level = standing(session, conversation, parts.clock()).within(conversation.queue).level
        individual = any(message.details.get("individual") for message in said)
        return cls(summarise(conversation, said, level), parts, individual)

    @property
    def topic_title(self) -> str:
        """The title of the topic; empty when there is none, or it is not valid any more."""
        return self._title(self.summary.topic)

    @property
    def given(self) -> Sequence[str]:
        """What the bot answered, in words."""
        return [self._words(given) for given in self.summary.given]

    @property
    def wishes(self) -> Sequence[str]:
        """What else the customer wanted, in words."""
        return [name_of("Wish", wish) for wish in self.summary.wishes]

    @property
    def dialogue(self) -> str:
        """The unfinished dialogue, in words; empty for none."""
        return name_of("Dialogue", self.summary.dialogue) if self.summary.dialogue else ""

    @property
    def language(self) -> str:
        """The customer's language, in words."""
        return name_of("Language", self.summary.language)

    def note(self) -> str:
        """Return the summary as the plain text of a ticket's note."""
        return rendered(NOTE, handover=self).strip()

    def _title(self, article_id: str | None) -> str:
        article = self.parts.article(article_id)
        return article.title if article else ""

    def _words(self, given: Given) -> str:
        what = given.form or self._title(given.article) or self._institution(given) or given.article or ""
        words = f"{name_of('Given', given.kind)}: {what}" if what else name_of("Given", given.kind)
        return f"{words} {name_of('Given', 'refused')}" if given.refused else words

    def _institution(self, given: Given) -> str:
        place = self.parts.knowledge().reference.institutions.get(given.institution or "")
        return place.name if place else ""
