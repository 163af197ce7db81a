"""What a difference between two arms is due to, and the runs that tell prompt and retrieval apart."""

from dataclasses import replace

import pytest

from tests.support import sourced
from tests.support.completers import Scripted, an_answer
from tests.support.sourced import LARGE, SMALL, V1, V2
from workbench.domain.prompt import PromptFile, RetrievalSettings
from workbench.errors import NotFoundError
from workbench.workspace.comparison.causes import MIXED, SAME_BUT_MODEL, SAME_PROMPT, SAME_SOURCES, Difference
from workbench.workspace.comparison.findings import short_names
from workbench.workspace.reports.report import report_html
from workbench.workspace.runs.planning import RunOptions
from workbench.workspace.runs.telling_apart import apart_options, why_not

ASKED = RunOptions(prompts=["desk@1", "desk@2"], dataset="golden", models=["one"])


@pytest.fixture
def desk(sourced_project):
    """`desk@3` differs from `desk@1` in its words and in its index."""
    other = sourced.a_prompt("Be brief.", retrieval=RetrievalSettings(SMALL, k=2))
    sourced_project.prompts.save(PromptFile("desk", other))
    return sourced_project


V3 = "desk@3:one"


def carry_out(wb, **changes):
    return wb.carry_out(replace(ASKED, **changes))


def difference(run, arm):
    return run.compare().differences[arm]


def test_two_prompts_on_one_index_were_shown_the_same_sources(desk):
    found = difference(carry_out(desk), V2)

    assert (found.prompt, found.sources, found.answers) == (True, False, 5)
    assert found.sentence == SAME_SOURCES


def test_one_prompt_on_two_indexes_differs_in_its_sources_alone(desk):
    run = carry_out(desk, prompts=["desk@1"], index=[LARGE, SMALL])

    found = difference(run, f"{V1} with {SMALL}")

    assert found.sentence == f"{SAME_PROMPT} Other sources were shown for 5 of 5 answers."


def test_two_versions_that_differ_in_how_sources_are_found_alone_have_the_same_prompt(desk):
    more = replace(desk.prompts.get("desk@1").content, retrieval=RetrievalSettings(LARGE, k=1))
    desk.prompts.save(PromptFile("desk", more))

    assert difference(carry_out(desk, prompts=["desk@1", "desk@4"]), "desk@4:one").sentence.startswith(SAME_PROMPT)


def test_where_both_differ_the_causes_are_said_to_be_mixed(desk):
    run = carry_out(desk, prompts=["desk@1", "desk@3"])

    assert difference(run, V3).sentence.startswith(MIXED)
    assert MIXED in report_html(run.compare())


def test_another_model_is_another_cause(desk):
    run = carry_out(desk, prompts=["desk@1"], models=["one", "two"])

    assert difference(run, "desk@1:two").sentence == SAME_BUT_MODEL


def test_nothing_is_said_where_no_sources_were_shown(desk):
    desk.prompts.save(PromptFile("bare", sourced.a_bare_prompt()))
    changed = replace(sourced.a_bare_prompt(), parameters={"temperature": 0.5})
    desk.prompts.save(PromptFile("bare", changed))

    assert difference(carry_out(desk, prompts=["bare@1", "bare@2"]), "bare@2:one").sentence == ""


def test_same_chunks_new_prompt_leaves_the_prompt_as_the_only_difference(desk):
    run = carry_out(desk, prompts=["desk@1", "desk@3"])

    made = desk.carry_out(apart_options(desk.runs.stored_plan(run.id), run.id, V1, V3, "chunks"))

    assert [arm.label for arm in desk.runs.stored_plan(made.id).arms] == [V1, V3]
    assert made.summary.cached == 5
    assert difference(made, V3).sentence == SAME_SOURCES


def test_new_chunks_same_prompt_leaves_retrieval_as_the_only_difference(desk):
    run = carry_out(desk, prompts=["desk@1", "desk@3"])

    made = desk.carry_out(apart_options(desk.runs.stored_plan(run.id), run.id, V1, V3, "prompt"))

    comparison = made.compare()
    assert comparison.baseline == f"{V1} with chunks of {V1}"
    assert list(short_names(comparison.arms).values()) == ["v1 with chunks of v1", "v1 with chunks of v3"]
    assert made.summary.cached == 5
    assert comparison.differences[f"{V1} with chunks of {V3}"].sentence.startswith(SAME_PROMPT)


def test_what_the_first_run_was_given_is_given_again(desk):
    run = carry_out(
        desk,
        prompts=["desk@1", "desk@3"],
        parameters={"temperature": 0.3, "max_tokens": 50},
        repeats=2,
        examples=["q-leave", "q-travel"],
        metrics=["checks"],
        max_cost_usd=1.0,
    )
    stored = desk.runs.stored_plan(run.id)

    options = apart_options(stored, run.id, V3, V1, "chunks")
    planned = desk.runs.plan(options)

    assert (planned.repeats, planned.metrics, planned.max_cost_usd) == (2, ("checks",), 1.0)
    assert [example.id for example in planned.examples] == ["q-leave", "q-travel"]
    assert [arm.label for arm in planned.arms] == [V3, V1]
    assert [arm.parameters for arm in planned.arms] == [{"temperature": 0.3, "max_tokens": 50}] * 2


def test_parameters_of_a_prompt_stay_with_that_prompt(desk):
    tuned = replace(desk.prompts.get("desk@3").content, parameters={"temperature": 0.9})
    desk.prompts.save(PromptFile("desk", tuned))
    run = carry_out(desk, prompts=["desk@1", "desk@4"])

    planned = desk.runs.plan(apart_options(desk.runs.stored_plan(run.id), run.id, "desk@4:one", V1, "chunks"))

    assert [arm.parameters for arm in planned.arms] == [{"temperature": 0.9}, {}]


def test_an_arm_that_the_run_does_not_have_is_named(desk):
    run = carry_out(desk)

    with pytest.raises(NotFoundError, match="no arm 'desk@9:one'"):
        apart_options(desk.runs.stored_plan(run.id), run.id, V1, "desk@9:one", "chunks")


@pytest.mark.parametrize(
    ("prompt", "model", "others", "chunks", "held_prompt"),
    [
        (True, False, 5, True, True),
        (True, False, 0, False, False),
        (False, False, 5, False, False),
        (True, True, 0, True, False),
        (False, True, 5, False, True),
    ],
)
def test_a_run_that_would_tell_nothing_new_is_not_offered(prompt, model, others, chunks, held_prompt):
    found = Difference(prompt, model, answers=5, other_sources=others)

    assert (why_not(found, "chunks") == "", why_not(found, "prompt") == "") == (chunks, held_prompt)


def test_search_time_is_told_where_something_was_searched_and_none_where_chunks_were_borrowed(desk, models):
    models.default = Scripted(lambda _: an_answer("30 days"))
    run = carry_out(desk)
    frame = desk.runs.frame(run.id)

    (first, _) = run.compare().as_json()["arms"]
    assert first["retrieval_ms"]["p50"] == pytest.approx(frame.loc[frame["arm"] == V1, "retrieval_ms"].median())
    assert run.compare().searched

    again = carry_out(desk, chunks_from=[run.id])
    assert [arm["retrieval_ms"] for arm in again.compare().as_json()["arms"]] == [{"p50": None, "p95": None}] * 2
    assert not again.compare().searched


def test_a_replayed_answer_has_the_sources_and_the_search_time_of_now(desk):
    first, again = carry_out(desk), carry_out(desk)

    then, now = ({(o.arm, o.example_id): o.retrieved for o in run.outputs()} for run in (first, again))
    assert again.summary.cached == 10
    assert then == now
    assert all(o.retrieval_ms is not None for o in again.outputs())
