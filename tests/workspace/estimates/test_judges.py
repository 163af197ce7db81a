"""Judges in an estimate: verdicts, their cost and their time."""

from __future__ import annotations

import pytest

from tests.support.completers import an_answer
from tests.support.projects import TOML, fill, make_project, open_project, rows
from workbench.domain.dataset import Example
from workbench.domain.model import Usage
from workbench.domain.prompt import Message, PromptContent, PromptFile

JUDGED = TOML + '[judges.groundedness]\nmodel = "one"\n'
LIMITED = JUDGED.replace(
    "output_per_million = 2.0 }\n", "output_per_million = 2.0 }\nparameters = { max_tokens = 300 }\n"
)
ASKED = {"prompts": "grounded@1", "dataset": "given", "models": "two", "judges": ["groundedness"]}
SOURCE = "Every item is lent for some days. " * 10


def judged(tmp_path, models, toml):
    """A project whose rows bring their sources along, and a judge."""
    wb = open_project(make_project(tmp_path / "judged", toml))
    fill(wb)
    content = PromptContent((Message("user", "{{context}}\n{{question}}"),), variables=("context", "question"))
    wb.add_prompt(PromptFile("grounded", content))
    wb.add_dataset([Example(row["id"], row["inputs"], context=(SOURCE,)) for row in rows(8)], name="given")
    return wb


@pytest.fixture
def judge_of(tmp_path, models):
    """Make a project by what its file says, and estimate what ASKED says."""
    opened = []

    def make(toml):
        opened.append(judged(tmp_path, models, toml))
        return opened[-1]

    yield make
    for wb in opened:
        wb.close()


def test_without_a_model_it_scores_nothing_and_says_what_it_needs(judge_of):
    found = judge_of(TOML).estimate(**ASKED)

    (judge,) = found.judges
    assert judge.model is None
    assert found.verdicts == 0
    assert any("groundedness needs a model in workbench.toml" in note for note in found.notes())


def test_before_any_verdict_its_request_is_rendered_and_its_answer_left_open(judge_of):
    wb = judge_of(LIMITED)

    (judge,) = wb.estimate(**ASKED, repeats=2).judges

    assert (judge.model, judge.verdicts, judge.calls.middle) == ("one", 16, 16)
    assert judge.cost_usd.expected is None
    low, high = judge.cost_usd.low / 16, judge.cost_usd.high / 16
    assert 400e-6 < low < 1_000e-6  # instructions, question and sources, at a dollar for a million tokens
    assert high > low + 300 * 2e-6
    assert "between 1 and 300 tokens" in judge.cost_from
    assert judge.latency_ms is None


def test_where_nothing_limits_its_verdicts_its_cost_is_unknown(judge_of):
    found = judge_of(JUDGED).estimate(**ASKED)

    assert found.judges[0].cost_usd is None
    assert any("What groundedness costs is not known yet" in note for note in found.notes())
    assert found.probe_helps


def test_a_judge_model_without_a_price_is_named(judge_of):
    found = judge_of(JUDGED.replace('[judges.groundedness]\nmodel = "one"', '[judges.groundedness]\nmodel = "two"'))

    assert found.estimate(**ASKED).unknown_prices == ("two",)


def test_votes_multiply_calls_and_cost(judge_of):
    one = judge_of(LIMITED).estimate(**ASKED).judges[0]
    three = judge_of(LIMITED + "votes = 3\n").estimate(**ASKED).judges[0]

    assert (one.verdicts, three.verdicts) == (8, 8)
    assert three.calls.middle == 3 * one.calls.middle
    assert three.cost_usd.high == pytest.approx(3 * one.cost_usd.high)


def test_longer_answers_make_a_judge_dearer(judge_of, models):
    wb = judge_of(LIMITED)
    before = wb.estimate(**ASKED).judges[0]
    models.default.answer = lambda request: an_answer("Days.", usage=Usage(10, 200))
    wb.run(**{**ASKED, "judges": []})

    after = wb.estimate(**ASKED).judges[0]

    assert after.cost_usd.low - before.cost_usd.low > 8 * 100e-6


def test_earlier_verdicts_tell_cost_and_time(judge_of, models):
    models.default.answer = lambda request: an_answer("It is lent for 3 days [1].", usage=Usage(500, 100))
    wb = judge_of(JUDGED)
    wb.run(**ASKED)

    found = wb.estimate(**ASKED, repeats=3)

    (judge,) = found.judges
    assert judge.cost_from == "8 earlier verdicts"
    assert judge.cost_usd.low < 24 * 700e-6 <= judge.cost_usd.high
    assert judge.cost_usd.middle == pytest.approx(24 * 700e-6, rel=0.3)
    assert judge.latency_ms.middle == pytest.approx(1.0)
    assert found.seconds is not None
    assert not found.probe_helps


def test_answers_that_left_nothing_to_judge_before_are_not_all_paid_for(judge_of, models):
    asked = []

    def some_empty(request):
        if "You check whether" in request.messages[0].content:
            return an_answer("{}", usage=Usage(500, 100))
        asked.append(request)
        return an_answer("" if len(asked) % 2 else "Three days.")

    models.default.answer = some_empty
    wb = judge_of(JUDGED)
    wb.run(**ASKED)

    (judge,) = wb.estimate(**ASKED, repeats=2).judges

    assert judge.calls.low < judge.calls.expected < judge.calls.high < 16
    assert judge.calls.expected == pytest.approx(8)


def test_a_jury_is_told_juror_by_juror_and_gives_one_verdict_an_answer(judge_of):
    jury = LIMITED.replace('[judges.groundedness]\nmodel = "one"', '[judges.groundedness]\nmodel = ["one", "two"]')

    found = judge_of(jury).estimate(**ASKED)

    assert [(judge.judge, judge.model, judge.calls.middle) for judge in found.judges] == [
        ("groundedness", "one", 8),
        ("groundedness", "two", 8),
    ]
    assert found.verdicts == 8
    assert found.unknown_prices == ("two",)
    assert found.at_least
