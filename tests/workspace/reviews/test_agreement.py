"""How far the people who reviewed a run agree."""

import pytest

from tests.support.builders import NOON
from tests.support.reviewed import judged, reviewed
from workbench.domain.review import Review
from workbench.workspace.reviews.agreement import agreement, agreement_on
from workbench.workspace.runs.results import Run

WORDS = {"p": "pass", "f": "fail", "u": "unsure"}


def verdicts(**people):
    """The verdicts of people on answers t00, t01...: a letter each, a dash for none."""
    return [
        Review(f"t{at:02}", "r1", name, WORDS[letter], f"{name} on {at}", NOON)
        for name, letters in people.items()
        for at, letter in enumerate(letters)
        if letter in WORDS
    ]


def test_two_people_agree_as_cohen_has_it():
    # Cohen's table (20, 5; 10, 15): raw agreement .70, kappa .40.
    found = agreement("r1", verdicts(ann="p" * 25 + "f" * 25, ben="p" * 20 + "f" * 5 + "p" * 10 + "f" * 15), {})

    (pair,) = found.pairs
    assert found.raw.estimate == pytest.approx(0.7)
    assert (found.raw.method, found.raw.n) == ("Wilson score", 50)
    assert pair.kappa.estimate == pytest.approx(0.4)
    assert pair.kappa.low < 0.4 < pair.kappa.high
    assert found.alpha.estimate == pytest.approx(1 - 99 * 30 / (2 * 55 * 45))
    assert len(found.disagreements) == 15


def test_kappa_collapses_where_nearly_everything_passes_and_ac1_does_not():
    # The table of PMC7222679: a 130, b 56, c 9, d 5 gives agreement .675, kappa .022, AC1 .533.
    ann = "p" * 186 + "f" * 14
    ben = "p" * 130 + "f" * 56 + "p" * 9 + "f" * 5
    (pair,) = agreement("r1", verdicts(ann=ann, ben=ben), {}).pairs

    assert pair.raw.estimate == pytest.approx(0.675)
    assert pair.kappa.estimate == pytest.approx(0.022, abs=5e-4)
    assert pair.ac1.estimate == pytest.approx(0.533, abs=5e-4)


def test_unsure_counts_as_not_judged_and_is_told():
    found = agreement("r1", verdicts(ann="ppfu", ben="pfup"), {"t01": "q-2"})

    assert (found.answers, found.shared, found.unsure) == (4, 2, 2)
    assert found.raw.estimate == 0.5
    (split,) = found.disagreements
    assert (split.trial_id, split.example_id) == ("t01", "q-2")
    assert [review.note for review in split.reviews] == ["ann on 1", "ben on 1"]
    assert any("2 verdicts are unsure" in sentence for sentence in found.sentences)


def test_not_everybody_need_judge_everything():
    found = agreement("r1", verdicts(ann="ppppff--", ben="ppfpff--", cleo="--ppf-pp"), {})

    assert (found.answers, found.shared) == (8, 6)
    assert {(pair.first, pair.second): pair.raw.n for pair in found.pairs} == {
        ("ann", "ben"): 6,
        ("ann", "cleo"): 3,
        ("ben", "cleo"): 3,
    }
    assert found.raw.estimate == pytest.approx((5 + 1 / 3) / 6)
    assert 0 <= found.raw.low < found.raw.estimate < found.raw.high <= 1


def test_what_is_undefined_is_said_to_be_so():
    same = agreement("r1", verdicts(ann="pppp", ben="pppp"), {})
    assert (same.raw.estimate, same.alpha, same.pairs[0].kappa) == (1.0, None, None)
    assert any("not defined" in sentence for sentence in same.sentences)

    alone = agreement("r1", verdicts(ann="pf"), {})
    assert (alone.raw, alone.alpha, alone.pairs, alone.answers) == (None, None, (), 2)
    assert "second reviewer" in alone.sentences[0]
    assert agreement("r1", [], {}).as_json()["raw"] is None


def test_a_notebook_asks_a_run(finished):
    trials = judged(finished, finished.runs.find("latest"), "style", [1.0] * 4)
    reviewed(finished, trials, {"ann": "ppff", "ben": "pfff"})

    found = Run(finished, finished.runs.find("latest")).agreement()

    assert found == agreement_on(finished.context, "latest")
    assert (found.reviewers, found.shared, found.raw.estimate) == (("ann", "ben"), 4, 0.75)
    assert [one.trial_id for one in found.disagreements] == [trials[1]]
    assert found.disagreements[0].example_id == "q-1"
