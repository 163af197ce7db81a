"""Verdicts on pairs that come with files: how people and judges agree, against two published studies."""

from __future__ import annotations

import csv
import json
import re

import pytest

from tests.stats.reference import needs, read
from tests.support.projects import make_project, open_project
from tests.support.real_data import real_data
from workbench.errors import FormatError, InputError
from workbench.stats.pairwise import PairCounts


def write(folder, name, rows):
    path = folder / name
    path.write_text(json.dumps(rows), encoding="utf-8")
    return path


def asked(number, **said):
    return {"question": f"Q{number}?", "output_1": f"left {number}", "output_2": f"right {number}", **said}


@pytest.fixture
def small(wb, tmp_path):
    """Four pairs, three people, one judge asked in both orders and one in one."""
    rows = [
        asked(0, annotator1=1, annotator2=1, annotator3=2, bot_winner="1", bot_winner_swapped="1", old_result="1"),
        asked(1, annotator1=2, annotator2=2, annotator3=2, bot_winner="1", bot_winner_swapped="2", old_result="Tie"),
        asked(2, annotator1=0, annotator2=0, annotator3="?", bot_winner="0", bot_winner_swapped=None, old_result="no"),
        asked(3, annotator1=0, annotator2=1, annotator3=2, bot_winner="2", bot_winner_swapped="2", old_result="2"),
    ]
    return wb.runs.import_results([write(tmp_path, "pairs.json", rows)])


def test_rows_of_pairs_become_a_run_with_an_arm_for_each_answer(wb, small):
    arms = [arm.label for arm in wb.runs.stored_plan(small.run).arms]
    assert arms == ["output_1@1:unknown model", "output_2@1:unknown model"]
    texts = {(one.arm, one.example_id): one.completion.text for one in wb.runs.outputs(small.run)}
    assert texts[arms[1], "3"] == "right 3"
    assert (small.tool, wb.datasets.get(small.dataset).size) == ("pairs", 4)


def test_people_decide_by_majority_and_what_has_none_is_counted_apart(wb, small):
    people = wb.pair_ratings(small.run).people
    assert people.names == ["annotator1", "annotator2", "annotator3"]
    assert people.majority == {"first": 1, "second": 1, "tie": 1}
    assert (people.undecided, people.unreadable) == (1, 1)
    assert people.kappas["annotator1", "annotator3"].n == 3


def test_a_judge_is_measured_on_what_people_decided_and_against_itself_on_everything(wb, small):
    found = wb.pair_ratings(small.run)
    bot, old = found.judges["bot"], found.judges["old"]
    assert (bot.as_given.right, bot.as_given.wrong, bot.as_given.unreadable) == (2, 1, 0)
    assert (bot.swapped.right, bot.swapped.wrong, bot.swapped.unreadable) == (2, 0, 1)
    assert bot.right_in_both == 1
    assert bot.orders == PairCounts(1, 1, 0, 1, 1, shown_first=4, named=6)
    assert (old.as_given.right, old.as_given.wrong, old.as_given.unreadable) == (1, 1, 1)
    assert old.swapped is old.orders is old.kappa_of_orders is None
    assert "bot says what most people say on 67% of 3 pairs." in found.sentences
    assert "The order decided 1 of 3 pairs" in " ".join(found.sentences)


def test_all_figures_are_a_json_document(wb, small):
    found = json.loads(json.dumps(wb.pair_ratings(small.run).as_json()))
    assert found["people"]["kappas"][0]["people"] == ["annotator1", "annotator2"]
    assert [judge["judge"] for judge in found["judges"]] == ["bot", "old"]


def test_a_run_without_verdicts_on_pairs_says_what_to_import(wb, tmp_path):
    plain = wb.runs.import_results([write(tmp_path, "plain.json", [{"question": "Q", "answer": "A", "correct": True}])])
    with pytest.raises(InputError, match="came without verdicts on pairs") as raised:
        wb.pair_ratings(plain.run)
    assert "two answers a row" in raised.value.hint


def test_a_judge_that_is_called_like_one_of_the_project_is_told_apart(wb, tmp_path):
    own = wb.measures.judge_names()[0]
    rows = [asked(0, label=1, **{f"{own}_result": 1})]
    run = wb.runs.import_results([write(tmp_path, "pairs.json", rows)]).run
    assert list(wb.pair_ratings(run).judges) == [f"{own} (pairs)"]


def test_a_file_that_cannot_be_read_leaves_nothing_behind(wb, tmp_path):
    files = [write(tmp_path, "a.json", [asked(0, label=1)]), write(tmp_path, "b.json", [{"idx": 9, "j_result": 1}])]
    with pytest.raises(FormatError):
        wb.runs.import_results(files)
    assert not wb.runs.list()


@pytest.fixture(scope="module")
def pandalm(tmp_path_factory):
    folder = real_data("pandalm")
    names = ("testset-v1", "gpt-3.5-turbo-testset-v1", "pandalm-7b-testset-v1")
    with open_project(make_project(tmp_path_factory.mktemp("pandalm") / "project")) as wb:
        return wb.pair_ratings(wb.runs.import_results([folder / f"{name}.json" for name in names]).run)


def test_pandalms_published_agreement_and_accuracy_come_out_of_an_import(pandalm):
    people = pandalm.people
    assert [f"{kappa.estimate:.4f}" for kappa in people.kappas.values()] == ["0.8520", "0.8789", "0.8617"]
    assert people.majority == {"tie": 105, "first": 422, "second": 472}
    assert people.alpha.estimate == pytest.approx(read("pandalm/computed_here.json")["krippendorff_nominal"], abs=1e-6)
    ours, theirs = pandalm.judges["pandalm"], pandalm.judges["gpt"]
    assert (f"{ours.as_given.of_all:.4f}", ours.as_given.unreadable) == ("0.6677", 0)
    assert (f"{theirs.as_given.of_all:.4f}", theirs.as_given.unreadable) == ("0.6977", 25)
    assert [f"{one:.4f}" for one in (ours.macro.precision, ours.macro.recall, ours.macro.f1)] == [
        "0.5738",
        "0.5750",
        "0.5743",
    ]


def test_pandalms_five_models_are_arms_that_people_rank(pandalm):
    ranked = sorted(pandalm.strengths, key=lambda arm: -pandalm.strengths[arm].estimate)
    assert len(ranked) == 5
    assert ranked[0].endswith(":llama-7b")
    assert ranked[-1].endswith(":cerebras-gpt-6.7B")


@needs("llmbar")
@pytest.mark.parametrize("subset", ["Natural", "GPTInst", "GPTOut"])
def test_llmbars_published_figures_come_out_of_an_import_for_all_its_judges(wb, subset):
    folder = real_data("llmbar")
    imported = wb.runs.import_results([folder / f"{subset}.dataset.json", folder / "verdicts.csv"])
    found = wb.pair_ratings(imported.run)
    published = {
        name.removeprefix(f"{subset}/"): figures
        for name, figures in read("llmbar/published_statistics.json").items()
        if name.startswith(f"{subset}/")
    }
    silent = neither_order_read(folder / "verdicts.csv", subset)
    assert set(found.judges) == set(published)
    assert len(published) == 65
    for name, figures in published.items():
        judge = found.judges[name]
        total = sum(found.people.majority.values())
        # Where neither order could be read, the authors count the two as equal.
        equal = judge.orders.first + judge.orders.second + judge.orders.ties + silent.count(name)
        shown = [judge.as_given.right, judge.swapped.right, judge.right_in_both, equal]
        for figure, right in zip(("correct_False", "correct_True", "correct_both", "equal"), shown, strict=True):
            assert figures[figure].startswith(f"{right} / {total} = "), (name, figure)
        average = float(re.match(r"[\d.]+", figures["correct_average"])[0])
        assert 50 * (judge.as_given.of_all + judge.swapped.of_all) == pytest.approx(average, abs=0.051), name
        if not judge.orders.unreadable and judge.kappa_of_orders is not None:
            assert judge.kappa_of_orders == pytest.approx(figures["kappa_agreement"], abs=1e-9), name


def neither_order_read(path, subset):
    """The judges of rows that have no verdict in either order."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["subset"] == subset]
    return [row["evaluator"] for row in rows if not row["winner"] and not row["winner_swapped"]]
