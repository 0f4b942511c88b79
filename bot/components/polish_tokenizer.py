"""Tokens of a Polish message with their dictionary forms."""

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from polish.analysis import analyse
from polish.folding import fold


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class PolishTokenizer(Tokenizer):
    """Splits as `polish.analysis` does; a token's lemma is its first dictionary form without accents."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings that every tokenizer of Rasa has."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Return the tokens of one attribute of the message."""
        text = message.get(attribute)
        tokens = [
            Token(token.folded, token.start, token.start + len(token.text), lemma=fold(token.lemmas[0]))
            for token in analyse(text)
        ]
        # Later components expect at least one token, also for a message such as "???".
        return tokens or [Token(text, 0, len(text))]
