"""The classifier of dialogue acts: a linear support vector machine over weighted sparse features."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, vstack
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.model_selection import train_test_split
from sklearn.svm import LinearSVC

_FILE = "weights.npz"
_SHARPNESSES = np.arange(1.0, 8.25, 0.25)
"""How much a margin may count; the best is chosen on examples that the classifier did not learn from."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ActClassifier(IntentClassifier, GraphComponent):
    """Tells dozens of acts apart after seconds of training; small acts count for more than their share.

    Its margins become likelihoods by a softmax whose sharpness is measured on a fifth of the examples. Rasa's own
    linear classifiers load their models through a library whose import takes longer than everything else at
    start-up; here the weights are plain arrays.
    """

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._acts: Sequence[str] = ()
        self._rarity = np.zeros(0)
        self._weights = np.zeros((0, 0), dtype=np.float32)
        self._biases = np.zeros(0)
        self._sharpness = 1.0

    @classmethod
    def required_components(cls) -> list[type]:
        """Return what must come before in the pipeline."""
        return [Featurizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings.

        `freedom`: how freely weights may grow. `evenness`: 0 counts every example alike, 1 every act alike.
        """
        return {"freedom": 1.0, "evenness": 0.5}

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
            loaded._rarity, loaded._sharpness = arrays["rarity"], float(arrays["sharpness"])
            loaded._weights, loaded._biases = arrays["weights"], arrays["biases"]
        return loaded

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples, keep the weights, and return where they are."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        acts = np.array([example.get(INTENT) for example in examples])
        weigher = TfidfTransformer()
        rows = weigher.fit_transform(vstack([_features(example) for example in examples]))
        self._rarity = weigher.idf_.astype(np.float32)
        self._sharpness = self._measured_sharpness(rows, acts)
        model = self._fitted(rows, acts)
        self._acts = [str(act) for act in model.classes_]
        # A row a feature: what a message needs lies together.
        self._weights = np.ascontiguousarray(model.coef_.T, dtype=np.float32)
        self._biases = model.intercept_.astype(np.float32)
        self._keep()
        return self._resource

    def _fitted(self, rows: csr_matrix, acts: NDArray[Any]) -> LinearSVC:
        names, counts = np.unique(acts, return_counts=True)
        evened = (counts.max() / counts) ** self._config["evenness"]
        weight = dict(zip(names, evened, strict=True))
        # Ten times coarser than scikit-learn's own tolerance: faster, and the cross-validated figures are the same.
        freedom = self._config["freedom"]
        return LinearSVC(C=freedom, class_weight=weight, tol=1e-3, random_state=0).fit(rows, acts)

    def _measured_sharpness(self, rows: csr_matrix, acts: NDArray[Any]) -> float:
        """Return the sharpness under which examples that were not learned from are least surprising."""
        numbers = np.arange(len(acts))
        names, counts = np.unique(acts, return_counts=True)
        if counts.min() < 2 or len(acts) < 5 * len(names):
            return float(_SHARPNESSES[0])
        learned, seen = train_test_split(numbers, test_size=0.2, random_state=0, stratify=acts)
        model = self._fitted(rows[learned], acts[learned])
        margins = model.decision_function(rows[seen])
        right = np.searchsorted(model.classes_, acts[seen])
        return float(min(_SHARPNESSES, key=lambda sharpness: _surprise(margins * sharpness, right)))

    def _keep(self) -> None:
        with self._storage.write_to(self._resource) as folder:
            np.savez_compressed(
                folder / _FILE,
                acts=np.array(self._acts, dtype=np.str_),
                rarity=self._rarity,
                weights=self._weights,
                biases=self._biases,
                sharpness=self._sharpness,
            )

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the likeliest act and the ranking of all acts on each message."""
        for message in messages:
            ranking = self._ranking(message)
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def _ranking(self, message: Message) -> list[dict[str, Any]]:
        likelihoods = _likelihoods(self._margins(message) * self._sharpness)
        ranked = sorted(zip(likelihoods, self._acts, strict=True), reverse=True)
        return [{"name": act, "confidence": float(probability)} for probability, act in ranked]

    def _margins(self, message: Message) -> NDArray[Any]:
        """Return how far the message lies on each act's side.

        Its features count the more the rarer they are, as a vector of length one; of the weights only those of its
        own features are touched.
        """
        columns, counts = _present(message)
        values = counts * self._rarity[columns]
        length = np.sqrt(values @ values)
        if not length:
            return self._biases
        margins: NDArray[Any] = (values / length) @ self._weights[columns] + self._biases
        return margins


def _likelihoods(scores: NDArray[Any]) -> NDArray[Any]:
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    likelihoods: NDArray[Any] = powers / powers.sum(axis=-1, keepdims=True)
    return likelihoods


def _surprise(scores: NDArray[Any], right: NDArray[Any]) -> float:
    """Return the mean negative logarithm of what is given to the right acts."""
    given = _likelihoods(scores)[np.arange(len(right)), right]
    return float(-np.log(given + 1e-12).mean())


def _features(message: Message) -> csr_matrix:
    _, sentence = message.get_sparse_features(attribute=TEXT)
    return csr_matrix(sentence.features, dtype=np.float32)


def _present(message: Message) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return where the row of `_features` is not zero, and what stands there, without making the row."""
    columns, counts, before = [np.zeros(0, np.int64)], [np.zeros(0, np.float32)], 0
    for part in message.features:
        if part.attribute == TEXT and part.type == FEATURE_TYPE_SENTENCE and part.is_sparse():
            found = part.features.tocoo()
            columns.append(found.col.astype(np.int64) + before)
            counts.append(found.data.astype(np.float32))
            before += found.shape[1]
    return np.concatenate(columns), np.concatenate(counts)
