"""Another tool's results as a run like any other."""

from __future__ import annotations

import json

import pytest

from tests.support.projects import TOML, make_project, open_project
from workbench.domain.actor import Actor
from workbench.domain.imported import IMPORTED_VERSION
from workbench.errors import FormatError, InputError, NotAllowedError

HOSTILE = '=cmd|"/c calc"!A1 <img src=x onerror=alert(1)> \x1b[31m'


def write(folder, name, rows):
    path = folder / name
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return path


def rows(better=(), count=12, **fields):
    return [
        {
            "question": f"Question {n}?",
            "truth": f"Truth {n}",
            "answer": f"Answer {n}",
            "contexts": [f"source of {n}", "shared source"],
            "latency": 1.5,
            "cost_usd": None,
            "relevant": n in better,
            "stars": 5 if n in better else 2,
            **fields,
        }
        for n in range(count)
    ]


@pytest.fixture
def two(tmp_path):
    """Two files of one evaluation: what the second one answered is better in all but one of 12 rows."""
    return write(tmp_path, "old.jsonl", rows(better={0})), write(tmp_path, "new.jsonl", rows(better=set(range(1, 12))))


def test_several_files_are_arms_of_one_run_that_compares_itself(wb, two):
    imported = wb.runs.import_results(two)
    comparison = wb.compare(imported.run)

    assert imported.created
    assert [arm.label for arm in comparison.arms] == ["old@1:unknown model", "new@1:unknown model"]
    assert [(arm.done, arm.failed, arm.planned) for arm in comparison.arms] == [(12, 0, 12)] * 2
    assert comparison.headline == "relevant"
    pair = comparison.pair("new@1:unknown model", "relevant").result
    assert (pair.verdict, pair.n, pair.wins, pair.losses) == ("better", 12, 11, 1)
    assert comparison.arms[0].metrics["stars"].info.kind == "number"


def test_rows_become_a_golden_set_and_sources_stay_with_the_answers(wb, two):
    imported = wb.runs.import_results(two, name="elsewhere")
    version = wb.datasets.get(imported.dataset)
    output = wb.runs.outputs(imported.run)[0]

    assert (version.name, version.number, version.size) == ("elsewhere", 1, 12)
    assert [found.chunk.text for found in output.retrieved][1] == "shared source"
    assert output.completion.latency_ms == 1500
    assert {score.metric_version for score in wb.answers.to_example(imported.run, output.example_id)[0].scores} == {
        IMPORTED_VERSION
    }


def test_files_of_one_name_are_versions_of_a_golden_set_only_where_they_share_rows(wb, tmp_path):
    def imported(folder, **options):
        (tmp_path / folder).mkdir()
        return wb.runs.import_results([write(tmp_path / folder, "results.jsonl", rows(**options))]).dataset

    assert imported("first") == "imported-results@1"
    assert imported("longer", count=15) == "imported-results@2"
    assert imported("other", question="Something else?", count=1) == "imported-results-2@1"


def test_what_the_file_does_not_say_is_unknown(wb, tmp_path):
    path = write(tmp_path, "bare.jsonl", [{"question": f"Q{n}", "answer": "A"} for n in range(3)])
    run = wb.runs.import_results([path]).run
    frame = wb.runs.frame(run)
    (arm,) = wb.compare(run).arms

    assert frame["latency_ms"].isna().all()
    assert frame["cost_usd"].isna().all()
    assert (arm.cost_usd, arm.p50_ms, arm.prompt_tokens) == (None, None, None)
    assert wb.runs.score(run, metrics=["latency", "length"]) == 6
    figures = wb.compare(run).arms[0].metrics
    assert (figures["latency"].mean.mean, figures["latency"].unscored) == (None, 3)
    assert figures["length"].mean.mean == 1


def test_the_same_files_are_recognised_and_other_wishes_make_another_run(wb, two):
    first, again = wb.runs.import_results(two), wb.runs.import_results(two)
    other = wb.runs.import_results(two, scores=["stars>=4"])

    assert (again.run, again.created, again.dataset) == (first.run, False, first.dataset)
    assert other.created
    assert other.dataset == first.dataset
    assert wb.compare(other.run).headline == "stars>=4"
    assert len(wb.runs.list()) == 2


def test_answers_that_never_came_are_failures_and_can_not_be_asked_for_again(wb, tmp_path):
    path = write(tmp_path, "some.jsonl", [*rows(count=6), {"question": "Late?", "answer": None, "error": "timeout"}])
    imported = wb.runs.import_results([path])

    assert (wb.runs.summary(imported.run).done, wb.runs.summary(imported.run).failed) == (6, 1)
    assert wb.runs.status(imported.run) == "done"
    assert wb.runs.lost(imported.run)[0].message == "timeout"
    with pytest.raises(InputError, match="only that tool can ask"):
        wb.runs.resume(imported.run, retry_failed=True)


def test_imported_answers_can_be_scored_and_reviewed(wb, two):
    run = wb.runs.import_results(two).run

    assert wb.runs.score(run, metrics=["token_f1"], judges=["groundedness"]) == 48
    trial = wb.reviews.queue(run)[0].trial_id
    assert wb.reviews.case(trial).sources[1][1] == "shared source"
    wb.reviews.give(trial, "pass")
    assert sum(arm.metrics["human"].mean.trials for arm in wb.compare(run).arms) == 1


def test_a_budget_does_not_keep_imported_answers_from_being_judged(tmp_path):
    directory = make_project(tmp_path / "capped", toml=TOML + "\n[budget]\nmonth_usd = 1.0\n")
    with open_project(directory) as wb:
        run = wb.runs.import_results([write(tmp_path, "some.jsonl", rows())]).run

        assert wb.runs.score(run, judges=["groundedness"]) == 12


def test_arms_of_other_tools_are_no_versions_of_this_project(filled, tmp_path):
    events = [
        {**row, "request_id": "x", "timestamp": "2026-05-01T10:00:00Z", "arm": "answer", "model": "one"}
        for row in rows()
    ]
    run = filled.runs.import_results([write(tmp_path, "log.jsonl", events)]).run

    assert filled.runs.info(run).arms == ("answer@1:one",)
    assert [version.label for version in filled.prompts.list()] == ["answer@2"]
    assert not any(state.runs for state in filled.releases.states("answer"))
    with pytest.raises(InputError, match="no evidence"):
        filled.acting_as(Actor("zoe")).releases.approve("answer@1", run=run)
    assert not any("has been run" in step.text for step in filled.overview.now().steps)


def test_names_of_the_projects_own_scores_are_kept_apart(wb, tmp_path):
    path = write(tmp_path, "own.jsonl", rows(correct=1, human=0))
    run = wb.runs.import_results([path]).run

    assert {"correct (JSON)", "human (JSON)"} <= wb.compare(run).arms[0].metrics.keys()


def test_nothing_of_it_counts_as_spent_or_as_asked_before(wb, tmp_path):
    run = wb.runs.import_results([write(tmp_path, "dear.jsonl", rows(cost_usd=3.0))]).run

    assert wb.compare(run).arms[0].cost_usd == 36
    assert wb.runs.summary(run).cost_usd == 0
    assert not wb.spending.lately().days


def test_one_broken_file_and_nothing_is_stored(wb, two, tmp_path):
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"question": "Q", "answer": "A"}\n{"question"')
    with pytest.raises(FormatError, match="line 2"):
        wb.runs.import_results([*two, broken])

    assert (wb.runs.list(), wb.datasets.list()) == ([], [])


def test_hostile_names_and_texts_stay_text(wb, tmp_path):
    path = write(tmp_path, "bad.jsonl", rows(variant=HOSTILE, model="a:b with c", answer=HOSTILE))
    run = wb.runs.import_results([path]).run
    (label,) = wb.runs.info(run).arms

    assert "\x1b" not in label
    assert label.endswith("@1:a b + c")
    assert wb.runs.outputs(run)[0].completion.text == HOSTILE


def test_importing_is_recorded_and_needs_the_role(wb, two):
    run = wb.runs.import_results(two).run

    entry = wb.audit.list()[-1]
    assert (entry.action, entry.subject, entry.detail["files"]) == ("results imported", run, ["old.jsonl", "new.jsonl"])
    with pytest.raises(NotAllowedError):
        wb.acting_as(Actor("eve", frozenset({"reviewer"}))).runs.import_results(two)
