"""Ending a web node without anybody noticing: the proxy is told first, then the requests under way are finished."""

import math
import time
from collections.abc import Callable
from types import FrameType

import structlog
import uvicorn

CLOSING = 5.0
"""Seconds that a turn may take beyond the longest wait for the bot, until it is stored."""

log = structlog.get_logger(__name__)


class DrainingServer(uvicorn.Server):
    """A server that goes on for a while after it was asked to end, so that proxies stop sending to it first.

    When that time is over it accepts no more connections, closes its WebSockets with 1012 (service restart: widgets and
    desk pages connect again, to another node), and waits for the requests under way. A second signal ends the wait.

    Args:
        config: how it serves.
        leave: called at the first signal; from then on `/readyz` says that this node leaves.
        seconds: how long it goes on after that signal.
    """

    def __init__(self, config: uvicorn.Config, *, leave: Callable[[], None], seconds: float) -> None:
        super().__init__(config)
        self._leave, self._seconds = leave, seconds
        self._ends_at: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to leave at the first signal; end at once at a further one."""
        if self._ends_at is None:
            self._leave()
            self._ends_at = time.monotonic() + self._seconds
        else:
            super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        """Look, ten times a second, whether the time to leave is over."""
        if self._ends_at is not None and time.monotonic() >= self._ends_at and not self.should_exit:
            log.info("web.leaving", lines=len(self.server_state.connections))
            self.should_exit = True
        return await super().on_tick(counter)


def patience(rasa_timeout: float) -> int:
    """Return the seconds within which every request under way is finished: the slowest one waits for the bot."""
    return math.ceil(rasa_timeout + CLOSING)
