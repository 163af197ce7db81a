"""What a correction for several comparisons does to verdicts."""

from workbench.stats.multiple import corrected
from workbench.stats.paired import compare


def _pair(better: int, of: int):
    """An arm that finds `better` of `of` more than a baseline which finds nothing."""
    baseline = {str(n): [0.0] for n in range(of)}
    return compare(baseline, {str(n): [float(n < better)] for n in range(of)}, kind="pass_fail", direction="higher")


def test_one_comparison_alone_keeps_its_verdict():
    (alone,) = corrected([_pair(6, 30)], "higher")
    assert (alone.verdict, alone.p_value) == ("better", _pair(6, 30).p_value)


def test_among_many_a_small_difference_is_not_settled_any_more_and_says_what_would_settle_it():
    among = corrected([_pair(6, 30), *[_pair(1, 30)] * 9], "higher")

    assert (among[0].verdict, among[0].needed_examples is not None) == ("cannot tell yet", True)
    assert (among[0].low, among[0].high) == (_pair(6, 30).low, _pair(6, 30).high)


def test_too_few_examples_stay_too_few_and_do_not_count():
    few, enough = corrected([_pair(2, 3), _pair(6, 30)], "higher")

    assert few == _pair(2, 3)
    assert enough.verdict == "better"
