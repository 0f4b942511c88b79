"""What the action server answers is checked by a schema; here that schema is itself checked once, not at each answer.

Rasa calls `jsonschema.validate`, which first holds the schema of all of Rasa's events against the schema of schemas:
two thirds of the time of a turn (`benchmarks/chat.py`). The check of the answer is the same.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction


@lru_cache(maxsize=1)
def _validator() -> Any:
    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def check(_action: RemoteAction, result: Mapping[str, Any]) -> bool:
    """Return True for an answer as Rasa's schema wants it; raises jsonschema.ValidationError for another one."""
    _validator().validate(result)
    return True


def install() -> None:
    """Let Rasa's remote actions be checked so."""
    RemoteAction._validate_action_result = check
