"""Words and character n-grams that are the same with and without Polish letters."""

import re
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer
from rasa.shared.nlu.constants import TEXT
from scipy.sparse import spmatrix

from polish.folding import fold

_Features = list[spmatrix | None]
_DIGIT = re.compile(r"\d")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class FoldedFeaturizer(CountVectorsFeaturizer):
    """Rasa's counting featurizer over folded tokens, saying that something occurs, not how often.

    With `shapes`, every digit is a zero: "31-559" and "10:30" are then a postal code and an hour like any other.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings of Rasa's featurizer and `shapes`."""
        return {**CountVectorsFeaturizer.get_default_config(), "shapes": False}

    def _process_tokens(self, tokens: list[str], attribute: str = TEXT) -> list[str]:
        if attribute != TEXT:
            labels: list[str] = super()._process_tokens(tokens, attribute)
            return labels
        # Digits stay, unlike in Rasa's own featurizer: "13" and "800" are names of benefits.
        folded = [fold(token) for token in tokens]
        return [_DIGIT.sub("0", token) for token in folded] if self._config["shapes"] else folded

    def _create_features(self, attribute: str, all_tokens: list[list[str]]) -> tuple[_Features, _Features]:
        sequences, sentences = super()._create_features(attribute, all_tokens)
        for features in (*sequences, *sentences):
            if features is not None:
                # A long mail must not weigh more than a short question.
                features.data.fill(1)
        return sequences, sentences
