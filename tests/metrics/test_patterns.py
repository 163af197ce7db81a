import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.metrics.patterns import MAX_PATTERN, compile_pattern


@pytest.mark.parametrize(
    "pattern",
    [
        r"\[(\d+)\]",
        r"\[([^\[\]]+)\]",
        r"(?i)\b30\s+(?:days?|weeks?)\b",
        r"(?:\d{1,3},){0,4}\d+",
        r"^\s*[A-Z][^.]*\.\s*$",
        r".*fee.*days",
        r"(?=.*a)(?!b)c",
        r"(?P<q>['\"]).*(?P=q)",
        r"[ab]*c",
    ],
)
def test_patterns_as_people_write_them_are_accepted(pattern):
    assert compile_pattern(pattern).pattern == pattern


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+b",
        "(a|aa)*b",
        "(a?)+b",
        "((ab)*)*",
        r"^(\w+\s?)*$",
        "(?:(a+)+){0}(b+)+",
        "a?" * 30 + "a" * 30,
        "((a|ab){0,8}){0,8}",
        "(a*){8}b",
        "x*" * 12 + "y",
        "(?=(a+)+b)",
    ],
)
def test_a_pattern_that_could_take_forever_is_refused(pattern):
    with pytest.raises(InputError, match="could take very long"):
        compile_pattern(pattern)


@pytest.mark.parametrize("pattern", ["(", "[", "a{2,1}", "(?P<x", "*", 7, None, "a" * (MAX_PATTERN + 1)])
def test_what_is_no_pattern_is_an_input_error(pattern):
    with pytest.raises(InputError):
        compile_pattern(pattern)


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
@given(st.text(alphabet="ab()[]|*+?{}1,\\d^$.:=!<P>", max_size=20))
def test_whatever_is_accepted_also_compiles(pattern):
    try:
        accepted = compile_pattern(pattern)
    except InputError:
        return
    assert accepted == re.compile(pattern)
