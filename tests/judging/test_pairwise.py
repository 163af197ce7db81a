"""Judges that compare two answers, in both orders."""

import asyncio
import json

import pytest
from hypothesis import given as property_of
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.support.scoring import a_source, an_output
from workbench.domain.score import Unscored
from workbench.errors import InputError, OverloadedError
from workbench.judging import registry
from workbench.judging.judge import Juror
from workbench.judging.pairwise import Pair, PairJudge

LONG, SHORT = an_output("You get 30 days, dear reader.", (a_source(),)), an_output("30 days.", (a_source(),))
PAIR = Pair(LONG, SHORT)
M = Juror("m")
JUDGE = PairJudge(registry.judge("style", criteria=["Is it brief?"], jurors=[M]))


def reply(better, pair=PAIR, code=None, **fields):
    return json.dumps({"code": code or JUDGE.code_of(pair), "reason": "shorter", "better": better, **fields})


def compared(completer, pair=PAIR):
    return asyncio.run(JUDGE.compare(pair, M, completer))


def test_a_pair_is_asked_about_in_both_orders_and_the_answers_keep_their_names(scripted):
    completer = scripted(reply("2"), reply("1", PAIR.swapped))
    verdict = compared(completer)
    assert (verdict.said, verdict.said_swapped) == ("second", "second")
    assert verdict.reason == "as they stand: second (shorter); swapped: second (shorter)"
    first, second = (request.messages[1].content for request in completer.requests)
    assert first.index(LONG.completion.text) < first.index("\n30 days.\n")
    assert second.index(LONG.completion.text) > second.index("\n30 days.\n")
    assert len(verdict.completions) == 2


def test_a_judge_that_takes_the_first_shown_says_two_things(scripted):
    verdict = compared(scripted(reply("1"), reply("1", PAIR.swapped)))
    assert (verdict.said, verdict.said_swapped) == ("first", "second")


def test_an_order_that_cannot_be_read_is_kept_apart(scripted):
    verdict = compared(scripted(reply("2"), "Both are lovely."))
    assert (verdict.said, verdict.said_swapped) == ("second", None)
    assert verdict.raw == "Both are lovely."
    assert "could not be read" in verdict.reason

    verdict = compared(scripted(OverloadedError("Busy."), reply("tie", PAIR.swapped)))
    assert (verdict.said, verdict.said_swapped) == (None, "tie")
    assert "Busy." in verdict.reason


def test_equal_answers_are_a_tie_that_nobody_is_asked_about(scripted):
    completer = scripted()
    assert compared(completer, Pair(SHORT, SHORT)).said == "tie"
    assert completer.requests == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"VERDICT {JUDGE.code_of(PAIR)}: 2", "second"),
        (f"VERDICT {JUDGE.code_of(PAIR)}: Tie.", "tie"),
        (f"{reply('1')}\nNo.\n{reply('2')}", "second"),
        (f"{reply('1')}\nVERDICT {JUDGE.code_of(PAIR)}: tie", "tie"),
        (reply("3"), None),
        (reply(1), None),
        (reply("2", code="0123456789"), None),
        (reply("2", PAIR.swapped), None),
        (f"VERDICT {JUDGE.code_of(PAIR)}: the second", None),
        ("Answer 2 is better.", None),
    ],
)
def test_the_last_verdict_with_the_code_of_the_request_counts_and_nothing_else(text, said):
    read = JUDGE.read(text, PAIR)
    if said is None:
        assert isinstance(read, Unscored)
        assert read.raw == text
    else:
        assert read[0] == said


def test_what_the_judge_looks_at_is_what_its_rubric_judges():
    assert "Is it brief?" in JUDGE.instructions
    for name in registry.names():
        judge = registry.judge(name)
        if name.startswith("context_"):
            with pytest.raises(InputError, match="judges sources, not answers"):
                PairJudge(judge)
        else:
            assert judge.rubric.aspect in PairJudge(judge).instructions


def test_the_schema_admits_a_verdict_and_the_version_covers_what_is_told():
    Draft202012Validator(JUDGE.schema).validate(json.loads(reply("tie")))
    other = PairJudge(registry.judge("style", criteria=["Is it polite?"], jurors=[M]))
    assert len({JUDGE.version, other.version, JUDGE.judge.version}) == 3


def test_sources_that_differ_stand_behind_the_answer_that_had_them():
    pair = Pair(LONG, an_output("30 days.", (a_source("Other."),)))
    shown = JUDGE.request(pair, M).messages[1].content
    assert "BEGIN SOURCE OF ANSWER 2, NUMBER 1" in shown
    assert "BEGIN SOURCE 1" not in shown
    assert "BEGIN SOURCE 1" in JUDGE.request(PAIR, M).messages[1].content


@property_of(st.text())
def test_any_text_is_read_without_an_error(text):
    code = JUDGE.code_of(PAIR)
    for written in (text, f"VERDICT {code}: {text}", json.dumps({"code": code, "better": text})):
        read = JUDGE.read(written, PAIR)
        assert isinstance(read, Unscored) or read[0] in {"first", "second", "tie"}
