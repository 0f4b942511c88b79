"""The one place where the real parts meet: builds each role from the settings."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import timedelta

import httpx2
from fastapi import APIRouter, FastAPI
from redis.asyncio import Redis
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from helpdesk.database import Database
from helpdesk.directory import EmbeddedDirectory
from helpdesk.hours import AlwaysOpen, Hours, OfficeHours
from helpdesk.house_calendar import LiveCalendar
from helpdesk.identity import Verification
from helpdesk.secrets import new_token
from helpdesk.visit_letters import VisitLetters
from knowledge.decision import Thresholds
from knowledge.linting.review import Limits as LintLimits
from knowledge.live import LiveKnowledge
from knowledge.offices import Offices, load_offices
from mail_ingest import datafiles
from mail_ingest.parsing import Limits as MailLimits
from mail_ingest.parsing import parse_within, safe_html
from mail_ingest.rules import RULES
from okienko.daily import Retention, periods
from okienko.index import knowledge
from okienko.keys import build_sealer
from okienko.settings import Opening, Settings
from okienko.storage import build_database, now, today
from okienko.training import inputs
from understanding.assistant import Assistant
from understanding.dialogues.model import Settings as DialogueSettings
from understanding.service import RasaUnderstander
from understanding.topics import Topics
from web.app import build_app
from web.closing import watch_closing
from web.deadline_watch import watch_deadlines
from web.desk.oidc import CALLBACK as STAFF_CALLBACK
from web.engine import RasaBot
from web.gateway import Gateway
from web.health import Check
from web.identity_desk import IdentityDesk
from web.lobby import Lobby
from web.loopback import Loopback
from web.oidc import Provider, Registration
from web.parts import MailRule, Parts, StaffProvider
from web.push import LocalPush, Push, RedisPush
from web.rates import Limits, Rates
from web.rounds import Rounds
from web.turns import Turns
from web.without_rasa import KnowledgeBot, SteadyBot

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

LONGEST_PARSING = 10.0
"""Seconds in which a mail is read whose original somebody wants to see."""
READY_WITHIN = 2.0
"""Seconds that a part may take to say that it can be used."""


def build_retention(settings: Settings) -> Retention:
    """Return what deletes the records that are kept no longer."""
    return Retention(build_database(settings), periods(settings), settings.data_dir, now)


def build_knowledge(settings: Settings, database: Database) -> LiveKnowledge:
    """Return the published knowledge: the release's own edition, and what was published since."""
    return LiveKnowledge(knowledge(settings.data_dir, settings.embedding_model), database, today)


def build_topics(settings: Settings, database: Database) -> Topics:
    """Return search and decision over the published knowledge."""
    return Topics(build_knowledge(settings, database), thresholds(settings), today)


def thresholds(settings: Settings) -> Thresholds:
    """Return how sure the search must be for what."""
    return Thresholds(
        answer=settings.answer_confidence,
        choice=settings.choice_confidence,
        redirect=settings.redirect_confidence,
    )


def build_assistant(settings: Settings) -> Assistant:
    """Return what answers the chat's messages, ready for the first one."""
    database = build_database(settings)
    letters = VisitLetters(settings.office_address, settings.meetings)
    dialogues = DialogueSettings(
        letters, settings.office_address, settings.visit_officials, settings.callbacks_per_hour
    )
    calendar = LiveCalendar(database, now)
    assistant = Assistant(
        topics=build_topics(settings, database),
        database=database,
        hours=build_hours(settings, calendar),
        clock=now,
        offices=Offices(load_offices()),
        settings=dialogues,
        new_key=new_token,
        calendar=calendar,
    )
    assistant.prepare()
    return assistant


def rasa_params(settings: Settings) -> Mapping[str, str]:
    """Return the query parameters that Rasa asks of its callers."""
    token = settings.rasa_token.get_secret_value()
    return {"token": token} if token else {}


def build_understander(settings: Settings, database: Database) -> RasaUnderstander:
    """Return what understands mails."""
    client = httpx2.Client(
        base_url=settings.rasa_url,
        params=dict(rasa_params(settings)),
        timeout=settings.rasa_timeout,
        trust_env=False,
    )
    return RasaUnderstander(client, build_topics(settings, database))


def build_hours(settings: Settings, calendar: LiveCalendar) -> Hours:
    """Return whose hours count."""
    return AlwaysOpen() if settings.opening is Opening.ALWAYS else OfficeHours(calendar)


def build_rates(settings: Settings) -> Rates:
    """Return how often visitors may ask for something; counted in Redis when it is set."""
    limits = Limits(
        messages=settings.rate_messages,
        conversation_messages=settings.rate_conversation_messages,
        conversations=settings.rate_conversations,
        verifications=settings.rate_verifications,
        sign_ins=settings.rate_sign_ins,
    )
    return Rates(limits, redis_url=settings.redis_url, sealer=build_sealer(settings))


def build_provider(settings: Settings) -> Provider | None:
    """Return the operator's OIDC provider, or None when none is set."""
    if not settings.oidc_issuer:
        return None
    registration = Registration(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value(),
        scopes=settings.oidc_scopes,
        claim=settings.oidc_claim,
        redirect_uri=f"{settings.site}/oidc/callback",
    )
    return Provider(registration)


def build_staff_provider(settings: Settings) -> StaffProvider | None:
    """Return the OIDC provider for the staff, or None when none is set."""
    if not settings.staff_oidc_issuer:
        return None
    registration = Registration(
        issuer=settings.staff_oidc_issuer,
        client_id=settings.staff_oidc_client_id,
        client_secret=settings.staff_oidc_client_secret.get_secret_value(),
        scopes=settings.staff_oidc_scopes,
        claim=settings.staff_oidc_claim,
        redirect_uri=f"{settings.site}{STAFF_CALLBACK}",
    )
    return StaffProvider(Provider(registration), settings.staff_oidc_button, settings.staff_oidc_trusted)


def build_web(settings: Settings, extra: Sequence[APIRouter] = ()) -> FastAPI:
    """Return the web application over real parts; nothing is connected before it starts."""
    database = build_database(settings)
    redis = Redis.from_url(settings.redis_url) if settings.redis_url else None
    push: Push = RedisPush(redis) if redis else LocalPush()
    rasa = Loopback(settings.rasa_url, rasa_params(settings), settings.rasa_timeout)
    lobby = Lobby(database, build_hours(settings, LiveCalendar(database, now)), now, settings.office_address)
    topics = build_topics(settings, database)
    bot = SteadyBot(RasaBot(rasa), KnowledgeBot(topics))
    gateway = Gateway(database, bot, push, Turns(), lobby, now, settings.message_max_chars, settings.oidc_button)
    parts = Parts(
        database=database,
        gateway=gateway,
        identity=IdentityDesk(database, Verification(database, EmbeddedDirectory(database)), lobby, now),
        rates=build_rates(settings),
        provider=build_provider(settings),
        staff_provider=build_staff_provider(settings),
        periods=periods(settings),
        knowledge=topics.knowledge,
        clock=now,
        site=settings.site,
        mail_domain=settings.office_address.split("@")[-1],
        secure_cookies=settings.secure_cookies,
        origins=settings.widget_origins.split(),
        checks=_checks(settings, database, rasa, redis),
        lifespan=_lifespan(database, rasa, push, redis, lobby),
        mail_lag=timedelta(minutes=settings.mail_lag_minutes),
        mail_rules=mail_rules(),
        reply_address=settings.office_address if settings.mail_plus_addresses else "",
        links_last=timedelta(days=settings.mail_link_days),
        thresholds=thresholds(settings),
        lint_limits=LintLimits(settings.lint_source_months, settings.lint_fog, settings.lint_sentence_words),
        original=original_html,
        model_inputs=inputs(),
    )
    return build_app(parts, extra)


def original_html(raw: bytes) -> str | None:
    """Return the HTML of a raw mail as it may be shown, without anything that loads; None when it has none."""
    mail = parse_within(raw, MailLimits(max_seconds=LONGEST_PARSING))
    return safe_html(mail.html, pictures_inside=True) if mail.html.strip() else None


def mail_rules() -> Mapping[str, MailRule]:
    """Return the rules for mail in the words of the desk, in their order."""
    words = datafiles.read("wording")
    return {rule.name: MailRule(words["reasons"][rule.name], words["deeds"][rule.name]) for rule in RULES}


def _lifespan(database: Database, rasa: Loopback, push: Push, redis: Redis | None, lobby: Lobby) -> Lifespan:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        rounds = Rounds(database, push, lobby.clock)
        watches = watch_closing(lobby, push), watch_deadlines(database, push, now), rounds.walk()
        tasks = [asyncio.create_task(watch) for watch in watches]
        if isinstance(push, RedisPush):
            tasks.append(asyncio.create_task(push.listen()))
        yield
        for task in tasks:
            task.cancel()
        await rasa.close()
        if redis is not None:
            await redis.aclose()
        await run_in_threadpool(database.close)

    return lifespan


def _checks(settings: Settings, database: Database, rasa: Loopback, redis: Redis | None) -> Mapping[str, Check]:
    async def database_answers() -> bool:
        try:
            await run_in_threadpool(database.ping)
        except SQLAlchemyError:
            return False
        return True

    async def redis_answers() -> bool:
        with suppress(Exception):  # the client raises errors of several families; each means «not now»
            return redis is not None and bool(await redis.ping())
        return False

    checks: dict[str, Check] = {
        "database": database_answers,
        "rasa": lambda: rasa.answers("/version", READY_WITHIN),
        "actions": lambda: rasa.answers(f"{settings.actions_url}/health", READY_WITHIN),
    }
    if redis is not None:
        checks["redis"] = redis_answers
    return checks
