"""Rasa's graph is run node by node in an order that is found once, instead of being planned by dask for each message.

For one message the graph is run three times (reading it, choosing the action, choosing to listen), and planning took
longer than some of its nodes. The nodes, their inputs and their outputs are the same.
"""

from collections.abc import Mapping, Sequence
from graphlib import TopologicalSorter
from typing import Any

from rasa.engine.runner.dask import DaskGraphRunner

_ORDERS = "_okienko_orders"
_Order = Sequence[tuple[str, Sequence[str]]]


def run(
    runner: DaskGraphRunner, inputs: Mapping[str, Any] | None = None, targets: Sequence[str] | None = None
) -> dict[str, Any]:
    """Return the outputs of the targets by name, as `GraphRunner.run` says; an input stands for the node of its name.

    Raises:
        GraphRunError: a node misses what it needs.
    """
    wanted = tuple(targets or runner._graph_schema.target_names)
    order = _order(runner, wanted)
    found: dict[str, Any] = {name: (name, value) for name, value in (inputs or {}).items()}
    for name, needs in order:
        if name not in found:
            # What nobody gives stays a bare name, of which the node itself complains.
            found[name] = runner._instantiated_nodes[name](*(found.get(need, need) for need in needs))
    return {name: found[name][1] for name in wanted}


def _order(runner: DaskGraphRunner, targets: tuple[str, ...]) -> _Order:
    """Return the nodes that the targets need, each after what it needs itself."""
    orders: dict[tuple[str, ...], _Order] = runner.__dict__.setdefault(_ORDERS, {})
    if targets not in orders:
        nodes = runner._graph_schema.minimal_graph_schema(list(targets)).nodes
        needs = {name: list(node.needs.values()) for name, node in nodes.items()}
        sorted_names = TopologicalSorter(needs).static_order()
        orders[targets] = [(name, needs[name]) for name in sorted_names if name in needs]
    return orders[targets]


def install() -> None:
    """Let Rasa's graphs be run so."""
    DaskGraphRunner.run = run
