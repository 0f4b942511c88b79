"""The language gate: a message in another language than Polish is a dialogue act of its own."""

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from polish.detection import POLISH, detect

FOREIGN_LANGUAGE = "foreign_language"
LANGUAGE = "language"


@DefaultV1Recipe.register(
    [DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR],
    is_trainable=False,
)
class LanguageGate(GraphComponent):
    """Overrules the classifier for foreign texts; the entity `language` holds the ISO 639-1 code."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "LanguageGate":
        """Return the gate; it has nothing to load."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Mark the foreign ones among the messages and return all of them."""
        for message in messages:
            text = message.get(TEXT) or ""
            # A button's payload is no language.
            if not text.startswith(INTENT_MESSAGE_PREFIX):
                self._judge(message, text)
        return messages

    def _judge(self, message: Message, text: str) -> None:
        detection = detect(text)
        if detection.lang == POLISH:
            return
        intent = {"name": FOREIGN_LANGUAGE, "confidence": detection.confidence}
        message.set(INTENT, intent, add_to_output=True)
        message.set(INTENT_RANKING_KEY, [intent, *message.get(INTENT_RANKING_KEY, [])], add_to_output=True)
        entity = {
            "entity": LANGUAGE,
            "value": detection.lang,
            "start": 0,
            "end": len(text),
            "confidence_entity": detection.confidence,
            "extractor": type(self).__name__,
        }
        message.set(ENTITIES, [*message.get(ENTITIES, []), entity], add_to_output=True)
