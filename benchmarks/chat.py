"""Messages a second of the whole chat beside the bot that `rasa init` makes, asked by as many customers at once.

Usage: `.venv/bin/python -m benchmarks.chat [--repeats 3] [--turns 20] [--long 200] [--memory 50000] [--write]`. Ours
answers held-out questions from the knowledge and stores each message and answer in a PostgreSQL that keeps what it
was given through a power cut; the stock bot answers its own small talk and stores nothing. Both run alone, one after
the other, several times; customers, servers and database share the machine.
"""

import argparse
import sys
from collections.abc import Callable
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


def compete(cluster: str, turns: int, long: int, repeats: int) -> dict[str, list[Load]]:
    """Let both answer conversations of so many turns, and ours long ones too."""
    words = [question.text for question in read_questions(HELD_OUT) if question.articles]
    loads: dict[str, list[Load]] = {STOCK: [], OURS: [], "long": []}
    for repeat in range(repeats):
        with stock_bot() as (port, _):
            talk(stock(port, f"warm{repeat}"), WORDS, at_once=AT_ONCE, turns=2)
            loads[STOCK].append(talk(stock(port, f"run{repeat}"), WORDS, at_once=AT_ONCE, turns=turns))
        tell(STOCK, loads[STOCK][-1])
        with house(cluster, "chat") as chat:
            talk(ours(chat.port), words, at_once=AT_ONCE, turns=5)
            before = {role: processor_seconds(process) for role, process in chat.processes.items()}
            loads[OURS].append(talk(ours(chat.port), words, at_once=AT_ONCE, turns=turns, conversations=3))
            tell(OURS, loads[OURS][-1])
            costs(chat, before, len(loads[OURS][-1].took))
            if long:
                loads["long"].append(talk(ours(chat.port), words, at_once=AT_ONCE, turns=long))
                tell(f"{OURS}, {long} turns", loads["long"][-1])
    return loads


def tell(who: str, load: Load) -> None:
    """Print what one load gave."""
    print(
        f"{who}: {len(load.took)} messages, {load.a_second:.1f} a second, median {load.median():.0f} ms, "
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


def table(loads: dict[str, list[Load]], turns: int, long: int) -> str:
    """Return the runs as tables: both beside each other, and ours along a long conversation."""
    rows = []
    for who in (STOCK, OURS):
        speed, slow = [load.a_second for load in loads[who]], [load.p95() for load in loads[who]]
        times = [own.a_second / other.a_second for own, other in zip(loads[who], loads[STOCK], strict=True)]
        share = [own.p95() / other.p95() for own, other in zip(loads[who], loads[STOCK], strict=True)]
        middle = [load.median() for load in loads[who]]
        rows.append(
            [
                who,
                paper.spread(speed),
                paper.spread(times, 2),
                paper.spread(middle, 0),
                paper.spread(slow, 0),
                paper.spread(share, 2),
            ]
        )
    head = ["", "messages a second", "times the stock bot", "median, ms", "p95, ms", "share of the stock bot's p95"]
    text = f"{AT_ONCE} customers at once, conversations of {turns} turns, {len(loads[OURS])} runs (lowest–highest).\n\n"
    text += paper.table(head, rows)
    if loads["long"]:
        edges = [(first, min(first + long // 4, long)) for first in range(0, long, long // 4)]
        lines = [
            [
                f"{first + 1}–{last}",
                f"{median(load.median(first, last) for load in loads['long']):.0f}",
                f"{median(load.p95(first, last) for load in loads['long']):.0f}",
            ]
            for first, last in edges
        ]
        text += f"\n\nOurs along conversations of {long} turns:\n\n"
        text += paper.table(["turns", "median, ms", "p95, ms"], lines)
    return text


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
    parser.add_argument("--long", type=int, default=200, help="turns of the long conversations; 0 for none")
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
            place, found = (
                "chat",
                table(compete(cluster, asked.turns, asked.long, asked.repeats), asked.turns, asked.long),
            )
    print(found)
    if asked.write:
        paper.write(place, f"{paper.machine()}.\n\n{found}")


if __name__ == "__main__":
    main()
