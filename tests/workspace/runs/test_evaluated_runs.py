"""A run that retrieves in a measured way sees what was measured."""

from __future__ import annotations

import pytest

from tests.support.library import fill_library
from workbench.workspace.evaluations.plan import Grid
from workbench.workspace.prompts.drafting import fields_from, file_from


@pytest.mark.parametrize("search", ["hybrid", "dense", "bm25"])
def test_an_adopted_setting_gives_the_run_the_recall_that_was_measured(wb, models, search):
    fill_library(wb)
    wb.prompts.add(wb.root / "plain.prompt.yaml")
    grid = Grid(sizes=(8,), overlaps=(0,), chunkers=("tokens",), searches=(search,), ks=(1,))
    evaluation = wb.evaluations.carry_out(wb.evaluations.plan("library", "golden", grid))
    chosen = evaluation.figures[1]
    adopted = wb.evaluations.adopt(evaluation.info.id, chosen.setting.label)
    draft = wb.evaluations.draft("answer@1", adopted.retrieval)
    saved = wb.add_prompt(file_from("answer", fields_from(draft.fields)))

    run = wb.run([f"answer@{saved.version}"], "golden", models="one", metrics=["gold_found"])

    (arm,) = run.compare().arms
    measured = chosen.metrics["recall"]
    assert (arm.metrics["gold_found"].mean.mean, arm.metrics["gold_found"].mean.n) == (
        pytest.approx(measured.mean),
        measured.n,
    )
    assert 0 < measured.mean < 1
