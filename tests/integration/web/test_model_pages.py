"""Evaluations and models at the desk: what may be asked for, and what needs a supervisor's reason."""

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from helpdesk.knowledge_states import RunKind, RunStatus
from helpdesk.lifecycle import Role
from helpdesk.staff import add_staff
from helpdesk.tables import EvaluationRun, TrainedModel
from knowledge import models
from tests.conftest import NOON
from tests.integration.web.conftest import PASSWORD, House
from tests.integration.web.desk_forms import csrf_of


@pytest.fixture
def people(house: House) -> House:
    with house.database.session() as session:
        for login, role in (("zofia", Role.SUPERVISOR), ("piotr", Role.EDITOR)):
            add_staff(session, login=login, name=login, password=PASSWORD, queues=[], now=NOON, role=role)
        session.commit()
    return house


def add_model(house: House, name: str, macro: float = 0.9, **fields: Any) -> int:
    report = {
        "figures": {"macro": macro, "accuracy": 0.9},
        "held_out": "same",
        "phrases": 1,
        "articles": 1,
        "acts": {"greet": {"recall": 0.5, "count": 2}},
        "confusions": [],
    }
    with house.database.session() as session:
        model = TrainedModel(name=name, status=RunStatus.DONE, report=report, created_at=NOON, **fields)
        session.add(model)
        session.commit()
        return model.id


def send(client: TestClient, page: str, path: str, **form: str) -> Any:
    return client.post(path, data={"csrf": csrf_of(client.get(page).text), **form})


def active(house: House) -> list[int]:
    with house.database.reading() as session:
        return [model.id for model in models.put_to_work(session, "")]


def test_an_editor_asks_for_an_evaluation_and_sees_that_it_waits(people: House) -> None:
    editor = people.consultant("piotr")

    answer = send(editor, "/desk/evaluations", "/desk/evaluations")

    shown = editor.get(answer.headers["location"])
    assert "Ocena czeka na swoją kolej" in shown.text
    with people.database.reading() as session:
        run = session.scalars(select(EvaluationRun)).one()
        assert (run.kind, run.status, run.staff.login) == (RunKind.RELEASE, RunStatus.QUEUED, "piotr")


def test_an_editor_asks_for_a_training_once(people: House) -> None:
    editor = people.consultant("piotr")

    first = send(editor, "/desk/models", "/desk/models").headers["location"]
    second = send(editor, "/desk/models", "/desk/models").headers["location"]

    assert first == second
    assert "Trenowanie czeka na swoją kolej" in editor.get(first).text


def test_an_editor_puts_a_good_model_to_work_and_returns_to_the_former(people: House) -> None:
    former, new = add_model(people, "former", activated_at=NOON), add_model(people, "new")
    editor = people.consultant("piotr")
    people.clock.advance(minutes=1)
    send(editor, f"/desk/models/{new}", f"/desk/models/{new}/activate")
    assert active(people) == [new, former]
    assert f"Wróć do modelu nr {former}" in editor.get("/desk/models").text

    people.clock.advance(minutes=1)
    send(editor, "/desk/models", f"/desk/models/{former}/activate")

    assert active(people) == [former, new]


def test_a_model_below_its_floor_needs_a_supervisor_and_a_reason(people: House) -> None:
    weak = add_model(people, "weak", 0.8)
    page, path = f"/desk/models/{weak}", f"/desk/models/{weak}/activate"
    editor, supervisor = people.consultant("piotr"), people.consultant("zofia")

    refused = send(editor, page, path, reason="Bo tak.")
    without = send(supervisor, page, path, reason=" ")
    assert (refused.status_code, without.status_code, active(people)) == (422, 422, [])
    assert "tylko osoba kierująca zespołem" in refused.text
    assert "Włącz ten model" not in editor.get(page).text

    allowed = send(supervisor, page, path, reason="Nowe przepisy od jutra.")

    assert (allowed.status_code, active(people)) == (303, [weak])
    assert "Nowe przepisy od jutra." in editor.get(page).text


def test_a_model_that_failed_says_why_and_cannot_be_put_to_work(people: House) -> None:
    broken = add_model(people, "broken")
    with people.database.session() as session:
        model = session.get_one(TrainedModel, broken)
        model.status, model.error = RunStatus.FAILED, "unloadable"
        session.commit()
    editor = people.consultant("piotr")

    shown = editor.get(f"/desk/models/{broken}").text
    answer = send(editor, "/desk/models", f"/desk/models/{broken}/activate")

    assert "Modelu nie dało się uruchomić" in shown
    assert (answer.status_code, active(people)) == (422, [])


def test_figures_over_other_phrases_are_not_put_side_by_side(people: House) -> None:
    add_model(people, "former", 0.95, activated_at=NOON)
    new = add_model(people, "new")
    with people.database.session() as session:
        model = session.get_one(TrainedModel, new)
        model.report = {**model.report, "held_out": "others"}
        session.commit()

    shown = people.consultant("piotr").get(f"/desk/models/{new}").text

    assert "policzono je na innych zdaniach" in shown
    assert not re.search(r"95,0\s*%", shown)
    assert "Ten model wypada gorzej" not in shown
