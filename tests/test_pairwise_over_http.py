"""Judges that compare the arms of a stored run over HTTP, pair by pair and in both orders."""

from __future__ import annotations

import json
import re

import pytest

from tests.support.http_projects import INPUT_USD, OUTPUT_USD, command, make_http_project, open_http_project
from tests.support.openai_server import OpenAIServer, ok, status
from tests.support.verdicts import code_of
from workbench.errors import InputError
from workbench.store import spend

JUDGE = """
[judges.style]
model = "jury"
criteria = ["Is it brief?"]
"""
ROWS = 6


def verdict(asked, better: str) -> str:
    return json.dumps({"code": code_of(asked), "reason": "so", "better": better})


def shown(asked) -> list[str]:
    """The two answers as the judge is shown them."""
    code = code_of(asked)
    return [
        re.search(rf"BEGIN ANSWER {n} {code}\n(.*?)\nEND ANSWER {n} {code}", asked.question, re.DOTALL)[1]
        for n in (1, 2)
    ]


async def likes_brevity(asked, http):
    first, second = map(len, shown(asked))
    better = "tie" if first == second else "1" if first < second else "2"
    return await ok(verdict(asked, better))(asked, http)


async def likes_the_first(asked, http):
    return await ok(verdict(asked, "1"))(asked, http)


async def answer(asked, http):
    """The careful prompt, which has a system message, answers briefly."""
    text = "1 day." if "Answer in one sentence." in asked.prompt else "It is lent for 1 day, as far as I know."
    return await ok(text)(asked, http)


@pytest.fixture
def desk(tmp_path):
    with OpenAIServer() as tiny, OpenAIServer() as small, OpenAIServer() as jury:
        tiny.default, small.default, jury.default = answer, ok("It may be 1 day."), likes_brevity
        project = make_http_project(tmp_path / "desk", {"tiny": tiny, "small": small, "jury": jury}, ROWS, JUDGE)
        with open_http_project(project) as wb:
            run = wb.run(["answer@1", "answer@2"], "golden", models="tiny", metrics=["length"]).id
        yield project, run, jury


def test_the_arm_whose_answers_win_in_both_orders_is_better(desk):
    project, run, jury = desk
    with open_http_project(project) as wb:
        found = wb.compare_pairwise(run, "style")
    (pair,) = found.pairs
    assert (pair.counts.first, pair.counts.second, pair.counts.inconsistent) == (0, ROWS, 0)
    assert (pair.result.verdict, pair.result.n, pair.result.difference) == ("better", ROWS, 1.0)
    assert pair.counts.shown_first_share == 0.5
    assert found.judge == "style in pairs v1"
    assert len(jury.requests) == 2 * ROWS
    assert found.strengths == {}
    cost = sum(
        len(one.prompt.split()) * INPUT_USD + len(verdict(one, "1").split()) * OUTPUT_USD for one in jury.requests
    )
    assert found.cost_usd == pytest.approx(cost)


def test_a_judge_that_takes_whatever_stands_first_decides_nothing_and_its_bias_is_said(desk):
    project, run, jury = desk
    jury.default = likes_the_first
    done = command(project, "score", run, "--judge", "style", "--pairwise", "--json")
    assert done.returncode == 0, done.stderr
    (pair,) = json.loads(done.stdout)["pairs"]
    assert (pair["wins"], pair["losses"], pair["inconsistent"]) == (0, 0, ROWS)
    assert (pair["consistency"], pair["shown_first"]) == (0.0, 1.0)
    assert pair["verdict"] != "better"
    told = command(project, "score", run, "--judge", "style", "--pairwise").stderr
    assert (
        f"The order decided {ROWS} of {ROWS} pairs, which count as ties; "
        "the answer shown first was named in 100% of the verdicts (50% is no bias)."
    ) in told


def test_what_was_said_is_stored_and_not_asked_again_until_the_judge_changes(desk):
    project, run, jury = desk
    with open_http_project(project) as wb:
        wb.compare_pairwise(run, "style")
        spent = wb.context.read(lambda s: spend.of_run(s, run)).known_usd
        wb.compare_pairwise(run, "style")
        assert len(jury.requests) == 2 * ROWS
        assert wb.context.read(lambda s: spend.of_run(s, run)).known_usd == spent

    toml = project / "workbench.toml"
    toml.write_text(toml.read_text().replace("Is it brief?", "Is it below ten words?"))
    with open_http_project(project) as wb:
        found = wb.compare_pairwise(run, "style")
    assert len(jury.requests) == 4 * ROWS
    assert (found.judge, found.left_out, found.pairs[0].result.n) == ("style in pairs v2", ROWS, ROWS)


def test_unreadable_verdicts_are_kept_and_count_for_nothing(desk):
    project, run, jury = desk
    jury.script(ok("Both are lovely."), likes_brevity, ok(f"VERDICT {'0' * 10}: 1"))
    with open_http_project(project) as wb:
        (pair,) = wb.compare_pairwise(run, "style").pairs
        kept = wb.context.read(lambda s: s.rows("SELECT raw FROM pair_verdicts WHERE raw <> '' ORDER BY raw"))
    assert pair.counts.unreadable in {1, 2}
    assert pair.counts.second == pair.counts.readable == ROWS - pair.counts.unreadable
    assert "Both are lovely." in "".join(raw for (raw,) in kept)


def test_a_model_that_is_not_there_stops_it_and_what_was_said_stays(desk):
    project, run, jury = desk
    jury.default = status(404, "No such model.")
    done = command(project, "score", run, "--judge", "style", "--pairwise")
    jury.default = likes_brevity
    assert done.returncode != 0
    assert "No such model." in done.stderr
    again = command(project, "score", run, "--judge", "style", "--pairwise")
    assert again.returncode == 0, again.stderr


def test_several_arms_are_put_on_one_scale(desk):
    project, _, jury = desk

    async def mostly_brevity(asked, http):
        texts = shown(asked)
        brief = "1" if len(texts[0]) < len(texts[1]) else "2"
        # On one row, which an answer cannot tell, the longer one wins in both orders: nobody always wins.
        odd = "item 3 " in asked.question
        return await ok(verdict(asked, {"1": "2", "2": "1"}[brief] if odd else brief))(asked, http)

    jury.default = mostly_brevity
    with open_http_project(project) as wb:
        run = wb.run(["answer@1", "answer@2"], "golden", models=["tiny", "small"], metrics=["length"]).id
        found = wb.compare_pairwise(run, "style", arms=["answer@1:tiny", "answer@2:tiny", "answer@1:small"])
    assert len(found.pairs) == 3
    assert list(found.strengths) == ["answer@1:tiny", "answer@1:small", "answer@2:tiny"]
    reference, small, careful = (one.estimate for one in found.strengths.values())
    assert reference == 0 < small < careful


def test_what_cannot_be_compared_is_refused_before_anybody_is_asked(desk):
    project, run, jury = desk
    with open_http_project(project) as wb:
        for judge, why in (("context_recall", "judges sources"), ("coherence", "has no model")):
            with pytest.raises(InputError, match=why):
                wb.compare_pairwise(run, judge)
        with pytest.raises(InputError, match="nothing to be compared with"):
            wb.compare_pairwise(run, "style", arms=["answer@1"])
    done = command(project, "score", run, "--metric", "length", "--pairwise")
    assert done.returncode == 2
    assert jury.requests == []


def test_what_was_said_in_pairs_stands_in_the_comparison_and_its_report(desk):
    project, run, _ = desk
    assert json.loads(command(project, "compare", run, "--json").stdout)["in_pairs"] == {
        "people": None,
        "judges": [],
        "imported": None,
    }
    with open_http_project(project) as wb:
        said = wb.compare_pairwise(run, "style")
    report = project / "report.html"

    told = command(project, "compare", run, "--html", str(report), "--json")

    assert json.loads(told.stdout)["in_pairs"]["judges"] == [said.as_json()]
    assert "Two answers at a time" in report.read_text(encoding="utf-8")
    assert said.pairs[0].sentence in command(project, "compare", run).stdout
