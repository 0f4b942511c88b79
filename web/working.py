"""Hard work beside the event loop: few pieces at a time, so that they starve neither memory nor the other threads."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

AT_ONCE = 4
"""Comparisons of a PIN take 64 MiB and a core each; the others wait without holding a thread."""

Given = ParamSpec("Given")
Result = TypeVar("Result")
_limiter: RunVar[CapacityLimiter] = RunVar("hard work")


async def hard_work(work: Callable[Given, Result], *given: Given.args, **named: Given.kwargs) -> Result:
    """Do a blocking piece of hard work in a thread; who comes while all are busy waits."""
    try:
        limiter = _limiter.get()
    except LookupError:  # the first piece of this event loop
        limiter = CapacityLimiter(AT_ONCE)
        _limiter.set(limiter)
    return await to_thread.run_sync(lambda: work(*given, **named), limiter=limiter)
