"""What was spent, in figures that never take the unknown for nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.support.builders import a_plan, an_arm
from tests.support.trials import an_output
from workbench.domain.prompt import Message, PromptContent
from workbench.settings import BudgetSettings
from workbench.store import prompts, runs, spend, trials
from workbench.store.spend import Apart, Reservation, Spent
from workbench.workspace.spending.spending import CapUse, Spending, SpendLine, SpendReport

NOW = datetime.fromisoformat("2026-11-21T15:00:00")


class Clock:
    def __init__(self, time: datetime = NOW) -> None:
        self.time = time

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def spending(wb):
    return Spending(replace(wb.context, clock=Clock()))


def with_budget(spending, **budget) -> Spending:
    context = spending.context
    return Spending(replace(context, settings=replace(context.settings, budget=BudgetSettings(**budget))))


def stored(spending, *outputs) -> None:
    spending.context.write(lambda s: trials.append(s, outputs))


def answered(trial_id="t1", *, days_ago=0, usd: float | None = 1.0, **fields):
    at = NOW - timedelta(days=days_ago)
    return an_output(trial_id=trial_id, started_at=at, spent_usd=usd, **{"cost_usd": usd, **fields})


def a_run(spending, run="r1", **plan) -> None:
    spending.context.write(lambda s: runs.add(s, run=run, plan=a_plan(**plan), created_at=NOW, created_by="ann"))


def test_a_project_that_spent_nothing_says_so(spending):
    report = spending.lately()
    assert report == SpendReport([], [], [], [], [], [])
    assert spending.month() == CapUse(Spent(0.0, 0.0, 0), None, 0.8)


def test_the_month_is_this_calendar_month(spending):
    stored(spending, answered("t1", days_ago=20), answered("t2", days_ago=21))
    assert spending.month().spent.known_usd == 1.0


@pytest.mark.parametrize(
    ("spent", "cap", "share", "state", "text"),
    [
        (Spent(1.0, 0.0, 0), None, None, "fine", "$1.00"),
        (Spent(1.0, 0.0, 0), 4.0, 0.25, "fine", "$1.00 of $4.00"),
        (Spent(3.0, 0.2, 0), 4.0, 0.8, "near", "$3.20 of $4.00"),
        (Spent(4.0, 0.0, 3), 4.0, 1.0, "reached", "at least $4.00 of $4.00"),
        (Spent(0.0, 0.0, 0), 0.0, 1.0, "reached", "$0 of $0"),
    ],
)
def test_a_budget_is_pointed_out_from_the_share_on_that_is_set(spent, cap, share, state, text):
    use = CapUse(spent, cap, 0.8)
    assert (use.share, use.state, use.text) == (share, state, text)


def test_spend_is_told_by_prompt_model_and_use_case_the_dearest_first(spending):
    content = PromptContent(messages=(Message("user", "Hi"),))

    def change(s):
        prompts.add(s, name="mail", content=content, author="ann", created_at=NOW, use_case="support")
        spend.add_apart(s, Apart(NOW, "try", None, None, "gpt", 0.25))

    spending.context.write(change)
    stored(
        spending,
        answered("t1", arm="mail@1:gpt"),
        answered("t2", arm="mail@1:own", usd=3.0),
        answered("t3", arm="mail@1:own", usd=None),
        answered("t4", arm="mail@1:offline/reader", usd=0.0),
        answered("t5", arm="mail@1:gpt", days_ago=40),
    )
    report = spending.lately()
    assert report.prompts == [SpendLine("mail", 3, 4.0, 1), SpendLine("no prompt named", 1, 0.25, 0)]
    assert report.models == [SpendLine("own", 2, 3.0, 1), SpendLine("gpt", 2, 1.25, 0)]
    assert report.use_cases == [SpendLine("support", 3, 4.0, 1), SpendLine("no use case named", 1, 0.25, 0)]
    assert [line.text for line in report.models] == ["at least $3.00", "$1.25"]
    assert report.unknown == 1


def test_what_is_wholly_unknown_is_called_so(spending):
    stored(spending, answered(usd=None))
    report = spending.lately()
    assert [line.text for line in report.models] == ["unknown"]
    assert report.day_frame()["cost_usd"].isna().tolist() == [True]


def test_days_are_the_last_thirty_and_a_dear_one_is_told(spending):
    stored(
        spending,
        *(answered(f"t{n}", days_ago=n) for n in range(1, 40)),
        answered("today", usd=1.75),
    )
    report = spending.lately()
    assert len(report.days) == 30
    assert (report.days[-1].day, report.days[-1].usd) == (NOW.date(), 1.75)
    assert report.unusual_days == ["21 Nov: $1.75, 1.8 times the usual $1.00 (the median of 28 days before)."]


def test_a_dear_arm_of_a_new_run_is_told(spending):
    a_run(spending, arms=[an_arm(model="one"), an_arm(model="two")])
    stored(spending, answered("t1", arm="answer@1:one", usd=0.5), answered("t2", arm="answer@1:two", usd=1.0))
    assert spending.lately().dear_arms == [
        "Run r1: an answer of answer@1:two costs $1.00, 2.0 times the $0.50 of the baseline answer@1:one."
    ]


def test_its_revision_changes_with_whatever_is_spent_and_with_the_day(spending):
    first = spending.revision()
    assert spending.revision() == first
    stored(spending, answered())
    second = spending.revision()
    spending.context.write(lambda s: spend.add_apart(s, Apart(NOW, "try", None, None, "gpt", 0.25)))
    assert len({first, second, spending.revision()}) == 3
    tomorrow = replace(spending.context, clock=Clock(NOW + timedelta(days=1)))
    assert Spending(tomorrow).revision() != spending.revision()


def test_a_run_is_held_against_its_own_budget_with_what_lost_calls_may_have_cost(spending):
    a_run(spending, max_cost_usd=5.0)
    stored(spending, answered(usd=1.5), answered("t2", run="r2"))
    spending.context.write(lambda s: spend.add_reservations(s, [Reservation("a", "r1", "one", 0.5, NOW)]))
    assert spending.of_run("r1") == CapUse(Spent(1.5, 0.5, 0), 5.0, 0.8)
    assert spending.of_run("latest", 2.0).state == "reached"


@pytest.mark.parametrize(
    ("budget", "own", "raised", "said"),
    [
        ({}, 1.2, None, ["the run: $1.00 of $1.20", "`workbench resume r1 --max-cost USD`"]),
        ({}, 1.2, 1.3, ["the run: $1.00 of $1.30", "--max-cost"]),
        ({"run_usd": 1.1}, 5.0, None, ["the run: $1.00 of $1.10", "Raise run_usd in workbench.toml"]),
        ({"run_usd": 2.0, "month_usd": 1.5}, None, None, ["the month: $1.00 of $1.50", "Raise month_usd"]),
    ],
)
def test_a_run_that_stopped_says_at_which_budget_and_the_way_on(spending, budget, own, raised, said):
    a_run(spending, max_cost_usd=own)
    stored(spending, answered())
    text = with_budget(spending, **budget).stopped_at("r1", raised)
    assert all(part in text for part in said)
