import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.scoring import an_output
from workbench.domain.dataset import Check
from workbench.domain.score import Scored, Unscored
from workbench.errors import InputError, NotFoundError
from workbench.metrics.checks import CHECKS, run_check

SCHEMA = {"type": "object", "properties": {"days": {"type": "integer"}}, "required": ["days"]}
USABLE = [
    Check("equals", "30 days"),
    Check("contains", "30 days"),
    Check("icontains", "30 DAYS"),
    Check("not_contains", "40"),
    Check("regex", r"\d+ days"),
    Check("json_schema", SCHEMA),
    Check("contains_all", ["30", "days"]),
    Check("contains_any", ["weeks", "days"]),
    Check("max_words", 3),
    Check("similarity", "30 days", threshold=0.9),
]


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (USABLE[0], " 30 days\n", "30 Days"),
        (USABLE[1], "about 30 days", "30  days"),
        (USABLE[2], "about 30\nDays", "31 days"),
        (USABLE[3], "30 days", "40 days"),
        (USABLE[4], "in 30 days", "in thirty days"),
        (USABLE[5], '{"days": 30}', '{"days": "30"}'),
        (USABLE[6], "days: 30", "30 weeks"),
        (USABLE[7], "30 days", "a month"),
        (USABLE[8], "it is 30-odd.", "it is 30 days"),
        (USABLE[9], "30 day", "a month"),
        (Check("contains", 30), "30 days", "thirty"),
    ],
    ids=lambda value: value.type if isinstance(value, Check) else "",
)
def test_each_check_passes_what_it_asks_for_and_says_what_is_wrong_otherwise(check, good, bad):
    assert run_check(check, good).passed
    failed = run_check(check, bad)
    assert not failed.passed
    assert failed.reason


def test_similarity_without_a_threshold_asks_for_four_fifths():
    assert run_check(Check("similarity", "abcdefghij"), "abcdefghxy").passed  # 8 of 10 letters stay: 0.8
    assert not run_check(Check("similarity", "abcdefghij"), "abcdefgxyz").passed


def test_a_pattern_beyond_the_searched_part_is_reported_as_such():
    result = run_check(Check("regex", "end"), "x" * 30_000 + "end")
    assert not result.passed
    assert "first 20,000 characters" in result.reason


@pytest.mark.parametrize(
    "check",
    [
        Check("contains", ""),
        Check("contains", None),
        Check("contains", ["a"]),
        Check("contains", True),
        Check("contains_all", "abc"),
        Check("contains_any", []),
        Check("regex", "("),
        Check("regex", "(a+)+"),
        Check("json_schema", "no schema"),
        Check("json_schema", {"type": "no such type"}),
        Check("max_words", "many"),
        Check("max_words", -1),
        Check("max_words", True),
        Check("similarity", "a", threshold=80),
    ],
    ids=lambda check: f"{check.type} {check.value!r}",
)
def test_a_check_that_cannot_be_used_is_the_authors_mistake_not_a_failed_answer(check):
    with pytest.raises(InputError):
        run_check(check, "any")
    result = CHECKS.score(an_output("any", checks=(check,)))
    assert isinstance(result, Unscored)
    assert "check of the row cannot be used" in result.reason


def test_an_unknown_check_type_names_the_nearest():
    with pytest.raises(NotFoundError, match="contains"):
        run_check(Check("contans", "a"), "a")  # type: ignore[arg-type]


def test_the_reason_names_every_failed_check():
    given_ = an_output("30 weeks", checks=(Check("contains", "30"), Check("contains", "days"), Check("max_words", 1)))
    assert CHECKS.score(given_) == Scored(0.0, "the answer does not contain 'days'; has 2 words, more than 1")


def test_a_row_without_checks_is_unscored():
    assert CHECKS.score(an_output("any")) == Unscored("the row has no checks")


@given(st.text(), st.sampled_from(USABLE))
def test_no_text_makes_a_check_fail_with_an_error(text, check):
    assert run_check(check, text).passed in {True, False}
