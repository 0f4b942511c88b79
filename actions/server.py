"""The action server: our actions behind rasa-sdk's HTTP endpoint."""

from typing import Any

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import Sanic

from actions.conversing import conversing_actions
from understanding.assistant import Assistant


class DomainlessExecutor(ActionExecutor):
    """Runs actions without Rasa's domain, which is most of each call and which none of ours reads."""

    def update_and_return_domain(self, payload: dict[str, Any], action_name: str) -> dict[str, Any]:
        """Return an empty domain, and do not ask for one that was left out (`enable_selective_domain`)."""
        return {}


def build_executor(assistant: Assistant) -> ActionExecutor:
    """Return an executor that knows all our actions."""
    executor = DomainlessExecutor()
    for action in conversing_actions(assistant):
        executor.register_action(action)
    return executor


def build_app(assistant: Assistant) -> Sanic:
    """Return the HTTP application of the action server."""
    return create_app(build_executor(assistant))
