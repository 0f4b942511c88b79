"""The action server: our actions behind rasa-sdk's HTTP endpoint."""

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import Sanic

from actions.conversing import conversing_actions
from understanding.assistant import Assistant


def build_executor(assistant: Assistant) -> ActionExecutor:
    """Return an executor that knows all our actions."""
    executor = ActionExecutor()
    for action in conversing_actions(assistant):
        executor.register_action(action)
    return executor


def build_app(assistant: Assistant) -> Sanic:
    """Return the HTTP application of the action server."""
    return create_app(build_executor(assistant))
