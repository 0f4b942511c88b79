"""Messages a second of the whole chat beside the bot that `rasa init` makes, asked by as many customers at once.

Usage: `.venv/bin/python -m benchmarks.chat [--repeats 3] [--turns 20] [--long 200] [--memory 50000] [--write]`. Ours
answers held-out questions from the knowledge and stores each message and answer in a PostgreSQL that keeps what it
was given through a power cut; the stock bot answers its own small talk and stores nothing. Both run alone, one after
the other, several times; customers, servers and database share the machine.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from statistics import median

from benchmarks import paper
from benchmarks.customers import Customer, Line, Load, OurCustomer, RasaCustomer, talk
from benchmarks.house import House, house, megabytes, processor_seconds
from benchmarks.stock_bot import WORDS, stock_bot
from knowledge.question_sets import HELD_OUT, read_questions
from tests.servers import postgres

AT_ONCE = 20
STEP = 5_000
"""Messages between two looks at the memory."""
OURS, STOCK = "Okienko", "`rasa init`"


def ours(port: int) -> Callable[[int], Callable[[], Customer]]:
    """Return what opens conversations at the gateway."""

    def begin(number: int) -> Callable[[], Customer]:
        line = Line(port)
        return lambda: OurCustomer(line)

    return begin


def stock(port: int, run: str) -> Callable[[int], Callable[[], Customer]]:
    """Return what opens conversations at the stock bot; a run's are its own."""

    def begin(number: int) -> Callable[[], Customer]:
        line, opened = Line(port), iter(range(10**6))
        return lambda: RasaCustomer(line, f"{run}-{number}-{next(opened)}")

    return begin


def compete(cluster: str, lengths: Sequence[int], repeats: int) -> dict[tuple[str, int], list[Load]]:
    """Let both answer conversations of these numbers of turns, in turn and several times."""
    words = [question.text for question in read_questions(HELD_OUT) if question.articles]
    loads: dict[tuple[str, int], list[Load]] = {(who, turns): [] for turns in lengths for who in (STOCK, OURS)}
    for repeat in range(repeats):
        with stock_bot() as (port, _):
            talk(stock(port, f"warm{repeat}"), WORDS, at_once=AT_ONCE, turns=2)
            for turns in lengths:
                load = talk(stock(port, f"run{repeat}-{turns}"), WORDS, at_once=AT_ONCE, turns=turns)
                tell(STOCK, turns, load)
                loads[STOCK, turns].append(load)
        with house(cluster, "chat") as chat:
            talk(ours(chat.port), words, at_once=AT_ONCE, turns=5)
            for turns in lengths:
                before = {role: processor_seconds(process) for role, process in chat.processes.items()}
                load = talk(ours(chat.port), words, at_once=AT_ONCE, turns=turns)
                tell(OURS, turns, load)
                costs(chat, before, len(load.took))
                loads[OURS, turns].append(load)
    return loads


def tell(who: str, turns: int, load: Load) -> None:
    """Print what one load gave."""
    print(
        f"{who}, {turns} turns: {load.a_second:.1f} messages a second, median {load.median():.0f} ms, "
        f"p95 {load.p95():.0f} ms, {load.kinds}",
        flush=True,
    )


def costs(chat: House, before: dict[str, float], messages: int) -> None:
    """Print the processor time of a message, by role."""
    for role, process in chat.processes.items():
        print(
            f"  {role}: {(processor_seconds(process) - before[role]) / messages * 1000:.1f} ms of processor a message"
        )


def memory(cluster: str, messages: int) -> list[tuple[int, dict[str, float]]]:
    """Return the megabytes of each role after so many messages, looked at again and again."""
    words = [question.text for question in read_questions(HELD_OUT) if question.articles]
    seen = []
    with house(cluster, "memory") as chat:
        for done in range(0, messages + 1, STEP):
            held = {role: megabytes(process) for role, process in chat.processes.items()}
            seen.append((done, held))
            print(f"{done} messages: " + ", ".join(f"{role} {size:.0f} MB" for role, size in held.items()), flush=True)
            if done < messages:
                talk(ours(chat.port), words, at_once=AT_ONCE, turns=10, conversations=STEP // AT_ONCE // 10)
    return seen


def table(loads: dict[tuple[str, int], list[Load]], repeats: int) -> str:
    """Return the runs as tables: both beside each other, and along their longest conversations."""
    rows = []
    for (who, turns), own in loads.items():
        pairs = list(zip(own, loads[STOCK, turns], strict=True))
        rows.append(
            [
                *(who, turns, paper.spread([load.a_second for load in own])),
                paper.spread([load.a_second / other.a_second for load, other in pairs], 2),
                paper.spread([load.median() for load in own], 0),
                paper.spread([load.p95() for load in own], 0),
                paper.spread([load.p95() / other.p95() for load, other in pairs], 2),
            ]
        )
    head = ["", "turns", "messages a second", "times stock", "median, ms", "p95, ms", "share of stock's p95"]
    text = f"{AT_ONCE} customers at once, {repeats} runs: the median (lowest–highest).\n\n{paper.table(head, rows)}"
    longest = max(turns for _, turns in loads)
    edges = [(longest * part // 4, longest * (part + 1) // 4) for part in range(4)]
    lines = [
        [f"{first + 1}–{last}", *(_along(loads[who, longest], first, last) for who in (STOCK, OURS))]
        for first, last in edges
    ]
    head = ["turns", *(f"{who}, median / p95, ms" for who in (STOCK, OURS))]
    return f"{text}\n\nAlong the longest conversations:\n\n{paper.table(head, lines)}"


def _along(loads: Sequence[Load], first: int, last: int) -> str:
    middle, slow = (median(load.median(first, last) for load in loads), median(load.p95(first, last) for load in loads))
    return f"{middle:.0f} / {slow:.0f}"


def memory_table(seen: list[tuple[int, dict[str, float]]]) -> str:
    """Return the memory of the roles as a table."""
    roles = list(seen[0][1])
    rows = [[f"{done:,}", *(f"{held[role]:.0f}" for role in roles)] for done, held in seen]
    return paper.table(["messages", *(f"{role}, MB" for role in roles)], rows)


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--turns", type=int, default=20)
    parser.add_argument("--long", type=int, default=200, help="turns of the long conversations")
    parser.add_argument("--memory", type=int, default=0, help="look at the memory over so many messages instead")
    parser.add_argument("--write", action="store_true", help="into docs/performance.md")
    asked = parser.parse_args()
    programs = postgres.programs()
    if programs is None:
        sys.exit("PostgreSQL is not installed")
    with ExitStack() as stack:
        cluster = stack.enter_context(postgres.postgres(programs, durable=True))
        if asked.memory:
            place, found = "memory", memory_table(memory(cluster, asked.memory))
        else:
            loads = compete(cluster, sorted({asked.turns, asked.long}), asked.repeats)
            place, found = "chat", table(loads, asked.repeats)
    print(found)
    if asked.write:
        paper.write(place, f"{paper.machine()}.\n\n{found}")


if __name__ == "__main__":
    main()
