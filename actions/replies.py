"""Hands replies to Rasa: their words, their buttons, and beside them the hints for the gateway."""

from rasa_sdk.executor import CollectingDispatcher

from understanding.hints import hints
from understanding.said import Said
from understanding.turn import Answer


def say(dispatcher: CollectingDispatcher, said: Said, answer: Answer) -> None:
    """Say one reply: a text of the knowledge, or a response of the domain."""
    words = {"text": said.text} if said.response is None else {"response": said.response, **said.values}
    # Only buttons of our own are given along: an empty list would take away those of the response.
    buttons = {"buttons": [dict(button) for button in said.buttons]} if said.buttons else {}
    dispatcher.utter_message(json_message=hints(said, answer), **words, **buttons)
