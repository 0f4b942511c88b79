"""Made-up requests over the whole documented API: none breaks the server, and each answer is a documented one."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from helpdesk import conversations
from helpdesk.conversations import Utterance
from helpdesk.database import Database
from knowledge.base import KnowledgeBase
from tests.conftest import NOON, SEALER
from tests.integration.web.conftest import Clock, House, house_over

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
READINESS = "/readyz"
"""Its 503 is no error of the server but its answer: a part that is asked for cannot be used."""
KNOWN = "known-token"


class Endless(list[Any]):
    """Answers of the bot that do not run out."""

    def pop(self, _place: Any = -1) -> Any:
        return [Utterance("smalltalk", "Dzień dobry", {})]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, _migrated_sqlite: Path, base: KnowledgeBase) -> Iterator[House]:
    file = tmp_path_factory.mktemp("fuzz") / "okienko.db"
    file.write_bytes(_migrated_sqlite.read_bytes())
    database = Database(f"sqlite:///{file}", SEALER)
    built = house_over(database, Clock(), lambda: base)
    built.bot.answers = Endless([None])
    with database.session() as session:
        conversations.start(session, KNOWN, now=NOON)
        session.commit()
    yield built
    database.close()


bounded: Callable[..., Any] = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def walk(house: House, mode: GenerationMode, change: Callable[[Any], None] = lambda case: None) -> int:
    """Send made-up requests to every operation and check each answer; returns how many operations there are."""
    count = 0
    for found in schemathesis.openapi.from_asgi("/api/openapi.json", house.app).get_all_operations():
        operation = found.ok()

        @bounded
        @given(case=operation.as_strategy(generation_mode=mode))
        def check(case: Any) -> None:
            change(case)
            left_out = {not_a_server_error} if case.operation.path == READINESS else set()
            case.call_and_validate(checks=[one for one in CHECKS if one not in left_out])

        try:
            check()
        except Unsatisfiable:
            continue  # nothing can be wrong with a request that takes nothing
        count += 1
    return count


def known_conversation(case: Any) -> None:
    if "conversation" in (case.path_parameters or {}):
        case.path_parameters["conversation"] = KNOWN


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_request_breaks_the_server_or_gets_an_answer_that_is_not_documented(
    house: House, mode: GenerationMode
) -> None:
    assert walk(house, mode) >= 9


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_nor_does_any_within_a_conversation_that_exists(house: House, mode: GenerationMode) -> None:
    assert walk(house, mode, known_conversation) >= 9
