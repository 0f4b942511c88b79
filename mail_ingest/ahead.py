"""Work done ahead: several items are prepared at once, and given back in their order."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import TypeVar

Item = TypeVar("Item")
Done = TypeVar("Done")


def ahead(
    items: Iterable[Item], prepare: Callable[[Item], Done], executor: Executor, *, at_once: int
) -> Iterator[tuple[Item, Done]]:
    """Yield each item with what preparing it gave, in the order of the items.

    Args:
        items: what is to be prepared; asked for as late as possible.
        prepare: called in the executor's threads; what it raises is raised here, at its item's turn.
        executor: runs the preparations.
        at_once: how many items are prepared, or wait prepared, at the same time.
    """
    under_way: deque[tuple[Item, Future[Done]]] = deque()
    try:
        for item in items:
            under_way.append((item, executor.submit(prepare, item)))
            if len(under_way) >= at_once:
                yield _next(under_way)
        while under_way:
            yield _next(under_way)
    finally:
        for _, future in under_way:
            future.cancel()


def _next(under_way: deque[tuple[Item, Future[Done]]]) -> tuple[Item, Done]:
    item, future = under_way.popleft()
    return item, future.result()
