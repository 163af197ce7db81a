"""Agreement of two raters against published tables, an oracle and judges' recorded verdicts."""

import csv
import itertools
import math
import re
import warnings
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.inter_rater import fleiss_kappa as fleiss_of_statsmodels

from tests.stats.reference import FOLDER, needs, read
from workbench.errors import InputError
from workbench.stats.agreement import (
    cohen_kappa,
    fleiss_kappa,
    free_marginal_kappa,
    gwet_ac1,
    scott_pi,
    table_of,
)

tables = st.integers(2, 4).flatmap(
    lambda size: st.lists(st.lists(st.integers(0, 20), min_size=size, max_size=size), min_size=size, max_size=size)
)


@needs("stats-reference")
def test_kappa_and_its_interval_are_those_that_sas_prints():
    published = read("stats-reference/agreement_tables.json")["cohen_sas"]
    for linear, name in ((False, "unweighted"), (True, "linear_weighted")):
        kappa = cohen_kappa(published["table"], linear=linear)
        assert kappa.estimate == pytest.approx(published[name]["kappa"], abs=5e-5)
        assert [kappa.low, kappa.high] == pytest.approx(published[name]["ci95"], abs=1e-4)


@needs("stats-reference")
def test_kappas_of_several_raters_are_the_published_ones():
    published = read("stats-reference/agreement_tables.json")
    fleiss = published["fleiss_wikipedia"]
    assert fleiss_kappa(fleiss["counts"]) == pytest.approx(fleiss["fleiss_kappa"], abs=fleiss["tol"])
    for example in published["randolph"]:
        assert fleiss_kappa(example["counts"]) == pytest.approx(example["fleiss"], abs=1e-6)
        assert free_marginal_kappa(example["counts"]) == pytest.approx(example["free_marginal"], abs=1e-6)


@needs("stats-reference")
def test_pi_is_that_of_artstein_and_poesio():
    published = read("stats-reference/agreement_tables.json")["artstein_poesio"]
    lines = (FOLDER / "stats-reference" / published["file"]).read_text(encoding="utf-8").split("\n")
    labels = {(rater, item): label for rater, item, label in (line.split() for line in lines if line.strip())}
    items = sorted({item for _, item in labels})
    first, second = ([labels[rater, item] for item in items] for rater in ("a", "b"))
    table = table_of(first, second, sorted(set(first) | set(second)))
    assert sum(table[k][k] for k in range(len(table))) / len(items) == pytest.approx(published["observed_agreement"])
    assert scott_pi(table) == pytest.approx(published["pi"], abs=1e-5)


def test_lopsided_ratings_ruin_kappa_and_not_ac1():
    lopsided = [[130, 56], [9, 5]]
    assert cohen_kappa(lopsided).estimate == pytest.approx(0.022, abs=5e-4)
    assert gwet_ac1(lopsided).estimate == pytest.approx(0.533, abs=5e-4)
    assert cohen_kappa([[20, 5], [10, 15]]).estimate == pytest.approx(0.4)


@given(tables)
def test_kappa_agrees_with_statsmodels(table):
    if not any(map(any, table)):
        with pytest.raises(InputError):
            cohen_kappa(table)
        return
    ours = cohen_kappa(table)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        theirs = cohens_kappa(np.array(table))
    if ours is None:
        assert not math.isfinite(theirs.kappa)
        return
    assert ours.estimate == pytest.approx(theirs.kappa, abs=1e-9)
    # Where there is no variance, theirs is the root of what rounding leaves below 0.
    if math.isfinite(theirs.kappa_low):
        assert ours.low == pytest.approx(max(-1, theirs.kappa_low), abs=1e-6)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=20))
def test_fleiss_agrees_with_statsmodels(pairs):
    counts = [[a, b, 12 - a - b] for a, b in pairs]
    ours = fleiss_kappa(counts)
    if ours is None:
        assert len({tuple(row) for row in counts}) == 1
        return
    assert ours == pytest.approx(fleiss_of_statsmodels(np.array(counts)), abs=1e-9)


def test_the_standard_error_of_ac1_is_what_resampling_gives():
    table = [[60, 12], [9, 19]]
    cells = np.array(table).ravel()
    drawn = np.random.default_rng(5).multinomial(100, cells / 100, size=4_000).reshape(-1, 2, 2)
    spread = np.std([gwet_ac1(one.tolist()).estimate for one in drawn])
    ac1 = gwet_ac1(table)
    assert (ac1.high - ac1.low) / (2 * 1.959964) == pytest.approx(spread, rel=0.05)


def test_ratings_that_are_all_the_same_have_no_kappa():
    assert cohen_kappa([[12, 0], [0, 0]]) is None
    assert scott_pi([[12, 0], [0, 0]]) is None
    assert gwet_ac1([[12, 0], [0, 0]]).estimate == 1


def test_labels_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match="has 1 labels"):
        table_of([1], [1, 2], [1, 2])
    with pytest.raises(InputError, match="none of the categories"):
        table_of([1], [3], [1, 2])
    with pytest.raises(InputError, match="as many rows"):
        cohen_kappa([[1, 2]])
    with pytest.raises(InputError, match="same number"):
        fleiss_kappa([[1, 2], [2, 2]])


@pytest.fixture(scope="module")
def annotators():
    rows = read("pandalm/testset-v1.json")
    return [[row[f"annotator{number}"] for row in rows] for number in (1, 2, 3)]


@needs("pandalm")
def test_pandalms_annotators_agree_as_published(annotators):
    pairs = [cohen_kappa(table_of(a, b, (0, 1, 2))).estimate for a, b in itertools.combinations(annotators, 2)]
    assert pairs == pytest.approx([0.8520, 0.8789, 0.8617], abs=5e-5)
    counts = [[row.count(label) for label in (0, 1, 2)] for row in zip(*annotators, strict=True)]
    computed = read("pandalm/computed_here.json")
    assert fleiss_kappa(counts) == pytest.approx(computed["fleiss_kappa"], abs=1e-6)
    majority = Counter(next(k for k, n in enumerate(row) if n > 1) for row in counts if max(row) > 1)
    assert [majority[label] for label in (0, 1, 2)] == [105, 422, 472]


@needs("llmbar")
def test_llmbars_judges_are_as_accurate_and_as_steady_under_a_swap_as_published():
    published = read("llmbar/published_statistics.json")
    verdicts: dict[str, list[dict[str, str]]] = {}
    with (FOLDER / "llmbar" / "verdicts.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            verdicts.setdefault(f"{row['subset']}/{row['evaluator']}", []).append(row)
    assert len(published) == len(verdicts) == 195
    for name, figures in published.items():
        rows = verdicts[name]
        given, swapped = ([row[column] for row in rows] for column in ("winner", "winner_swapped"))
        for column, said in (("correct_False", given), ("correct_True", swapped)):
            right = sum(one == row["label"] for one, row in zip(said, rows, strict=True))
            assert [right, len(rows)] == [int(n) for n in re.findall(r"\d+", figures[column])[:2]], name
        # As the authors count: everything that is not "1", unreadable verdicts among it, is the other answer.
        table = table_of([one == "1" for one in given], [one == "1" for one in swapped], (True, False))
        kappa = cohen_kappa(table)
        if kappa is not None:
            assert kappa.estimate == pytest.approx(figures["kappa_agreement"], abs=1e-9), name
