"""Whether runs found the sources that rows name, in the documents that their index was built from."""

import pickle
import shutil
from dataclasses import replace

import pytest

from tests.support import sourced
from tests.support.projects import jsonl
from tests.support.sourced import LARGE, SMALL
from workbench.domain.gold import MissingSpan
from workbench.metrics.gold import chunks_of, found_rank, lies_in
from workbench.metrics.span_ranking import SpanRanking
from workbench.store import indexes, scores
from workbench.workspace.evaluations.gold import asks_for_gold, gold_of
from workbench.workspace.runs.planning import RunOptions

GOLD = ("gold_found", "gold_rank", "gold_precision")
ASKED = RunOptions(prompts=["desk@1"], dataset="golden", models=["one"], metrics=GOLD)


@pytest.fixture
def desk(sourced_project):
    return sourced_project


def plan(wb, **changes):
    return wb.runs.plan(replace(ASKED, **changes))


def carry_out(wb, **changes):
    return wb.carry_out(replace(ASKED, **changes))


def rows(wb, *relevant, **fields):
    """Another golden set `other`, whose only row names these sources."""
    row = {"id": "q-1", "inputs": {"question": "What is the rule about leave?"}, "relevant": list(relevant), **fields}
    (wb.root / "other.jsonl").write_text(jsonl([row]))
    wb.datasets.add(wb.root / "other.jsonl", name="other")
    return "other"


def scored(wb, run):
    """By arm, example and metric: the value, or why there is none."""
    frame = wb.context.read(lambda s: scores.frame(s, run))
    return {
        (row.arm, row.example_id, row.metric): row.value if row.value == row.value else row.unscored
        for row in frame.itertuples()
    }


def the_score(wb, run, metric="gold_found"):
    (value,) = {value for (_, _, name), value in scored(wb, run).items() if name == metric}
    return value


def test_a_run_says_of_every_answer_which_gold_was_shown_in_each_index(desk):
    run = carry_out(desk, index=[LARGE, SMALL])

    made = plan(desk, index=[LARGE, SMALL])
    gold, found = gold_of(desk.context, made), scored(desk, run.id)
    fingerprints = {arm.label: arm.index_fingerprint for arm in made.arms}
    assert len(found) == 2 * 5 * 3
    for output in run.outputs():
        spans = gold[fingerprints[output.arm]][output.example_id].spans
        shown = chunks_of(output.retrieved)
        ranks = tuple(found_rank(span, shown) for span in spans)
        ranking = SpanRanking(ranks, tuple(lies_in(chunk, spans) for chunk in shown))
        place = (output.arm, output.example_id)
        assert found[*place, "gold_found"] == ranking.recall_at(2)
        assert found[*place, "gold_rank"] == pytest.approx(ranking.reciprocal_rank())
        assert found[*place, "gold_precision"] == ranking.precision_at(2)


def test_chunks_that_touch_a_source_but_hold_less_than_half_of_it_have_not_found_it(desk):
    whole = rows(desk, "handbook.md")
    assert the_score(desk, carry_out(desk, dataset=whole, index=SMALL).id) == 0.0
    part = rows(desk, "handbook.md#leave")
    assert the_score(desk, carry_out(desk, dataset=part, index=LARGE).id) == 1.0


def test_a_source_that_is_not_in_the_index_is_unscored_and_named_and_the_others_count(desk):
    mistyped = rows(desk, "handbook.md#leaves")
    only = the_score(desk, carry_out(desk, dataset=mistyped).id)
    assert only == "not in the index, so not counted: handbook.md#leaves (handbook.md has no heading 'leaves')"

    both = rows(desk, "handbook.md#leaves", "handbook.md#leave")
    run = carry_out(desk, dataset=both)
    assert the_score(desk, run.id) == 1.0
    (gold,) = gold_of(desk.context, plan(desk, dataset=both)).values()
    assert gold["q-1"].missing == (MissingSpan("handbook.md#leaves", "handbook.md has no heading 'leaves'"),)


def test_sources_that_the_index_does_not_have_are_listed_before_the_run(desk):
    mistyped = rows(desk, "handbook.md#leaves", "handbok.md")
    (note,) = [note for note in desk.estimates.of_plan(plan(desk, dataset=mistyped)).notes() if "source" in note]
    assert note == (
        "Named as a source of the answer, but not in the index, so not counted as found or missed: "
        "handbook.md#leaves (handbook.md has no heading 'leaves') in q-1 and "
        "handbok.md (no document of the index has that name) in q-1."
    )
    assert not desk.estimates.of_plan(plan(desk)).missing_gold
    assert not desk.estimates.of_plan(plan(desk, dataset=mistyped, metrics=["checks"])).missing_gold


def test_an_answer_is_scored_by_the_documents_of_its_own_index_even_when_they_are_gone(desk):
    run = carry_out(desk, metrics=["length"])
    (desk.root / "documents" / "handbook.md").write_text("# Handbook\n\nNothing is left.\n")
    desk.build_index(LARGE, desk.root / "documents")
    shutil.rmtree(desk.context.index_root)

    desk.runs.score(run.id, metrics=GOLD)

    assert {value for (_, _, name), value in scored(desk, run.id).items() if name == "gold_found"} == {1.0}


def test_rows_with_sources_of_their_own_and_prompts_that_search_nothing_are_unscored(desk):
    own = rows(desk, "handbook.md#leave", context=["Everybody has 30 days of leave."])
    assert "brings its own sources" in the_score(desk, carry_out(desk, dataset=own).id)
    desk.prompts.save(sourced.PromptFile("bare", sourced.a_bare_prompt()))
    searched = rows(desk, "handbook.md#leave")
    run = carry_out(desk, prompts=["bare@1"], dataset=searched)
    assert the_score(desk, run.id) == "the prompt searches no index"


def test_documents_are_read_once_for_a_run_and_only_those_that_rows_name(desk, monkeypatch):
    (desk.root / "documents" / "fees.md").write_text("# Fees\n\nThere are none.\n")
    desk.build_index(LARGE, desk.root / "documents")
    read, wanted = indexes.documents, []

    def counted(session, fingerprint, names=None):
        wanted.append(names)
        return read(session, fingerprint, names)

    monkeypatch.setattr(indexes, "documents", counted)
    run = carry_out(desk, repeats=20)

    assert run.summary.done == 100
    assert wanted == [{"handbook.md"}]


def test_nothing_is_read_for_metrics_that_need_no_gold(desk, monkeypatch):
    monkeypatch.setattr(indexes, "documents", None)
    assert carry_out(desk, metrics=["checks"]).summary.done == 5
    assert not asks_for_gold(["checks", "cites_gold"])
    assert all(asks_for_gold([name]) for name in GOLD)


def test_what_is_looked_up_travels_without_the_documents(desk):
    gold = gold_of(desk.context, plan(desk))
    packed = pickle.dumps(gold)
    assert pickle.loads(packed) == gold
    assert b"30 days" not in packed


def test_an_index_that_the_store_does_not_have_is_left_out(desk):
    made = plan(desk)
    unknown = replace(made, arms=(replace(made.arms[0], index_fingerprint="sha256:gone"),))
    assert gold_of(desk.context, unknown) == {}
