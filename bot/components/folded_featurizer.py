"""Words and character n-grams that are the same with and without Polish letters."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from scipy.sparse import coo_matrix, spmatrix

from polish.folding import fold

_Features = list[spmatrix | None]
_DIGIT = re.compile(r"\d")
# Words that nobody types: the vocabulary takes words only, not signs.
_BEGINS, _ENDS, _ASKS, _LONG = "__begins__", "__ends__", "__asks__", "__long_{}__"
_LENGTHS = (1, 2, 3, 4, 7, 12, 25)
"""Numbers of words at which a message counts as longer."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class FoldedFeaturizer(CountVectorsFeaturizer):
    """Rasa's counting featurizer over folded tokens, saying that something occurs, not how often.

    With `shapes`, every digit is a zero: "31-559" and "10:30" are then a postal code and an hour like any other.
    With `frame`, where a message begins and ends, whether it ends with a question mark, and its rough length are
    features too: "tak" alone agrees, and "tak" in a question says nothing.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings of Rasa's featurizer, `shapes` and `frame`."""
        return {**CountVectorsFeaturizer.get_default_config(), "shapes": False, "frame": False}

    def _process_tokens(self, tokens: list[str], attribute: str = TEXT) -> list[str]:
        if attribute != TEXT:
            labels: list[str] = super()._process_tokens(tokens, attribute)
            return labels
        # Digits stay, unlike in Rasa's own featurizer: "13" and "800" are names of benefits.
        folded = [fold(token) for token in tokens]
        return [_DIGIT.sub("0", token) for token in folded] if self._config["shapes"] else folded

    def _get_processed_message_tokens_by_attribute(self, message: Message, attribute: str = TEXT) -> list[str]:
        tokens: list[str] = super()._get_processed_message_tokens_by_attribute(message, attribute)
        framed = attribute == TEXT and tokens and self._config["frame"]
        return _framed(tokens, message.get(TEXT)) if framed else tokens

    def _create_features(self, attribute: str, all_tokens: list[list[str]]) -> tuple[_Features, _Features]:
        if attribute != TEXT or not self.vectorizers.get(attribute):
            found: tuple[_Features, _Features] = super()._create_features(attribute, all_tokens)
            return found
        # Acts are told from whole messages: Rasa's features of every single token would be made for nothing.
        sentences = [self._sentence(tokens) if tokens else None for tokens in all_tokens]
        return [None] * len(sentences), sentences

    def _sentence(self, tokens: Sequence[str]) -> spmatrix:
        vectorizer = self.vectorizers[TEXT]
        vocabulary, pieces = vectorizer.vocabulary_, vectorizer.build_analyzer()(" ".join(tokens))
        # That something occurs, not how often: a long mail must not weigh more than a short question.
        known = sorted({vocabulary[piece] for piece in pieces if piece in vocabulary})
        places = np.zeros(len(known), np.int32), np.array(known, np.int32)
        return coo_matrix((np.ones(len(known), np.int64), places), shape=(1, len(vocabulary)))


def _framed(tokens: Sequence[str], text: str) -> list[str]:
    asks = [_ASKS] if text.rstrip().endswith("?") else []
    return [_BEGINS, *tokens, _ENDS, *asks, _LONG.format(bisect_right(_LENGTHS, len(tokens)))]
