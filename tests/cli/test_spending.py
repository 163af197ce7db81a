"""Budgets on the command line: set, held, told of, and raised."""

from __future__ import annotations

import pytest

from tests.support.completers import an_answer
from workbench.domain.model import Usage
from workbench.stats.numbers import money

ASKED = ("run", "--prompt", "answer@1", "--dataset", "golden", "--model", "one", "--no-cache")
A_CENT_EACH = Usage(10, 5_000)
"""At $2 per million tokens of answer."""


@pytest.fixture
def project(project, models):
    """Each answer costs a cent, and can cost $0.0205 or a little less."""
    toml = project / "workbench.toml"
    toml.write_text(toml.read_text().replace("[models.one]", "[models.one]\nparameters = { max_tokens = 10_000 }"))
    models.default.answer = lambda request: an_answer("1 day", usage=A_CENT_EACH)
    return project


def budget(project, text: str) -> None:
    toml = project / "workbench.toml"
    toml.write_text(toml.read_text() + f"\n[budget]\n{text}\n")


def test_a_run_stops_at_its_budget_keeps_what_it_has_and_goes_on_with_a_higher_one(workbench, models):
    stopped = workbench(*ASKED, "--max-cost", "0.04", "--json")

    assert (stopped.code, stopped.json["stopped_by"], stopped.json["failed"]) == (4, "budget", 0)
    assert 0 < stopped.json["done"] < 6
    assert stopped.json["cost_usd"] == pytest.approx(stopped.json["done"] * 0.01, rel=0.01)
    assert stopped.json["cost_usd"] <= 0.04
    run = stopped.json["run"]
    assert f"Stopped at the budget of the run: {money(stopped.json['cost_usd'])} of $0.04" in stopped.err
    assert f"`workbench resume {run} --max-cost USD` goes on" in stopped.err

    asked = len(models.default.requests)
    resumed = workbench("resume", run, "--max-cost", "1")
    assert resumed.code == 0
    assert "6 of 6 done, 0 failed" in resumed.err
    assert len(models.default.requests) - asked == 6 - stopped.json["done"]


def test_resuming_without_a_higher_budget_asks_nothing_and_says_so_again(workbench, models):
    stopped = workbench(*ASKED, "--max-cost", "0.04", "--json").json
    asked = len(models.default.requests)

    again = workbench("resume", stopped["run"], "--json")

    assert (again.code, again.json["done"], again.json["stopped_by"]) == (4, stopped["done"], "budget")
    assert len(models.default.requests) == asked
    assert "Stopped at the budget of the run" in again.err


def test_the_projects_budget_for_a_run_is_raised_in_its_file(workbench, project):
    budget(project, "run_usd = 0.04")

    stopped = workbench(*ASKED, "--max-cost", "5")

    assert stopped.code == 4
    assert "Stopped at the budget of the run" in stopped.err
    assert "Raise run_usd in workbench.toml" in stopped.err
    assert "--retry-failed" not in stopped.err


def test_the_months_budget_holds_over_runs(workbench, project):
    budget(project, "month_usd = 0.09")
    assert workbench(*ASKED, "--json").json["done"] == 6

    stopped = workbench(*ASKED, "--json")

    assert (stopped.code, stopped.json["stopped_by"]) == (4, "budget")
    assert stopped.json["done"] < 3
    assert "Stopped at the budget of the month" in stopped.err
    assert "Raise month_usd in workbench.toml" in stopped.err


def test_a_budget_that_is_mostly_spent_is_pointed_out_once(workbench, project):
    budget(project, "run_usd = 1.0\nalert_at = 0.01")

    ended = workbench(*ASKED)

    assert ended.code == 0
    assert ended.err.count("of the run's budget is spent or set aside") == 1


@pytest.mark.parametrize("wrong", ["0", "-1", "nan", "much"])
def test_a_budget_that_is_no_amount_is_refused(workbench, wrong):
    assert workbench(*ASKED, "--max-cost", wrong).code == 2


def test_an_unknown_price_refuses_a_budget_and_nothing_is_stored(workbench):
    before = workbench("runs", "--json").json

    refused = workbench(*ASKED[:-3], "--model", "two", "--max-cost", "5")

    assert refused.code == 2
    assert "the price of 'two'" in refused.err
    assert "price in workbench.toml" in refused.err
    assert workbench("runs", "--json").json == before


def test_answers_of_earlier_runs_cost_nothing_unless_they_are_asked_for_again(workbench):
    workbench(*ASKED)
    replayed = workbench(*ASKED[:-1], "--json").json
    asked = workbench(*ASKED, "--json").json

    assert (replayed["cached"], replayed["cost_usd"]) == (6, 0.0)
    assert (asked["cached"], asked["cost_usd"]) == (0, pytest.approx(0.06, rel=0.01))
