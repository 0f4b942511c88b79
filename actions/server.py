"""The action server: our actions behind rasa-sdk's HTTP endpoint."""

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import Sanic

from actions.answering import answering_actions
from actions.foreigners import AnswerForeigner
from understanding.topics import Topics


def build_executor(topics: Topics) -> ActionExecutor:
    """Return an executor that knows all our actions."""
    executor = ActionExecutor()
    for action in (*answering_actions(topics), AnswerForeigner(topics)):
        executor.register_action(action)
    return executor


def build_app(topics: Topics) -> Sanic:
    """Return the HTTP application of the action server."""
    return create_app(build_executor(topics))
