"""Meaning beside words: fused by the search, and a real model loaded from a folder where its library is installed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from knowledge.embedding import LocalModel
from knowledge.errors import EmbeddingError
from knowledge.evidence import Matrix
from knowledge.library import Library
from knowledge.search import Searcher
from tests.unit.knowledge.conftest import make_article
from tests.unit.knowledge.test_search import BACKGROUND

TODAY = date(2026, 11, 21)


class MoneyForChildren:
    """Knows one thing only: that a stork has to do with birth."""

    def encode(self, texts: Sequence[str]) -> Matrix:
        birth = ("bocian", "macierzyń", "urodz", "porod")
        return np.array([[1.0, 0.0] if any(word in text for word in birth) else [0.0, 1.0] for text in texts])


def first(searcher: Searcher, question: str) -> str:
    return searcher.search(question, today=TODAY).hits[0].article


def test_meaning_finds_what_shares_no_telling_word(small_library: Library) -> None:
    question = "przyleciał do nas bocian, a kiedy mogę złożyć wniosek"
    by_words = Searcher(small_library, background=BACKGROUND)
    by_meaning = Searcher(small_library, background=BACKGROUND, encoder=MoneyForChildren())

    assert first(by_words, question) != "zasilek-macierzynski"
    assert first(by_meaning, question) == "zasilek-macierzynski"


def test_words_still_decide_where_they_are_plain(small_library: Library) -> None:
    searcher = Searcher(small_library, background=BACKGROUND, encoder=MoneyForChildren())

    assert first(searcher, "układ ratalny dla zaległych składek") == "raty"


def test_changed_and_withdrawn_articles_change_their_meaning_too(small_library: Library) -> None:
    searcher = Searcher(small_library, background=BACKGROUND, encoder=MoneyForChildren())
    renamed = make_article("haslo", "Bocian i becik", ("bocian w gnieździe", "bocian nad rzeką"))

    changed = searcher.changed([renamed], withdrawn={"zasilek-macierzynski"})

    assert first(changed, "widziałem, jak bocian leciał") == "haslo"


def test_missing_library_or_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match=r"sentence-transformers is missing|is not a folder"):
        LocalModel(str(tmp_path / "nie-ma")).encode(["pytanie"])


def test_real_model_is_loaded_from_a_local_folder(tmp_path: Path, small_library: Library) -> None:
    pytest.importorskip("sentence_transformers", reason="the extra `embedding` is not installed")
    folder = _tiny_model(tmp_path)

    vectors = LocalModel(str(folder)).encode(["zasiłek macierzyński", "emerytura", "zasiłek macierzyński"])
    searcher = Searcher(replace(small_library), background=BACKGROUND, encoder=LocalModel(str(folder)))

    assert vectors.shape == (3, 16)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.allclose(vectors[0], vectors[2])
    assert first(searcher, "układ ratalny dla zaległych składek") == "raty"


def _tiny_model(folder: Path) -> Path:
    """A transformer of one layer with the letters for its words; it knows nothing, but it is a real one."""
    from sentence_transformers import SentenceTransformer, models
    from transformers import BertConfig, BertModel, BertTokenizer

    bert = folder / "bert"
    bert.mkdir()
    letters = [*"aąbcćdeęfghijklłmnńoóprsśtuwyzźż", *(f"##{letter}" for letter in "aąbcćdeęfghijklłmnńoóprsśtuwyzźż")]
    (bert / "vocab.txt").write_text(
        "\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters]), encoding="utf-8"
    )
    config = BertConfig(
        vocab_size=5 + len(letters),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(bert)
    BertTokenizer(str(bert / "vocab.txt")).save_pretrained(bert)
    words = models.Transformer(str(bert), max_seq_length=64)
    model = SentenceTransformer(modules=[words, models.Pooling(config.hidden_size)], device="cpu")
    model.save(str(folder / "model"))
    return folder / "model"
