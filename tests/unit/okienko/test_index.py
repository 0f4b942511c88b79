from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from knowledge.library import Library
from okienko import index


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[date]:
    done: list[date] = []

    def build(_library: Library, _reference: object, day: date, _encoder: object) -> SimpleNamespace:
        done.append(day)
        return SimpleNamespace(library="the articles", searcher="their index")

    monkeypatch.setattr(index, "load", lambda _folder: "the articles")
    monkeypatch.setattr(index, "build", build)
    monkeypatch.setattr(index, "load_reference", lambda: "the reference")
    monkeypatch.setattr(index, "assembled", lambda *parts: parts)
    return done


def test_of_several_processes_that_start_at_once_one_builds_the_index(builds: list[date], tmp_path: Path) -> None:
    file = tmp_path / "index" / "made.pickle"

    with ThreadPoolExecutor(8) as processes:
        found = list(processes.map(lambda _n: index._loaded.__wrapped__(file, ""), range(8)))

    assert len(builds) == 1
    assert set(found) == {("the articles", "their index", "the reference")}


def test_damaged_index_is_built_anew(builds: list[date], tmp_path: Path) -> None:
    file = tmp_path / "made.pickle"
    file.write_bytes(b"half of an ind")

    assert index._loaded.__wrapped__(file, "")[0] == "the articles"
    assert index._loaded.__wrapped__(file, "")[0] == "the articles"
    assert len(builds) == 1


def test_index_of_other_inputs_goes_when_a_new_one_is_built(builds: list[date], tmp_path: Path) -> None:
    (tmp_path / "old.pickle").write_bytes(b"")

    index._loaded.__wrapped__(tmp_path / "new.pickle", "")

    assert [file.name for file in tmp_path.glob("*.pickle")] == ["new.pickle"]
