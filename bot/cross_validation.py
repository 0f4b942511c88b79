"""Cross-validation of the dialogue acts: every example is judged by a pipeline that did not learn from it.

Run in the bot's own environment, in the project's folder: `python -m bot.cross_validation FOLDS HELD_OUT` prints one
line of JSON with `crossed` and `held_out`: lists of text, right act, given act and confidence. HELD_OUT is a YAML
file of phrases by act that are never trained on; a pipeline trained on all examples judges them.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.recipes.default_components import DEFAULT_COMPONENTS
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.common import class_from_module_path
from rasa.shared.utils.io import read_yaml_file
from sklearn.model_selection import StratifiedKFold

CONFIG = "config.yml"
DATA = "nlu_data"
DOMAIN = "bot/domain"
AT_ONCE = 2

Example = tuple[str, str]
"""A text and its act."""
Judgement = tuple[str, float]
"""The act that the pipeline gave, and how sure it was."""


def examples() -> Sequence[Example]:
    """Return all examples that training learns from, those of the knowledge too."""
    importer = TrainingDataImporter.load_from_config(CONFIG, DOMAIN, [DATA])
    return [(found.get(TEXT), found.get(INTENT)) for found in importer.get_nlu_data().intent_examples]


def phrases(file: Path) -> Sequence[Example]:
    """Return the phrases of a file of acts with their texts."""
    by_act: dict[str, list[str]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return [(text, act) for act, texts in by_act.items() for text in texts]


def cross_validate(
    known: Sequence[Example], folds: int, held_out: Sequence[Example]
) -> tuple[Sequence[Judgement], Sequence[Judgement]]:
    """Return what is made of each example by a pipeline trained on the other folds, and of each held-out phrase."""
    acts = [act for _, act in known]
    splits = [
        (learned, judged) for learned, judged in StratifiedKFold(folds, shuffle=True, random_state=0).split(acts, acts)
    ]
    judgements: list[Judgement] = [("", 0.0)] * len(known)
    # Forked, so that Rasa is loaded only once.
    with ProcessPoolExecutor(AT_ONCE, mp_context=get_context("fork")) as pool:
        jobs = [
            pool.submit(_judge, [known[place] for place in learned], [known[place][0] for place in judged])
            for learned, judged in splits
        ]
        last = pool.submit(_judge, known, [text for text, _ in held_out])
        for (_, judged), job in zip(splits, jobs, strict=True):
            for place, judgement in zip(judged, job.result(), strict=True):
                judgements[place] = judgement
        return judgements, last.result()


def _judge(known: Sequence[Example], texts: Sequence[str]) -> Sequence[Judgement]:
    data = TrainingData([Message.build(text=text, intent=act) for text, act in known])
    messages = [Message({TEXT: text}) for text in texts]
    with TemporaryDirectory() as folder:
        for component in _pipeline(Path(folder)):
            if hasattr(component, "train"):
                component.train(data)
            if hasattr(component, "process_training_data"):
                component.process_training_data(data)
            messages = component.process(messages)
    found = [message.get(INTENT) for message in messages]
    return [(intent[INTENT_NAME_KEY], float(intent[PREDICTED_CONFIDENCE_KEY])) for intent in found]


def _pipeline(folder: Path) -> Iterator[Any]:
    """Yield the components of the configuration, untrained."""
    storage = LocalModelStorage(folder)
    built_in: dict[str, Any] = {kind.__name__: kind for kind in DEFAULT_COMPONENTS}
    for number, entry in enumerate(read_yaml_file(CONFIG)["pipeline"]):
        settings = {key: value for key, value in entry.items() if key != "name"}
        kind = built_in.get(entry["name"]) or class_from_module_path(entry["name"])
        name = f"{number}_{kind.__name__}"
        context = ExecutionContext(GraphSchema({}), node_name=name)
        yield kind.create({**kind.get_default_config(), **settings}, storage, Resource(name), context)


def _rows(known: Sequence[Example], judgements: Sequence[Judgement]) -> Sequence[tuple[str, str, str, float]]:
    return [(*example, given, round(sure, 4)) for example, (given, sure) in zip(known, judgements, strict=True)]


def main() -> None:
    """Judge all examples and all held-out phrases, and print them with what was made of them."""
    known, held_out = examples(), phrases(Path(sys.argv[2]))
    crossed, unseen = cross_validate(known, int(sys.argv[1]), held_out)
    found = {"crossed": _rows(known, crossed), "held_out": _rows(held_out, unseen)}
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
