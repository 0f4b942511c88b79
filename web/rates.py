"""How often one address and one conversation may ask for something: moving windows, in Redis when it is set.

Whoever holds the house's own keys (`okienko ask`) is not limited: see `house_pass`.
"""

import math
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

import structlog
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from helpdesk.errors import SealBroken
from helpdesk.sealing import Sealer
from helpdesk.secrets import token_hash
from web import metrics
from web.errors import BadMessage
from web.texts import text

HOUSE_HEADER = "X-Okienko-House"
SEALED_FOR = "rates"
"""What the seal is for, so that no other sealed text of the house passes for one."""
HOUSE_LASTS = timedelta(hours=12)
IPV6_SITE = 64
"""Bits of an IPv6 address that one subscriber has; the rest is theirs to choose."""
REDIS_SECONDS = 1.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Limits:
    """How much is allowed; 0 means as much as one likes.

    Attributes:
        messages: of one address in a minute.
        conversation_messages: of one conversation in a minute.
        conversations: begun by one address in an hour.
        verifications: tried by one address in an hour, whether right or wrong.
        sign_ins: of the staff tried by one address in an hour, whether right or wrong.
    """

    messages: int = 0
    conversation_messages: int = 0
    conversations: int = 0
    verifications: int = 0
    sign_ins: int = 0


class Rates:
    """Counts what visitors ask for and refuses what is too much, with 429 and the seconds to wait."""

    def __init__(self, limits: Limits, *, redis_url: str = "", sealer: Sealer | None = None) -> None:
        self._limits, self._sealer = limits, sealer
        self._here = MovingWindowRateLimiter(MemoryStorage())
        self._shared = MovingWindowRateLimiter(_redis(redis_url)) if redis_url else None

    async def message(self, visitor: HTTPConnection, conversation: str | None) -> None:
        """Count a message, and a new conversation when it begins one; raises BadMessage when it is too much."""
        if self._is_house(visitor):
            return
        await self._count("messages", RateLimitItemPerMinute, self._limits.messages, address_of(visitor))
        if conversation is None:
            await self.conversation(visitor)
        else:
            most = self._limits.conversation_messages
            await self._count("conversation_messages", RateLimitItemPerMinute, most, token_hash(conversation))

    async def conversation(self, visitor: HTTPConnection) -> None:
        """Count a new conversation; raises BadMessage when it is too much."""
        if not self._is_house(visitor):
            await self._count("conversations", RateLimitItemPerHour, self._limits.conversations, address_of(visitor))

    async def verification(self, visitor: HTTPConnection) -> None:
        """Count an attempt to confirm an identity; raises BadMessage when it is too much."""
        await self._count("verifications", RateLimitItemPerHour, self._limits.verifications, address_of(visitor))

    async def sign_in(self, visitor: HTTPConnection) -> None:
        """Count an attempt to sign in at the desk; raises BadMessage when it is too much."""
        await self._count("sign_ins", RateLimitItemPerHour, self._limits.sign_ins, address_of(visitor))

    async def _count(self, kind: str, per: type[RateLimitItem], most: int, whose: str) -> None:
        if most == 0:
            return
        wait = await run_in_threadpool(self._hit, per(most, namespace="okienko"), kind, whose)
        if wait:
            metrics.RATE_LIMITED.labels(kind).inc()
            raise BadMessage(text(f"too_many_{kind}"), 429, retry_after=wait)

    def _hit(self, item: RateLimitItem, kind: str, whose: str) -> int:
        """Count one; returns the seconds to wait, 0 when it was allowed."""
        if self._shared is not None:
            try:
                return _hit(self._shared, item, kind, whose)
            except StorageError as problem:
                # Each node counts for itself until Redis is back: looser, but neither closed nor open to all.
                log.warning("rates.redis_unavailable", problem=type(problem.storage_error).__name__)
        return _hit(self._here, item, kind, whose)

    def _is_house(self, visitor: HTTPConnection) -> bool:
        shown = visitor.headers.get(HOUSE_HEADER)
        if shown is None or self._sealer is None:
            return False
        try:
            purpose, made = self._sealer.open(shown).split(" ", 1)
            age = datetime.now(UTC) - datetime.fromisoformat(made)
        except (SealBroken, ValueError):
            return False
        return purpose == SEALED_FOR and timedelta(0) <= age < HOUSE_LASTS


def house_pass(sealer: Sealer, now: datetime) -> str:
    """Return what the house's own programs show to be let through; whoever has the keys can make one."""
    return sealer.seal(f"{SEALED_FOR} {now.isoformat()}")


def address_of(visitor: HTTPConnection) -> str:
    """Return whom to count: the IPv4 address, or the /64 network of an IPv6 address."""
    host = visitor.client.host if visitor.client else "unknown"
    try:
        address = ip_address(host.split("%", 1)[0])
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or ip_network((address, IPV6_SITE), strict=False))
    return str(address)


def _redis(url: str) -> RedisStorage:
    return RedisStorage(url, wrap_exceptions=True, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS)


def _hit(limiter: MovingWindowRateLimiter, item: RateLimitItem, kind: str, whose: str) -> int:
    if limiter.hit(item, kind, whose):
        return 0
    free_at = limiter.get_window_stats(item, kind, whose).reset_time
    return max(1, math.ceil(free_at - time.time()))
