"""Which caps hold, and when one is refused because it could not be held."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.builders import DEAR, a_plan, an_arm
from workbench.domain.model import Limits, ModelSpec
from workbench.errors import InputError
from workbench.pricing import FREE
from workbench.settings import BudgetSettings, JudgeSettings, ProjectSettings, Settings
from workbench.workspace.spending.budget import Standing
from workbench.workspace.spending.caps import Asked, Caps, alert, caps_in_force, judges_asked, require_bounds

LISTED = "openai/gpt-4o-mini"
CAPPED = Caps(run_usd=1.0)


def project(**budget) -> Settings:
    return Settings(ProjectSettings("p"), budget=BudgetSettings(**budget))


def an_arm_on(model: str, price=DEAR, **parameters):
    return replace(an_arm(model=model, price=price), parameters=parameters)


@pytest.mark.parametrize(
    ("own", "asked", "projects", "held"),
    [
        (None, None, None, None),
        (5.0, None, None, 5.0),
        (None, None, 3.0, 3.0),
        (5.0, None, 3.0, 3.0),
        (2.0, None, 3.0, 2.0),
        (5.0, 9.0, None, 9.0),
        (5.0, 9.0, 7.0, 7.0),
        (None, 9.0, None, 9.0),
    ],
)
def test_a_run_is_held_to_its_own_cap_or_the_projects_whichever_is_lower(own, asked, projects, held):
    assert caps_in_force(a_plan(max_cost_usd=own), project(run_usd=projects), asked).run_usd == held


def test_the_months_cap_and_the_alert_are_the_projects():
    caps = caps_in_force(a_plan(), project(month_usd=20.0, alert_at=0.5))
    assert caps == Caps(None, 20.0, 0.5)
    assert caps.in_force


def test_a_cap_of_nothing_in_the_settings_is_a_cap():
    assert caps_in_force(a_plan(), project(run_usd=0.0)).in_force
    assert not caps_in_force(a_plan(), project()).in_force


@pytest.mark.parametrize("wrong", [0.0, -1.0, float("nan"), float("inf")])
def test_a_cap_that_is_no_amount_is_refused(wrong):
    with pytest.raises(InputError, match="above 0"):
        caps_in_force(a_plan(), project(), wrong)


def test_without_a_cap_nothing_needs_to_be_known():
    require_bounds(Caps(), a_plan([an_arm_on("openai/unheard-of", None)]), [])


def test_a_cap_is_held_where_price_and_length_are_known():
    arms = [
        an_arm_on(LISTED),
        an_arm_on("openai/our-own", max_tokens=100),
        an_arm_on("offline/reader", FREE),
        an_arm_on("openai/free-of-our-own", FREE),
    ]
    require_bounds(CAPPED, a_plan(arms), [])


def test_an_unknown_price_refuses_a_cap_and_says_why():
    arms = [an_arm_on(LISTED), an_arm_on("openai/unheard-of", None, max_tokens=5)]
    with pytest.raises(InputError, match=r"the price of 'openai/unheard-of', which the arm answer@1:.* asks") as caught:
        require_bounds(CAPPED, a_plan(arms), [])
    assert "price in workbench.toml" in caught.value.hint
    assert LISTED not in caught.value.message


def test_an_answer_of_unknown_length_refuses_a_cap_and_says_why():
    with pytest.raises(InputError, match="how long an answer of 'openai/our-own' can get") as caught:
        require_bounds(Caps(month_usd=1.0), a_plan([an_arm_on("openai/our-own")]), [])
    assert "max_tokens" in caught.value.hint


def test_a_judges_model_must_be_known_too():
    judge = Asked("the judge strict", ModelSpec("j", "openai/unheard-of"), {}, None)
    with pytest.raises(InputError, match="the price of 'j', which the judge strict asks"):
        require_bounds(CAPPED, a_plan([an_arm_on(LISTED)]), [judge])


def test_judges_are_asked_with_their_models_parameters_and_price(wb):
    alias = ModelSpec("dear", "openai/our-own", None, None, {"max_tokens": 9}, DEAR, Limits())
    settings = replace(
        wb.context.settings,
        models={"dear": alias},
        judges={"strict": JudgeSettings(("dear",)), "silent": JudgeSettings()},
    )
    models = replace(wb.runs.planner.models, context=replace(wb.context, settings=settings))
    found = judges_asked(["strict", "silent", "groundedness"], settings, models)
    assert [(one.by, one.model.alias, dict(one.parameters), one.price) for one in found] == [
        ("the judge strict", "dear", {"max_tokens": 9}, DEAR)
    ]


@pytest.mark.parametrize(
    ("usd", "cap", "said"),
    [
        (0.79, 1.0, None),
        (0.8, 1.0, "80% of the run's budget is spent or set aside: $0.80 of $1.00."),
        (1.0, 1.0, "100% of the run's budget is spent or set aside: $1.00 of $1.00."),
        (9.0, None, None),
        (0.0, 0.0, None),
    ],
)
def test_a_cap_is_pointed_out_from_its_share_on(usd, cap, said):
    assert alert("run", usd, cap, 0.8) == said


def test_a_standing_points_out_each_cap_by_itself():
    standing = Standing(Caps(1.0, 10.0, 0.5), run_usd=0.6, month_usd=4.0)
    assert list(standing.alerts()) == ["run"]
    assert list(replace(standing, month_usd=5.0).alerts()) == ["run", "month"]
