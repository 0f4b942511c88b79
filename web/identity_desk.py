"""Where customers confirm who they are, and choose for whom they act; the routes are in `web.identity_api`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk import conversations, identity, oidc_logins, verified_answers
from helpdesk.database import Database
from helpdesk.errors import Locked, NoMandate, NotFound, NotVerified
from helpdesk.identity import Verification
from helpdesk.lifecycle import Mode
from helpdesk.mandates import covered
from helpdesk.queues import Queue
from helpdesk.tables import Conversation
from web import metrics
from web.errors import BadMessage
from web.labels import label
from web.lobby import Lobby
from web.texts import text
from web.told import consultant_button


@dataclass(frozen=True)
class Moved:
    """A conversation that changed: its number, and the token to go on with."""

    number: int
    token: str


@dataclass(frozen=True)
class IdentityDesk:
    """Confirms identities. All instants come from `clock` (aware UTC)."""

    database: Database
    verification: Verification
    lobby: Lobby
    clock: Callable[[], datetime]

    def verify(self, token: str, pue_id: str, pin: str) -> Moved:
        """Confirm an identity by PIN; the conversation gets a new token, so that a planted or stolen one gains nothing.

        A customer who was offered a person then waits for one.

        Raises:
            BadMessage: unknown conversation, wrong data (one wording for all cases), or too many failures.
        """
        now = self.clock()
        try:
            customer_id = self.verification.check(token, pue_id, pin, now=now)
        except NotFound:
            raise BadMessage(text("unknown_conversation"), 404) from None
        except NotVerified:
            metrics.VERIFICATIONS.labels("wrong").inc()
            raise BadMessage(text("wrong_pin"), 403) from None
        except Locked as locked:
            metrics.VERIFICATIONS.labels("locked").inc()
            wait = max(1, round((locked.until - now).total_seconds())) if locked.until else None
            raise BadMessage(text("locked"), 429, retry_after=wait) from None
        metrics.VERIFICATIONS.labels("right").inc()
        with self.database.session() as session:
            try:
                conversation = conversations.find(session, token, for_update=True)
            except NotFound:  # another tab confirmed it while the PIN was compared
                raise BadMessage(text("verified_elsewhere"), 409) from None
            renewed = conversations.renew_token(conversation)
            self._raise_level(session, conversation, customer_id, "pin")
            session.commit()
            return Moved(conversation.id, renewed)

    def act_for(self, token: str, principal_id: int | None) -> Moved:
        """Let a confirmed customer act for another one, or for themselves.

        Raises:
            BadMessage: unknown conversation, nobody is confirmed, or there is no such mandate.
        """
        now = self.clock()
        with self.database.session() as session:
            conversation = _find(session, token)
            try:
                principal = identity.act_for(session, conversation, principal_id, now=now)
            except NotVerified:
                raise BadMessage(text("verify_first"), 403) from None
            except NoMandate:
                raise BadMessage(text("no_mandate"), 403) from None
            said = text("acting_for_oneself")
            if principal is not None and conversation.customer_id is not None:
                queues = covered(session, conversation.customer_id, principal.id, now=now)
                names = ", ".join(label(queue) for queue in Queue if queue in queues)
                name = "acting_for_all" if queues == frozenset(Queue) else "acting_for"
                said = text(name, name=principal.name, queues=names)
            conversations.notify(session, conversation, said, now=now)
            self._tell_answers(session, conversation)
            session.commit()
            return Moved(conversation.id, token)

    def begin_oidc(self, token: str) -> tuple[Moved, str]:
        """Begin a sign-in at the operator's provider; returns the renewed conversation and the ticket of the sign-in.

        The token is renewed at the start: who raises the level is then the only one who knows it.
        """
        now = self.clock()
        with self.database.session() as session:
            conversation = _find(session, token)
            renewed = conversations.renew_token(conversation)
            begun = oidc_logins.begin(session, conversation.id, now=now)
            conversations.notify(session, conversation, text("oidc_code", code=begun.code), now=now)
            session.commit()
            return Moved(conversation.id, renewed), begun.ticket

    def finish_oidc(self, conversation_id: int, subject: str, pue_id: str | None) -> int:
        """Confirm an identity that the operator's provider vouches for; returns the conversation's number.

        Raises:
            NotVerified: no account belongs to this subject.
        """
        now = self.clock()
        with self.database.session() as session:
            try:
                customer_id = oidc_logins.customer_of(session, subject, pue_id, now=now)
            except NotVerified:
                session.commit()
                metrics.VERIFICATIONS.labels("wrong").inc()
                raise
            conversation = session.get_one(Conversation, conversation_id, with_for_update=True)
            self._raise_level(session, conversation, customer_id, "oidc")
            session.commit()
        metrics.VERIFICATIONS.labels("right").inc()
        return conversation_id

    def _raise_level(self, session: Session, conversation: Conversation, customer_id: int, how: str) -> None:
        now = self.clock()
        customer = identity.confirm(session, conversation, customer_id, how=how, now=now)
        conversations.notify(session, conversation, text("verified", name=customer.name), now=now)
        self._tell_answers(session, conversation)
        if conversation.person_wanted and conversation.mode is Mode.BOT:
            self.lobby.enter(session, conversation)

    def _tell_answers(self, session: Session, conversation: Conversation) -> None:
        """Tell the answers that waited for this customer, and that others are not for them."""
        now = self.clock()
        told = verified_answers.tell(session, conversation, now=now)
        said = [text("answer_read", number=number) for number in told.numbers]
        if told.for_others:
            said.append(text("answer_for_another"))
        for words in said:
            conversations.notify(session, conversation, words, now=now, buttons=[consultant_button()])


def _find(session: Session, token: str) -> Conversation:
    try:
        return conversations.find(session, token, for_update=True)
    except NotFound:
        raise BadMessage(text("unknown_conversation"), 404) from None
