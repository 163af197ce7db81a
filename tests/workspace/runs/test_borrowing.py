"""Chunks of an earlier run shown again, and several indexes in one run."""

from dataclasses import replace

import pytest

from tests.support import sourced
from tests.support.completers import Scripted, an_answer
from tests.support.projects import jsonl
from tests.support.sourced import LARGE, SMALL, V1, V2
from workbench.domain.prompt import PromptFile
from workbench.domain.run import ChunksOf
from workbench.errors import BadRequestError, InputError, NotFoundError
from workbench.workspace.runs.planning import RunOptions

ASKED = RunOptions(prompts=["desk@1", "desk@2"], dataset="golden", models=["one"])


@pytest.fixture
def desk(sourced_project):
    return sourced_project


def plan(wb, **changes):
    return wb.runs.plan(replace(ASKED, **changes))


def carry_out(wb, **changes):
    return wb.carry_out(replace(ASKED, **changes))


def shown(run):
    """By arm, example and repeat: the chunks' texts in their order, and how long they were searched for."""
    return {
        (o.arm, o.example_id, o.repeat): ([found.chunk.text for found in o.retrieved], o.retrieval_ms)
        for o in run.outputs()
    }


def test_every_version_meets_every_index_and_the_label_tells_them_apart(desk):
    made = plan(desk, index=[LARGE, SMALL])

    assert [arm.label for arm in made.arms] == [
        f"{V1} with handbook",
        f"{V1} with handbook-small",
        f"{V2} with handbook",
        f"{V2} with handbook-small",
    ]
    assert len({arm.index_fingerprint for arm in made.arms}) == 2
    assert len({cell.hash for cell in made.cells()}) == made.size == 20


def test_labels_stay_as_they_are_with_one_index(desk):
    assert [arm.label for arm in plan(desk, index=SMALL).arms] == [V1, V2]
    assert [arm.label for arm in plan(desk, index=[SMALL, SMALL]).arms] == [V1, V2]


def test_a_prompt_without_a_place_for_sources_is_asked_once_whatever_the_indexes(desk):
    desk.prompts.save(PromptFile("bare", sourced.a_bare_prompt()))

    made = plan(desk, prompts=["bare@1", "desk@1"], index=[LARGE, SMALL])

    assert [arm.label for arm in made.arms] == ["bare@1:one", f"{V1} with handbook", f"{V1} with handbook-small"]


def test_a_run_with_several_indexes_shows_each_arm_what_its_own_index_finds(desk):
    run = carry_out(desk, prompts=["desk@1"], index=[LARGE, SMALL])

    found = shown(run)
    assert len(found) == 10
    large, small = ({k[1:]: v[0] for k, v in found.items() if k[0] == f"{V1} with {name}"} for name in (LARGE, SMALL))
    assert all(large[place] != small[place] for place in large)
    assert all(took is not None for _, took in found.values())
    assert desk.runs.unasked(run.id) == {}


def test_models_are_told_from_labels_with_a_variant(desk, models):
    models.default = Scripted(lambda _: BadRequestError("no"))

    run = carry_out(desk, prompts=["desk@1"], index=[LARGE, SMALL])

    assert {lost.model for lost in desk.runs.lost(run.id)} == {"one"}


def test_borrowed_chunks_are_shown_again_without_a_search(desk):
    first = carry_out(desk, prompts=["desk@1"], index=SMALL, repeats=2)
    carry_out(desk, prompts=["desk@2"])

    again = carry_out(desk, chunks_from=[f"{first.id}:{V1}"], repeats=2)

    lent, borrowed = shown(first), shown(again)
    assert {arm for arm, _, _ in borrowed} == {V1, V2}
    for (_, example, repeat), (texts, took) in borrowed.items():
        assert texts == lent[V1, example, repeat][0]
        assert took is None


def test_what_is_scored_of_retrieval_is_what_was_borrowed(desk):
    first = carry_out(desk, prompts=["desk@1"], index=SMALL)
    again = carry_out(desk, prompts=["desk@2"], chunks_from=[first.id])

    then, now = (run.compare().values[arm, "gold_found"] for run, arm in ((first, V1), (again, V2)))
    assert then == now


def test_an_arm_that_borrows_its_own_chunks_is_answered_from_the_cache(desk, models):
    first = carry_out(desk, prompts=["desk@1"])
    asked = len(models.default.requests)

    again = carry_out(desk, chunks_from=[f"{first.id}:{V1}"])

    assert again.summary.cached == 5
    assert len(models.default.requests) == asked + 5
    assert {o.arm for o in again.outputs() if o.cache_hit} == {V1}


def test_the_estimate_knows_that_an_arm_with_its_own_chunks_is_replayed(desk):
    first = carry_out(desk, prompts=["desk@1"])

    found = desk.estimates.of_plan(plan(desk, chunks_from=[f"{first.id}:{V1}"]))

    assert {arm.arm: arm.calls.middle for arm in found.arms} == {V1: 0, V2: 5}


def test_the_prompts_of_an_estimate_hold_the_borrowed_chunks(desk):
    first = carry_out(desk, prompts=["desk@1"], index=SMALL)

    def prompt_tokens(**sources):
        made = plan(desk, prompts=["desk@2"], use_cache=False, **sources)
        return desk.estimates.of_plan(made).arms[0].prompt_each.middle

    assert prompt_tokens(chunks_from=[first.id]) == prompt_tokens(index=SMALL) != prompt_tokens(index=LARGE)


def test_a_cell_differs_by_whose_chunks_are_shown(desk):
    first = carry_out(desk, index=[LARGE, SMALL])
    lenders = [f"{first.id}:{V1} with {name}" for name in (LARGE, SMALL)]

    made = plan(desk, prompts=["desk@1"], chunks_from=lenders)

    assert [arm.label for arm in made.arms] == [f"{V1} with chunks of {V1} with {name}" for name in (LARGE, SMALL)]
    assert len({cell.hash for cell in made.cells()}) == made.size == 10


def test_the_same_arm_of_two_runs_lends_two_kinds_of_chunks(desk):
    first, second = (carry_out(desk, prompts=["desk@1"]).id for _ in range(2))

    made = plan(desk, prompts=["desk@2"], chunks_from=[first, second])

    assert [arm.label for arm in made.arms] == [f"{V2} with chunks of {V1} in {run}" for run in (first, second)]
    assert len({cell.hash for cell in made.cells()}) == made.size == 10


def test_an_arm_that_borrowed_passes_on_whose_chunks_they_are(desk):
    first = carry_out(desk, prompts=["desk@1"])
    second = carry_out(desk, prompts=["desk@2"], chunks_from=[first.id])

    (arm,) = plan(desk, prompts=["desk@2"], chunks_from=[second.id]).arms

    assert arm.borrowed == ChunksOf(first.id, V1)


def test_the_index_may_be_gone_when_its_chunks_are_shown_again(desk):
    first = carry_out(desk, prompts=["desk@1"])
    for folder in (desk.root / ".workbench" / "index").iterdir():
        folder.rename(desk.root / folder.name)

    assert carry_out(desk, chunks_from=[first.id]).summary.done == 10


def test_a_trial_whose_lender_has_no_answer_fails_and_says_the_way_out(desk, models):
    def answer(request):
        return BadRequestError("no") if "travel?" in request.messages[-1].content else an_answer()

    models.default = Scripted(answer)
    first = carry_out(desk, prompts=["desk@1"])
    models.default = Scripted()

    again = carry_out(desk, prompts=["desk@2"], chunks_from=[first.id])

    assert (again.summary.done, again.summary.failed) == (4, 1)
    (failure,) = desk.runs.failures(again.id)
    assert (failure.example_id, failure.error, failure.final) == ("q-travel", "UnavailableError", True)
    assert f"in run {first.id}, {V1} has no answer to q-travel" in failure.message
    assert f"workbench resume {first.id} --retry-failed" in failure.message

    desk.runs.resume(first.id, retry_failed=True).wait()
    desk.runs.resume(again.id, retry_failed=True).wait()
    assert desk.runs.summary(again.id).done == 5


def test_a_row_with_a_context_of_its_own_is_shown_that(desk):
    rows = [{"id": "q-own", "inputs": {"question": "What of dogs?"}, "context": ["Dogs stay outside."]}]
    (desk.root / "own.jsonl").write_text(jsonl(rows))
    desk.datasets.add(desk.root / "own.jsonl", name="own")
    first = carry_out(desk, prompts=["desk@1"])

    run = carry_out(desk, prompts=["desk@2"], dataset="own", chunks_from=[first.id])

    assert [texts for texts, _ in shown(run).values()] == [["Dogs stay outside."]]


def test_a_run_with_borrowed_chunks_is_no_evidence_for_a_release(desk):
    searched = carry_out(desk)
    borrowed = carry_out(desk, chunks_from=[searched.id])

    with pytest.raises(InputError, match=r"showed desk@2 the sources of an earlier run, so it is no evidence"):
        desk.releases.approve("desk@2", run=borrowed.id)
    assert desk.releases.approve("desk@2").evidence.run == searched.id


def test_only_the_rows_that_the_lending_run_asked_are_asked(desk):
    first = carry_out(desk, prompts=["desk@1"], examples=["q-leave", "q-travel"])

    assert [example.id for example in plan(desk, chunks_from=[first.id]).examples] == ["q-leave", "q-travel"]
    with pytest.raises(InputError, match=r"did not ask row q-visitors"):
        plan(desk, chunks_from=[first.id], examples=["q-leave", "q-visitors"])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"chunks_from": ["latest"], "index": SMALL}, "not from both"),
        ({"chunks_from": ["latest"], "repeats": 2}, "asked each question once"),
        ({"chunks_from": ["latest"], "dataset": "edited"}, "asked something else in row q-leave"),
        ({"chunks_from": ["latest"], "prompts": ["bare"]}, "No prompt of this run shows sources"),
        ({"chunks_from": ["latest:bare@1"]}, "searched no index"),
    ],
)
def test_what_cannot_be_borrowed_is_refused_before_anything_is_asked(desk, changes, said):
    desk.prompts.save(PromptFile("bare", sourced.a_bare_prompt()))
    rows = [{"id": "q-leave", "inputs": {"question": "Who may leave?"}}]
    (desk.root / "edited.jsonl").write_text(jsonl(rows))
    desk.datasets.add(desk.root / "edited.jsonl", name="edited")
    carry_out(desk, prompts=["desk@1", "bare@1"])

    with pytest.raises(InputError, match=said):
        plan(desk, **changes)


@pytest.mark.parametrize("text", ["nonsense", "latest:desk@7"])
def test_a_run_or_an_arm_that_is_not_there_is_named(desk, text):
    carry_out(desk, prompts=["desk@1"])

    with pytest.raises(NotFoundError):
        plan(desk, chunks_from=[text])
