"""What a message of the chat takes in the database as the stored messages grow, how much room they take, and how long
the nightly deletion of old conversations.

Usage: `.venv/bin/python -m benchmarks.growth [--write] [MESSAGES …]`, such as `100000 1000000 10000000 50000000`. The
database itself makes the conversations (of ten messages each), messages and turns; then the real gateway, in this
process and with a bot that answers at once, takes messages of old and of new conversations. At last the oldest
conversations are deleted as the retention deletes them. PostgreSQL only.
"""

import argparse
import asyncio
import json
import random
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from statistics import quantiles

from sqlalchemy import Connection, text

from benchmarks import paper
from benchmarks.house import fresh_database
from helpdesk.conversations import Utterance, renew_token
from helpdesk.database import Database
from helpdesk.hours import AlwaysOpen
from helpdesk.retention import Periods, run
from helpdesk.sealing import Sealer, new_key
from helpdesk.tables import Conversation
from okienko.schema import upgrade
from tests.fakes import FakeBot
from tests.servers import postgres
from web.gateway import Gateway
from web.heard import Heard
from web.lobby import Lobby
from web.push import LocalPush
from web.turns import Turns

SIZES = (100_000, 1_000_000, 10_000_000)
EACH = 10
"""Messages of a conversation; every second one is the bot's."""
ASKED = 300
DELETED = 2_000
"""Conversations that the night deletes."""
LATEST = datetime(2026, 11, 30, tzinfo=UTC)
"""The latest made message; the ones before it are a second apart."""
TABLES = ("conversation", "chat_message", "bot_turn")
ANSWER = "Zasiłek chorobowy przysługuje przez 182 dni, a w czasie ciąży i przy gruźlicy przez 270 dni. " * 6
DETAILS = {
    "act": "ask_general", "article": "zasilek-chorobowy", "queue": "zasilki", "alternatives": [], "confidence": 0.9,
    "individual": False, "lang": "pl", "memory": {"dialogues": []}, "buttons": [],
}  # fmt: skip
FILL = (
    "INSERT INTO conversation (id, token_hash, mode, queue, topic, person_wanted, language, turn, memory, level,"
    " failures, urgent, customer_read_id, consultant_read_id, created_at, updated_at)"
    " SELECT n, md5(n::text) || md5(n::text || 'x'), 'bot', 'zasilki', 'zasilek-chorobowy', false, 'pl', 5, '{}',"
    " 'anonymous', 0, false, 0, 0, {at}, {at}"
    " FROM generate_series(1, :many / 10) n",
    "INSERT INTO chat_message (id, conversation_id, author, kind, text, details, client_id, created_at) SELECT n,"
    " (n + 9) / 10, CASE n % 2 WHEN 1 THEN 'customer' ELSE 'bot' END, CASE n % 2 WHEN 1 THEN 'text' ELSE 'answer' END,"
    " CASE n % 2 WHEN 1 THEN 'ile trwa zasiłek chorobowy po wypadku' ELSE :answer END,"
    " CAST(CASE n % 2 WHEN 1 THEN '{}' ELSE :details END AS json), CASE n % 2 WHEN 1 THEN 'c' || n END, {at}"
    " FROM generate_series(1, :many) n",
    "INSERT INTO bot_turn (id, conversation_id, question_id, reply_id, channel, kind, act, article, confidence, queue,"
    " language, individual, handed_over, created_at, gathered_at) SELECT n, (n + 4) / 5, 2 * n - 1, 2 * n, 'chat',"
    " 'answer', 'ask_general', 'article-' || n % 200, 0.9, 'zasilki', 'pl', false, false, {at}, {at}"
    " FROM generate_series(1, :many / 2) n",
)


def fill(connection: Connection, many: int) -> None:
    """Make so many messages in an empty database; its indexes are made anew afterwards, which is faster."""
    wanted = (
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(:tables) AND indexdef NOT LIKE '%UNIQUE%'"
    )
    indexes = connection.execute(text(wanted), {"tables": list(TABLES)}).all()
    connection.execute(text("SET session_replication_role = replica"))
    for name, _ in indexes:
        connection.exec_driver_sql(f"DROP INDEX {name}")
    values = {"many": many, "answer": ANSWER, "details": json.dumps(DETAILS)}
    for statement in FILL:
        at = f"timestamp '{LATEST:%Y-%m-%d}' - (:many - n) * interval '1 second'"
        connection.execute(text(statement.replace("{at}", at)), values)
    for _, definition in indexes:
        connection.exec_driver_sql(definition)
    for table in TABLES:
        connection.execute(text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"))
        connection.exec_driver_sql(f"VACUUM ANALYZE {table}")
    connection.execute(text("SET session_replication_role = DEFAULT"))


async def measure(database: Database, many: int) -> tuple[list[float], list[float]]:
    """Return the seconds of messages in old conversations and in new ones."""

    def clock() -> datetime:
        return datetime.now(UTC)

    bot, chance = FakeBot(), random.Random(3)
    bot.answers = [[Utterance("answer", ANSWER, DETAILS)] for _ in range(3 * ASKED)]
    lobby = Lobby(database, AlwaysOpen(), clock, "cot@zus.pl")
    gateway = Gateway(database, bot, LocalPush(), Turns(), lobby, clock, max_chars=2000)
    new = (await gateway.hear(None, Heard("ile trwa zasiłek chorobowy"))).conversation
    tokens = await asyncio.to_thread(_old_tokens, database, [chance.randint(1, many // EACH) for _ in range(ASKED)])
    old_times, new_times = [], []
    for number, token in enumerate(tokens):
        for times, whose in ((old_times, token), (new_times, new)):
            begun = time.perf_counter()
            await gateway.hear(whose, Heard("ile trwa zasiłek chorobowy", client_id=f"m{number}"))
            times.append(time.perf_counter() - begun)
    return old_times, new_times


def delete_oldest(database: Database, many: int) -> float:
    """Delete the oldest conversations as a night of the retention does; returns the seconds."""
    periods = Periods()
    cutoff = LATEST - timedelta(seconds=many - DELETED) + timedelta(milliseconds=1)
    begun = time.perf_counter()
    done = run(database, periods, now=cutoff + timedelta(days=periods.anonymous_chats))
    seconds = time.perf_counter() - begun
    gone = done["anonymous_chats"]
    # Some of the old conversations were written in meanwhile, and stay.
    if gone.found_afterwards or not 0.8 * DELETED <= gone.deleted["conversation"] <= DELETED:
        sys.exit(f"not deleted as expected: {gone}")
    return seconds


def _old_tokens(database: Database, numbers: Sequence[int]) -> list[str]:
    """Give conversations made by the database tokens that are known, and return them."""
    with database.session() as session:
        tokens = [renew_token(session.get_one(Conversation, number)) for number in dict.fromkeys(numbers)]
        session.commit()
        return tokens


def main() -> None:
    """Measure each size and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    parser.add_argument("--write", action="store_true", help="into docs/performance.md")
    asked = parser.parse_args()
    programs = postgres.programs()
    if programs is None:
        sys.exit("PostgreSQL is not installed")
    rows = []
    with postgres.postgres(programs) as cluster:
        for many in asked.sizes:
            begun = time.perf_counter()
            url = fresh_database(cluster, "growth")
            database = Database(url, Sealer([new_key()]))
            upgrade(database)
            with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                fill(connection, many)
                size = sum(connection.scalar(text(f"SELECT pg_total_relation_size('{table}')")) for table in TABLES)
            print(f"{many:,} messages made in {time.perf_counter() - begun:.0f} s", flush=True)
            old, new = asyncio.run(measure(database, many))
            night = delete_oldest(database, many)
            database.close()
            cuts = [quantiles(times, n=20) for times in (old, new)]
            cells = [f"{cut[9] * 1000:.1f} / {cut[18] * 1000:.1f}" for cut in cuts]
            rows.append([f"{many:,}", *cells, f"{size / 2**30:.1f} GB", f"{size / many:.0f}", f"{night:.1f}"])
            print(rows[-1], flush=True)
    sizes = ["room", "bytes a message", f"deleting {DELETED:,} conversations, s"]
    head = ["stored messages", "old conversation, ms", "new conversation, ms", *sizes]
    found = f"Median / 95th percentile of {ASKED} messages.\n\n{paper.table(head, rows)}"
    print(found)
    if asked.write:
        paper.write("growth", found)


if __name__ == "__main__":
    main()
