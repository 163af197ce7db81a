"""What earlier runs have asked is replayed and not estimated again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.builders import NOON
from tests.support.estimates import anew, both, said
from tests.support.projects import open_project
from workbench.domain.model import Usage
from workbench.domain.run import TrialOutput
from workbench.runner.requests import Sources, build_request, request_key
from workbench.store import runs, trials
from workbench.workspace.runs.planning import RunOptions


def test_what_earlier_runs_answered_is_replayed_and_costs_nothing(filled):
    filled.run(**both())

    again, fresh = filled.estimate(**both()), anew(filled)

    assert (again.replayed, fresh.replayed) == (12, 0)
    assert again.cost_usd.high == 0
    assert again.arms[0].calls.high == 0
    assert fresh.cost_usd.low > 0
    assert any("All answers are replayed" in note for note in again.notes())


def test_only_further_repeats_are_asked_anew(filled):
    filled.run(**both())

    found = filled.estimate(**both(repeats=3))

    assert found.replayed == 12
    assert [arm.calls.middle for arm in found.arms] == [12, 12]
    assert any("12 of the answers are replayed" in note for note in found.notes())


def test_models_of_ones_own_are_never_replayed(filled, project):
    (project / "own.py").write_text("def answer(request):\n    return 'Yes.'\n")
    with open_project(project) as wb:
        plan = wb.runs.plan(RunOptions(**both()))
        own = replace(plan.arms[0].model, model="python:own:answer")
        plan = replace(plan, arms=tuple(replace(arm, model=own, price=None) for arm in plan.arms))
        wb.context.write(lambda s: runs.add(s, run="r1", plan=plan, created_at=NOON, created_by="ann"))
        outputs = [
            TrialOutput(
                cell.trial_id("r1"), "r1", cell.arm.label, cell.example.id, 1, cell.hash,
                request_key(cell, build_request(cell, Sources((), None), timeout_s=1.0)),
                said(Usage()), (), None, 0.01, 1, NOON,
            )
            for cell in plan.cells()
        ]  # fmt: skip
        wb.context.write(lambda s: trials.append(s, outputs))

        found = wb.estimates.of_plan(plan)

    assert found.replayed == 0
    assert found.arms[0].cost_usd.middle == pytest.approx(6 * 0.01)
    assert found.unknown_prices == ()
