"""What tests of estimates share: options of a usual run, stored runs that nobody asked for, long rows."""

from __future__ import annotations

from dataclasses import replace

from tests.support.builders import NOON
from workbench.domain.dataset import Example
from workbench.domain.model import Completion
from workbench.domain.run import TrialOutput
from workbench.runner.requests import Sources, build_request, request_key
from workbench.store import runs, trials
from workbench.workspace.runs.planning import RunOptions

ONE, TWO = "one", "two"
PRICE_IN, PRICE_OUT = 1.0e-6, 2.0e-6


def both(**options):
    return {"prompts": ["answer@1", "answer@2"], "dataset": "golden", "models": [ONE], **options}


def anew(wb, **options):
    """The estimate of a plan whose answers are all asked for, whatever earlier runs got."""
    plan = wb.runs.plan(RunOptions(**{**both(), **options}))
    return wb.estimates.of_plan(replace(plan, use_cache=False))


def stored_run(wb, run, options, completion):
    """Store a finished run of a plan; `completion` makes the answer to each cell's request."""
    plan = wb.runs.plan(options)
    outputs = []
    for cell in plan.cells():
        request = build_request(cell, Sources((), None), timeout_s=plan.timeout_s)
        answer = completion(cell, request)
        outputs.append(
            TrialOutput(
                cell.trial_id(run),
                run,
                cell.arm.label,
                cell.example.id,
                cell.repeat,
                cell.hash,
                request_key(cell, request),
                answer,
                (),
                None,
                None,
                1,
                NOON,
            )
        )

    def change(session):
        runs.add(session, run=run, plan=plan, created_at=NOON, created_by="ann")
        trials.append(session, outputs)

    wb.context.write(change)
    return outputs


def said(usage, latency_ms=800.0):
    return Completion("Words.", "scripted", "stop", usage, latency_ms)


def a_long_row(words):
    return Example("q-long", {"question": "the mortgage " * (words // 2)})
