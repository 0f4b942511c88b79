"""Everything the web application is made of, built at start-up and handed over in one piece."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fastapi import FastAPI

from helpdesk.database import Database
from helpdesk.hours import WARSAW
from helpdesk.retention import Periods
from knowledge.article import Article
from knowledge.base import KnowledgeBase
from knowledge.decision import Thresholds
from knowledge.linting.review import Limits
from web.gateway import Gateway
from web.health import Check
from web.identity_desk import IdentityDesk
from web.oidc import Provider
from web.rates import Rates


@dataclass(frozen=True)
class MailRule:
    """A rule by which mails are judged, in the words of the desk: why a mail is treated so, and what becomes of it."""

    reason: str
    deed: str


@dataclass(frozen=True)
class StaffProvider:
    """The operator's OIDC provider for the staff.

    Attributes:
        provider: the client of the provider.
        label: what the button on the sign-in page says.
        trusted: whether the provider asks for a second factor itself, so that ours is not asked for.
    """

    provider: Provider
    label: str
    trusted: bool = False


@dataclass(frozen=True)
class Parts:
    """The parts of the web application.

    Attributes:
        identity: confirms who customers are.
        rates: how often visitors may ask for something.
        provider: the operator's OIDC provider; None without one.
        knowledge: gives the published knowledge of this moment.
        origins: origins whose pages may embed the widget; `*` for any.
        clock: gives the instant (aware UTC).
        site: the address customers see, without a slash at its end.
        mail_domain: the domain of the Message-IDs of mail that the desk sends.
        secure_cookies: whether the desk's cookies travel over HTTPS only.
        checks: what `/readyz` asks, by name.
        lifespan: opens and closes what needs it.
        mail_lag: how long the mailbox may be left alone, or a mail wait, before the desk warns.
        mail_rules: the rules for mail by name, in the order in which they are asked.
        staff_provider: the operator's OIDC provider for the staff; None without one.
        periods: how long each class of records is kept, as the settings say.
        reply_address: the address to which replies go with a token, where the mail server knows such addresses.
        links_last: how long links in letters work.
        model_inputs: the fingerprint of what this release gives to a training; models of another are not loaded.
        thresholds: from which confidences on a topic is answered or offered for choice; for previews.
        lint_limits: from where on editors are warned.
        original: makes the HTML of a raw mail safe to show; None for a mail without one.
    """

    database: Database
    gateway: Gateway
    identity: IdentityDesk
    rates: Rates
    provider: Provider | None
    knowledge: Callable[[], KnowledgeBase]
    clock: Callable[[], datetime]
    site: str
    mail_domain: str
    secure_cookies: bool
    origins: Sequence[str]
    checks: Mapping[str, Check]
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]]
    mail_lag: timedelta = timedelta(minutes=10)
    mail_rules: Mapping[str, MailRule] = field(default_factory=dict)
    reply_address: str = ""
    staff_provider: StaffProvider | None = None
    periods: Periods = field(default_factory=Periods)
    links_last: timedelta = timedelta(days=7)
    model_inputs: str = ""
    thresholds: Thresholds = field(default_factory=lambda: Thresholds(0.75, 0.3, 0.25))
    lint_limits: Limits = field(default_factory=Limits)
    original: Callable[[bytes], str | None] = field(default=lambda _raw: None)

    def article(self, article_id: str | None) -> Article | None:
        """Return a valid article with its amounts of today, or None."""
        return self.knowledge().shown(article_id, self.clock().astimezone(WARSAW).date())
