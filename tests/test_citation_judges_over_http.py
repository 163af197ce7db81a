"""Judges of citations, asked over HTTP while a run goes on."""

from __future__ import annotations

import json
import math
import re

import pytest

from tests.support import sourced
from tests.support.http_projects import make_http_project, open_http_project
from tests.support.openai_server import OpenAIServer, ok
from tests.support.projects import jsonl
from workbench.store import scores

JUDGES = ("citation_precision", "citation_recall")
TOML = "".join(f'[judges.{name}]\nmodel = "jury"\n' for name in JUDGES)
ROW = {"id": "q-1", "inputs": {"question": "How many days of leave are there?"}, "expected": "There are 30 days."}
CITING = "Everybody has 30 days of leave a year [1][2]. All of them may be sold [1]. The canteen is closed."
BARE = "Everybody has 30 days of leave a year. All of them may be sold."


def verdict(asked) -> str:
    """A judge that finds a source to support what it shares a number with."""
    code = re.search(r"The code of this request is (\w+)\.", asked.question)[1]
    fence = rf"BEGIN (SOURCE|SENTENCE) (\d+) {code}\n(.*?)\nEND \1 \2 {code}"
    right = {(kind, int(n)): "30 days" in text for kind, n, text in re.findall(fence, asked.question, re.DOTALL)}
    cites = re.findall(r"^Citation (\d+): sentence (\d+) cites source (\d+)\.$", asked.question, re.MULTILINE)
    if not cites:
        sentences = [n for kind, n in right if kind == "SENTENCE"]
        entries = [{"sentence": n, "reason": "", "supported": right["SENTENCE", n]} for n in sentences]
        return json.dumps({"code": code, "sentences": entries})
    words = [
        "not supported"
        if not right["SENTENCE", int(one)]
        else "alone"
        if right["SOURCE", int(source)]
        else "not needed"
        for _, one, source in cites
    ]
    entries = [{"citation": n, "reason": "", "verdict": word} for n, word in enumerate(words, 1)]
    return json.dumps({"code": code, "citations": entries})


async def judged(asked, http):
    return await ok(verdict(asked))(asked, http)


@pytest.fixture
def desk(tmp_path):
    with OpenAIServer() as tiny, OpenAIServer() as jury:
        tiny.default, jury.default = ok(CITING), judged
        project = make_http_project(tmp_path / "desk", {"tiny": tiny, "jury": jury}, 1, TOML)
        with open_http_project(project) as wb:
            sourced.fill(wb)
            (project / "expected.jsonl").write_text(jsonl([ROW]))
            wb.add_dataset(project / "expected.jsonl", name="expected")
            yield wb, tiny, jury


def found(wb, run):
    frame = wb.context.read(lambda s: scores.frame(s, run))
    return {row.metric: (row.value, row.reason, row.cost_usd) for row in frame.itertuples() if row.metric in JUDGES}


def test_a_run_is_judged_for_what_its_citations_support_with_a_call_each(desk):
    wb, _, jury = desk
    run = wb.run("desk@1", "expected", models="tiny", judges=JUDGES, metrics=["length"])

    values = found(wb, run.id)
    assert len(jury.requests) == 2
    assert values["citation_recall"][0] == pytest.approx(1 / 3)
    assert values["citation_precision"][0] == pytest.approx(1 / 3)
    assert "'2' in 'Everybody has 30 days of leave a year [1][2].'" in values["citation_precision"][1]
    assert all(cost > 0 for _, _, cost in values.values())


def test_an_answer_that_cites_nothing_costs_no_call(desk):
    wb, tiny, jury = desk
    tiny.default = ok(BARE)
    run = wb.run("desk@1", "expected", models="tiny", judges=JUDGES, metrics=["length"])

    values = found(wb, run.id)
    assert jury.requests == []
    assert values["citation_recall"][0] == 0.0
    assert math.isnan(values["citation_precision"][0])


def test_a_stored_run_is_judged_later_and_an_unreadable_verdict_is_kept_as_it_was_written(desk):
    wb, _, jury = desk
    run = wb.run("desk@1", "expected", models="tiny", metrics=["length"])
    jury.script(ok("All citations are great."))

    wb.runs.score(run.id, judges=["citation_recall"])

    asked = [output.trial_id for output in run.outputs()]
    stored = wb.context.read(lambda s: scores.of_trials(s, asked))
    (score,) = [score for given in stored.values() for score in given if score.metric == "citation_recall"]
    assert "could not be read" in score.result.reason
    assert score.result.raw == "All citations are great."
