import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.judging.verdicts import last_line, last_verdict, request_code

CODE = "0123abcdef"
OURS = {"code": CODE, "claims": []}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(OURS),
        f"```json\n{json.dumps(OURS, indent=2)}\n```",
        f"Well, {{let me}} see: {json.dumps(OURS)} That is all.",
        f'{{"code": "{CODE}", "claims": [1]}} no, rather {json.dumps(OURS)}',
        f'{{"broken": {json.dumps(OURS)}',
    ],
)
def test_the_last_verdict_with_the_code_is_the_verdict_wherever_it_stands(text):
    assert last_verdict(text, CODE) == OURS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        json.dumps({"code": "other", "claims": []}),
        json.dumps({"claims": []}),
        json.dumps({"outer": OURS}),
        json.dumps(OURS)[:-1],
        f'{{"code": "{CODE}", "claims": NaN}}',
        '{"a":' * 100_000,
        "{" * 500_000,
    ],
)
def test_an_object_without_the_code_is_no_verdict(text):
    assert last_verdict(text, CODE) is None


def test_the_last_verdict_line_with_the_code_counts():
    text = f"VERDICT {CODE}: 1 of 2\nOn second thoughts:\n**verdict {CODE}:** 2 of 2.\nVERDICT: 0 of 2\nVERDICT beef: 0 of 9"
    assert last_line(text, CODE) == "2 of 2"


def test_a_code_in_angle_brackets_is_the_code():
    assert last_line(f"VERDICT <{CODE}>: 1 of 2", CODE) == "1 of 2"


@pytest.mark.parametrize("text", ["", "VERDICT: 2 of 2", "VERDICT beef: 2 of 2", f"my VERDICT {CODE}: 2 of 2"])
def test_a_line_without_the_code_is_no_verdict(text):
    assert last_line(text, CODE) is None


def test_the_code_follows_from_all_that_is_shown_and_from_nothing_else():
    assert request_code("question", ["source"], "answer") == request_code("question", ["source"], "answer")
    assert request_code("question", ["source"], "answer") != request_code("question", ["source"], "answer.")
    assert request_code("ab", "c") != request_code("a", "bc")


@given(st.text() | st.text(alphabet='{}[]",:code0123abcdef VERDICT\n\\'), st.text(min_size=1))
def test_no_text_makes_reading_fail(text, code):
    last_verdict(text, code)
    last_line(text, code)


@given(st.text(), st.text())
def test_a_verdict_is_found_within_any_prose(before, after):
    assert last_verdict(f"{before.replace('{', '')}\n{json.dumps(OURS)}\n{after}", CODE) == OURS
