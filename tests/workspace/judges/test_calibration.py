"""How far a judge can be trusted: figures by hand, and those that LLMBar's authors published of their judges."""

import csv
import json
import re
from dataclasses import replace

import pytest

from tests.support.real_data import real_data
from workbench.stats.intervals import wilson
from workbench.workspace.judges.calibration import Calibration, JudgedAnswer
from workbench.workspace.judges.calibration_words import as_json, labels_text, sentences
from workbench.workspace.judges.judged import Judged


def answers(judge, people, **fields):
    """Answers with the judge's and people's verdicts: a letter each, a dash for none."""
    word = {"p": True, "f": False, "-": None}
    return tuple(
        replace(JudgedAnswer(f"t{at}", f"q-{at}", "a", (), word[one], word[other]), **fields)
        for at, (one, other) in enumerate(zip(judge, people, strict=True))
    )


def card(found, bar=0.85):
    about = Judged("style", is_judge=True, number=2)
    return Calibration("r1", "style", about, "A score of 50% or more counts as passing.", bar, tuple(found), 0, ())


BOTH = answers("p" * 96 + "p" * 3 + "f" * 6 + "f" * 15, "p" * 96 + "f" * 3 + "p" * 6 + "f" * 15)
"""The table (96, 3; 6, 15)."""


def test_what_a_judge_catches_stands_first_with_wilsons_interval():
    found = card(BOTH)

    assert found.rates.passes == wilson(96, 102)
    assert found.rates.failures == wilson(15, 18)
    assert found.table == [[96, 3], [6, 15]]
    assert found.raw.estimate == pytest.approx(111 / 120)
    # By hand: expected agreement .825 * .85 + .175 * .15 = .7275.
    assert found.kappa.estimate == pytest.approx((0.925 - 0.7275) / (1 - 0.7275))
    assert sentences(found)[0].startswith("Catches bad answers 83% (61–94) · passes good ones 94% (88–97) · on 120")


def test_every_cell_leads_to_its_answers():
    found = card(BOTH)

    assert [one.trial_id for one in found.cell(judge=True, people=False)] == ["t96", "t97", "t98"]
    counts = {(cell["judge"], cell["people"]): cell["n"] for cell in as_json(found)["table"]}
    assert counts == {("pass", "pass"): 96, ("pass", "fail"): 3, ("fail", "pass"): 6, ("fail", "fail"): 15}


@pytest.mark.parametrize(
    ("found", "bar", "may_gate"),
    [
        (answers("p" * 40 + "f" * 40, "p" * 40 + "f" * 40), 0.85, "yes"),
        (answers("p" * 40 + "f" * 20 + "p" * 20, "p" * 40 + "f" * 40), 0.85, "no"),
        (BOTH, 0.85, "not known yet"),
        (BOTH, 0.6, "yes"),
        (answers("p" * 10 + "f" * 10, "p" * 10 + "f" * 10), 0.85, "not known yet"),
        (answers("p" * 90, "p" * 90), 0.85, "not known yet"),
        (answers("f" * 40, "p" * 40), 0.85, "no"),
        ((), 0.85, "not known yet"),
    ],
)
def test_a_judge_may_gate_when_the_low_ends_reach_the_bar_and_not_when_a_high_end_is_below(found, bar, may_gate):
    assert card(found, bar).may_gate == may_gate


def test_the_pass_rate_is_corrected_by_what_people_said_of_each_verdict():
    # 80 passed and 20 failed by the judge; of 20 and 10 labels people passed 18 and 3: .8 * .9 + .2 * .3 = .78.
    found = card(answers("p" * 80 + "f" * 20, "p" * 18 + "f" * 2 + "-" * 60 + "p" * 3 + "f" * 7 + "-" * 10))

    assert found.pass_rate.judge == 0.8
    assert found.pass_rate.corrected.this_set.estimate == pytest.approx(0.78)
    assert found.waiting == 70
    assert found.half_width_after(20) < found.half_width
    assert 0 < found.labels_to_within < 70
    assert labels_text(found).startswith(f"Now it is known to ±{round(100 * found.half_width)} points. Label 20 more")


def test_nothing_is_claimed_without_labels():
    found = card(answers("ppf", "---"))

    assert (found.rates.n, found.raw, found.kappa, found.ac1, found.pass_rate.corrected) == (0, None, None, None, None)
    assert as_json(found)["labels_to_within_5_points"] is None
    assert any("no label yet to correct" in sentence for sentence in sentences(found))
    assert any("Label some answers first" in sentence for sentence in sentences(found))


def test_parts_of_the_golden_set_and_arms_are_told_apart():
    found = card(answers("pf", "pp", tags=("leave", "pay")) + answers("pp-", "f-p", tags=("pay",), arm="b"))

    assert [(tag, part.n) for tag, part in found.by_tag] == [("pay", 3), ("leave", 2)]
    assert [(arm, rate.answers) for arm, rate in found.by_arm] == [("a", 2), ("b", 2)]
    assert found.unscored == 1


def test_agreement_with_gold_labels_is_the_accuracy_that_llmbars_authors_published():
    folder = real_data("llmbar")
    published = json.loads((folder / "published_statistics.json").read_text(encoding="utf-8"))
    verdicts = {}
    with (folder / "verdicts.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            verdicts.setdefault(f"{row['subset']}/{row['evaluator']}", []).append((row["winner"], row["label"]))

    assert len(published) == 195
    for name, figures in published.items():
        said = verdicts[name]
        letters = {"1": "p", "2": "f"}
        found = card(answers([letters.get(one, "-") for one, _ in said], [letters[label] for _, label in said]))
        right, outof = (int(count) for count in re.findall(r"\d+", figures["correct_False"])[:2])
        assert len(found.labelled) + found.unscored == outof, name
        assert round(found.raw.estimate * found.raw.n) == right, name
        caught = {
            label: (said.count((label, label)), sum(said.count((one, label)) for one in letters)) for label in letters
        }
        assert (found.rates.passes, found.rates.failures) == (wilson(*caught["1"]), wilson(*caught["2"])), name
