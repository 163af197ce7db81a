"""Evidence holds everything that was measured of a version, and reads back as it was."""

import json
from dataclasses import replace

import pytest

from tests.support.gated import gated_project
from tests.support.projects import Models
from tests.support.reviewed import judged, reviewed
from workbench.domain.dataset import examples_hash
from workbench.errors import IntegrityError
from workbench.hashing import content_hash
from workbench.models import registry
from workbench.workspace.gates.recomputing import recomputed
from workbench.workspace.gates.soundness import unsound, wrong_means
from workbench.workspace.releases.evidence import digest, document, evaluation, measured, read_document

GATES = """
[gates.release]
baseline = "answer@1"
rules = [{ metric = "correct", not_worse_by = 0.2 }, { calibrated = "groundedness" }]
"""
SOURCED = """\
prompt_name: desk
messages:
  - {role: user, content: "{{context}} {{question}}"}
retrieval: {index: library, k: 2}
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A project whose prompt searches an index, with two repeats, a judge's scores and people's verdicts."""
    patch, scripted = pytest.MonkeyPatch(), Models()
    patch.setattr(registry, "completer_for", scripted.completer_for)
    with gated_project(tmp_path_factory.mktemp("evidence") / "project", GATES) as wb:
        (wb.root / "documents").mkdir()
        (wb.root / "documents/loans.md").write_text("# Loans\n\nBooks are lent for 21 days.\n")
        (wb.root / "desk.prompt.yaml").write_text(SOURCED)
        wb.prompts.add(wb.root / "desk.prompt.yaml")
        wb.build_index("library", wb.root / "documents")
        rows = [replace(e, relevant=("loans.md",)) for e in wb.datasets.examples("golden")]
        wb.datasets.save("golden", rows, source="test")
        run = wb.run(["answer@1", "answer@2", "desk@1"], "golden", models="one", repeats=2).id
        trials = judged(wb, run, "groundedness", [1.0, 0.0] * 10, version="v1")
        reviewed(wb, trials, {"eve": "pfpfpfpf", "bob": "pfffu"})
        yield wb, run
    patch.undo()


def of(whole, reference, **options):
    wb, run = whole
    return measured(wb.context, wb.prompts.get(reference), run, **options)


def test_it_is_read_back_as_it_was_and_written_the_same_every_time(whole):
    made = of(whole, "answer@2")

    text = json.dumps(document(made))
    assert read_document(json.loads(text)) == made
    assert json.dumps(document(of(whole, "answer@2"))) == text
    assert digest(read_document(json.loads(text))) == digest(made)


def test_it_is_of_one_piece_and_all_of_it_can_be_computed_again(whole):
    for reference in ("answer@2", "desk@1"):
        made = of(whole, reference)
        again = recomputed(made)

        assert (unsound(made), wrong_means(made), again.problems) == ([], [], ())
        assert again.measured.arms[0].trials == made.arms[0].trials


def test_it_has_rows_answers_sources_gold_costs_labels_and_the_judge(whole):
    wb, _ = whole
    made = of(whole, "desk@1")
    (arm,) = made.arms
    trial = arm.trials[0]

    assert examples_hash(made.examples) == made.run.dataset_hash == wb.datasets.get("golden").hash
    assert (len(arm.trials), arm.repeats, trial.answer.text != "", trial.cost_usd is not None) == (40, 2, True, True)
    assert trial.cell.startswith("sha256:")
    assert content_hash(made.chunks[trial.shown[0].chunk]) == trial.shown[0].chunk
    assert made.gold[arm.index]["q-1"].spans
    assert made.indexes[arm.index].name == "library"
    assert {"correct", "gold_found", "latency", "cost"} <= set(trial.scores)
    assert made.figures[arm.label]["gold_found"].n == 20

    said = [trial for arm in of(whole, "answer@1").arms for trial in arm.trials if trial.people]
    assert said[0].people == {"eve": "pass", "bob": "pass"}
    trust = of(whole, "answer@1").judges["groundedness"]
    assert (trust.version, sum(trust.passes + trust.failures) > 0) == ("v1", True)


def test_of_the_baseline_it_has_scores_and_no_answers(whole):
    (baseline,) = of(whole, "answer@2").baselines
    (arm,) = baseline.arms

    assert (baseline.label, arm.content, len(arm.trials)) == ("answer@1", None, 40)
    assert all(trial.answer is None and "correct" in trial.scores for trial in arm.trials)


def test_the_short_figures_are_those_of_the_whole(whole):
    made = of(whole, "answer@2")
    (arm,) = evaluation(made)["arms"]

    assert (arm["done"], arm["failed"], arm["metrics"]["correct"]["mean"]) == (40, 0, 1.0)


def test_without_answers_its_scores_are_the_same(whole):
    small, large = of(whole, "answer@2", answers=False), of(whole, "answer@2")

    assert all(trial.answer is None for trial in small.arms[0].trials)
    assert [trial.scores for trial in small.arms[0].trials] == [trial.scores for trial in large.arms[0].trials]


def test_what_is_no_evidence_is_refused_with_its_place(whole):
    raw = document(of(whole, "answer@2"))
    raw["arms"][0]["trials"][0]["repeat"] = "one"

    with pytest.raises(IntegrityError, match="repeat"):
        read_document(raw)
