"""The classifier of dialogue acts: multinomial logistic regression over the sparse features."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, vstack
from sklearn.linear_model import LogisticRegression

_FILE = "weights.npz"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ActClassifier(IntentClassifier, GraphComponent):
    """Weighs the acts evenly, however many examples they have.

    Rasa's own logistic regression is the same mathematics, but loads its model through a library whose import
    takes longer than everything else at start-up. Here the weights are plain arrays.
    """

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._acts: Sequence[str] = ()
        self._weights = np.zeros((0, 0))
        self._biases = np.zeros(0)

    @classmethod
    def required_components(cls) -> list[type]:
        """Return what must come before in the pipeline."""
        return [Featurizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings: how freely weights may grow, and the most steps of the solver."""
        return {"freedom": 1.0, "max_iter": 300}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "ActClassifier":
        """Return an untrained classifier."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "ActClassifier":
        """Return the classifier as it was trained."""
        loaded = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder, np.load(folder / _FILE, allow_pickle=False) as arrays:
            loaded._acts = [str(act) for act in arrays["acts"]]
            loaded._weights, loaded._biases = arrays["weights"], arrays["biases"]
        return loaded

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples, keep the weights, and return where they are."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        model = LogisticRegression(
            C=self._config["freedom"], max_iter=self._config["max_iter"], class_weight="balanced", random_state=0
        )
        model.fit(vstack([_features(example) for example in examples]), [example.get(INTENT) for example in examples])
        with self._storage.write_to(self._resource) as folder:
            np.savez_compressed(
                folder / _FILE,
                acts=np.array(model.classes_, dtype=np.str_),
                weights=model.coef_.astype(np.float32),
                biases=model.intercept_.astype(np.float32),
            )
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the likeliest act and the ranking of all acts on each message."""
        for message in messages:
            ranking = self._ranking(message)
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def _ranking(self, message: Message) -> list[dict[str, Any]]:
        scores = (_features(message) @ self._weights.T).ravel() + self._biases
        likelihoods = np.exp(scores - scores.max())
        ranked = sorted(zip(likelihoods / likelihoods.sum(), self._acts, strict=True), reverse=True)
        return [{"name": act, "confidence": float(probability)} for probability, act in ranked]


def _features(message: Message) -> csr_matrix:
    _, sentence = message.get_sparse_features(attribute=TEXT)
    return csr_matrix(sentence.features, dtype=np.float32)
