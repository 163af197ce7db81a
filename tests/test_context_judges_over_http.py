"""Judges of what a search found, asked over HTTP while a run goes on."""

from __future__ import annotations

import json
import re

import pytest

from tests.support import sourced
from tests.support.http_projects import make_http_project, open_http_project
from tests.support.openai_server import OpenAIServer, ok
from tests.support.projects import jsonl
from workbench.store import scores

JUDGES = ("context_precision", "context_recall")
TOML = "".join(f'[judges.{name}]\nmodel = "jury"\n' for name in JUDGES)
ROW = {
    "id": "q-1",
    "inputs": {"question": "How many days of leave are there?"},
    "expected": "There are 30 days. They may be sold.",
}


def verdict(asked) -> str:
    """A judge that finds sources useful, and sentences attributed, which speak of 30 days."""
    code = re.search(r"The code of this request is (\w+)\.", asked.question)[1]
    fence = rf"BEGIN (SOURCE|SENTENCE) (\d+) {code}\n(.*?)\nEND \1 \2 {code}"
    shown = [
        (kind, int(number), "30 days" in text) for kind, number, text in re.findall(fence, asked.question, re.DOTALL)
    ]
    holding = [number for kind, number, right in shown if kind == "SOURCE" and right]
    entries = [
        {kind.lower(): number, "reason": "", "sources": holding, "useful": right, "attributed": right}
        for kind, number, right in shown
    ]
    if "SENTENCE" in asked.question:
        return json.dumps({"code": code, "sentences": [entry for entry in entries if "sentence" in entry]})
    return json.dumps({"code": code, "sources": entries})


async def judged(asked, http):
    return await ok(verdict(asked))(asked, http)


@pytest.fixture
def desk(tmp_path):
    with OpenAIServer() as tiny, OpenAIServer() as jury:
        tiny.default, jury.default = ok("There are 30 days."), judged
        project = make_http_project(tmp_path / "desk", {"tiny": tiny, "jury": jury}, 1, TOML)
        with open_http_project(project) as wb:
            sourced.fill(wb)
            (project / "expected.jsonl").write_text(jsonl([ROW]))
            wb.add_dataset(project / "expected.jsonl", name="expected")
            yield wb, jury


def found(wb, run):
    frame = wb.context.read(lambda s: scores.frame(s, run))
    return {row.metric: (row.value, row.reason, row.cost_usd) for row in frame.itertuples() if row.metric in JUDGES}


def test_a_run_is_judged_for_useful_sources_and_for_the_expected_answer_in_them_with_a_call_each(desk):
    wb, jury = desk
    run = wb.run("desk@1", "expected", models="tiny", judges=JUDGES, metrics=["length"])

    value = found(wb, run.id)
    assert len(jury.requests) == 2
    assert value["context_precision"][:2] == (1.0, "useful for the expected answer: 1 of 2 sources")
    assert value["context_recall"][:2] == (0.5, "1 of 2 sentences not in the sources: 'They may be sold.'")
    assert all(cost > 0 for _, _, cost in value.values())


def test_a_stored_run_is_judged_later_and_an_unreadable_verdict_is_kept_as_it_was_written(desk):
    wb, jury = desk
    run = wb.run("desk@1", "expected", models="tiny", metrics=["length"])
    jury.script(ok("All sources are great."))

    wb.runs.score(run.id, judges=["context_recall"])

    asked = [output.trial_id for output in run.outputs()]
    stored = wb.context.read(lambda s: scores.of_trials(s, asked))
    (score,) = [score for given in stored.values() for score in given if score.metric == "context_recall"]
    assert "could not be read" in score.result.reason
    assert score.result.raw == "All sources are great."
