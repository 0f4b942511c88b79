"""Evaluations and trained models of every state, for pages that show them."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from helpdesk.knowledge_states import RunKind, RunStatus
from helpdesk.tables import EvaluationRun, Staff, TrainedModel
from tests.conftest import NOON

FIGURES = {"first": 0.933, "three": 0.979, "answered": 0.87, "wrong": 0.026, "calibration error": 0.034}
ACTS = {
    "greet": {"precision": 0.98, "recall": 0.95, "f1": 0.965, "count": 20},
    "ask_general": {"precision": 0.9, "recall": 0.89, "f1": 0.895, "count": 84},
}
ATTACK = "<img src=x onerror=document.body.dataset.attacked=1>"


def fill_models(session: Session, staff: Staff) -> None:
    """Add runs and models; `staff` asked for them."""
    in_use = _model("okienko-used.tar.gz", 0.868, content=None, activated_at=NOON - timedelta(days=3))
    former = _model("okienko-former.tar.gz", 0.861, activated_at=NOON - timedelta(days=9))
    worse = _model("okienko-worse.tar.gz", 0.81, staff=staff)
    states = [
        TrainedModel(name=f"queued-{status.value}", status=status, created_at=NOON, staff=staff)
        for status in (RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.FAILED)
    ]
    states[-1].error = "unloadable"
    session.add_all([former, in_use, worse, *states])
    session.flush()
    for day in range(6):
        figures = {**FIGURES, "first": 0.92 + day * 0.003}
        _run(session, RunKind.RELEASE, day, figures=figures, before=FIGURES, knowledge_revision=day)
    _run(session, RunKind.MODEL, 6, path="acts", model_id=worse.id, figures=worse.report["figures"], broken=["macro"])
    _run(session, RunKind.RELEASE, 7, status=RunStatus.QUEUED, staff=staff)
    _run(session, RunKind.RELEASE, 8, status=RunStatus.FAILED, error="crashed")
    question = {
        "text": f"ile wynosi macierzynski {ATTACK}",
        "right": ["zasilek-macierzynski"],
        "institution": None,
        "before": {"kind": "answer", "article": "zasilek-macierzynski", "institution": None},
        "after": {"kind": "unknown", "article": None, "institution": None},
    }
    _run(
        session,
        RunKind.RELEASE,
        9,
        figures={**FIGURES, "first": 0.89},
        before=FIGURES,
        better=[{**question, "before": question["after"], "after": question["before"]}],
        worse=[question],
        held_out=["gdzie odebrać parasol"],
        broken=["first"],
        confusions=[{"right": "zasilek-macierzynski", "given": "logowanie-ezus", "count": 3}],
    )


def _run(session: Session, kind: RunKind, day: int, **fields: Any) -> None:
    at = NOON - timedelta(days=10 - day)
    values = {"status": RunStatus.DONE, "ended_at": at, **fields}
    session.add(EvaluationRun(kind=kind, created_at=at, **values))


def _model(name: str, macro: float, **fields: Any) -> TrainedModel:
    report = {
        "figures": {"macro": macro, "weighted": macro, "accuracy": macro - 0.01},
        "acts": ACTS,
        "confusions": [{"right": "greet", "given": "thank", "count": 2}],
        "phrases": 104,
        "held_out": "same",
        "articles": 230,
        "revision": 0,
    }
    values = {"content": b"model", **fields}
    return TrainedModel(name=name, status=RunStatus.DONE, report=report, created_at=NOON, ended_at=NOON, **values)
