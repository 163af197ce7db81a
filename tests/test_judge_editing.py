"""Questions put into a `workbench.toml` and taken out: comments and everything else stay, or nothing is changed."""

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.settings.judge_editing import with_question, without_question

FILE = """\
# The desk's project
[project]
name = "Desk"  # keep

[judges.style]
model = "mini"  # cheap
criteria = [
  "Is it short?",  # Ann wants this
]
votes = 3

# Models
[models.mini]
model = "openai/x"
"""


def test_a_question_joins_a_judge_and_every_comment_stays():
    after = with_question(FILE, "style", 'Is it free of "fees"?')

    assert [line for line in after.splitlines() if line not in FILE.splitlines()] == ['  "Is it free of \\"fees\\"?",']
    assert set(FILE.splitlines()) <= set(after.splitlines())
    assert without_question(after, "style", 'Is it free of "fees"?', drop_judge=False) == FILE


def test_a_judge_that_begins_stands_at_the_end_and_goes_as_a_whole():
    after = with_question(FILE, "no-fees", "Is it free of fees?", "mini")

    assert after.startswith(FILE)
    assert tomllib.loads(after)["judges"]["no-fees"] == {"model": "mini", "criteria": ["Is it free of fees?"]}
    assert "no-fees" not in without_question(after, "no-fees", "Is it free of fees?", drop_judge=True)


@pytest.mark.parametrize(
    ("text", "judge"),
    [
        ("", "new"),
        ('judges = {style = {criteria = ["a?"]}}\n', "style"),
        ('[judges]\nstyle.criteria = ["a?"]\n', "style"),
        ('[judges.style]\r\nmodel = "m"\r\n', "style"),
        ('[judges."odd name"]\nvotes = 1\n[judges.style]\ncriteria = ["a?"] # c', "style"),
    ],
)
def test_other_ways_to_write_a_judge_are_edited_too(text, judge):
    after = with_question(text, judge, "q?")

    assert tomllib.loads(after)["judges"][judge]["criteria"][-1] == "q?"
    back = without_question(after, judge, "q?", drop_judge=judge == "new")
    assert tomllib.loads(back) == tomllib.loads(text)
    assert after.count("\r\n") == (after.count("\n") if "\r\n" in text else 0)


def test_what_cannot_be_edited_safely_is_refused():
    with pytest.raises(InputError, match="cannot be changed"):
        with_question('judges = {style = {criteria = ["a?"]}}\n', "new", "q?")
    with pytest.raises(InputError, match="already"):
        with_question(FILE, "style", "Is it short?")


def test_a_question_that_was_reworded_by_hand_is_left_alone():
    assert without_question(FILE, "style", "Was it short?", drop_judge=True) == FILE


@settings(max_examples=30)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_any_question_comes_back_as_it_was_written(question):
    after = with_question(FILE, "style", question)

    assert tomllib.loads(after)["judges"]["style"]["criteria"] == ["Is it short?", question]
    assert without_question(after, "style", question, drop_judge=False) == FILE
    assert tomllib.loads(with_question(FILE, "own", question))["judges"]["own"]["criteria"] == [question]


def test_a_file_that_is_broken_is_said_to_be_and_left():
    with pytest.raises(InputError, match=r"workbench.toml is not TOML, so it was not changed.*Mend it first"):
        without_question(FILE + "[judges", "style", "Is it short?", drop_judge=False)
