"""Which earlier answers an estimate rests on, and that its ranges hold."""

from __future__ import annotations

import os
import random
from dataclasses import replace

import pytest

from tests.support.estimates import ONE, PRICE_IN, PRICE_OUT, anew, both, said, stored_run
from tests.support.projects import TOML, open_project
from workbench.domain.dataset import Example
from workbench.domain.model import Usage
from workbench.domain.prompt import Message, PromptContent, PromptFile
from workbench.runner.requests import Sources, build_request
from workbench.text import tokens
from workbench.workspace.runs.planning import RunOptions


def test_answers_of_the_same_version_say_how_long_further_ones_get(filled):
    filled.run(**both())

    arm = filled.estimate(**both(repeats=2)).arms[0]

    assert arm.completion_from == "6 earlier answers of this version"
    assert arm.completion_each.middle == 5
    assert arm.latency_ms.middle == pytest.approx(1.0)
    assert arm.measured


def test_answers_of_another_version_leave_more_open(filled):
    filled.run(**both(prompts="answer@1"))

    same, other = anew(filled).arms

    assert other.completion_from == "6 earlier answers of this prompt"
    assert other.completion_each.low < same.completion_each.low
    assert other.completion_each.high > same.completion_each.high


def test_answers_of_another_prompt_on_the_model_are_better_than_nothing(filled):
    filled.run(**both(prompts="answer@1"))
    content = PromptContent((Message("user", "Briefly: {{question}}"),), variables=("question",))
    filled.add_prompt(PromptFile("other", content))

    (arm,) = filled.estimate(**both(prompts="other@1")).arms

    assert arm.completion_from == "6 earlier answers of this model"


def test_a_longer_limit_than_the_answers_need_changes_nothing_and_a_shorter_one_cuts(filled):
    filled.run(**both(prompts="answer@1"))

    (arm,) = filled.estimate(**both(prompts="answer@1", parameters={"max_tokens": 3})).arms

    assert arm.completion_each.high == 3


def test_an_alias_that_was_pointed_at_another_model_says_nothing_of_the_new_one(filled, project):
    filled.run(**both())
    (project / "workbench.toml").write_text(TOML.replace('model = "openai/one"', 'model = "openai/another"'))

    with open_project(project) as reopened:
        found = reopened.estimate(**both())

    assert found.replayed == 0
    assert found.pace_unknown == (ONE,)


def test_a_discount_on_cached_prompts_counts_as_far_as_it_was_given_before(filled, project):
    cheap = TOML.replace("output_per_million = 2.0", "output_per_million = 2.0, cached_input_per_million = 0.1")
    (project / "workbench.toml").write_text(cheap)
    with open_project(project) as wb:
        stored_run(wb, "r1", RunOptions(**both()), lambda cell, request: said(Usage(1_000, 5, cached_tokens=900)))
        (arm, _) = anew(wb).arms

    assert arm.cost_usd.middle == pytest.approx(6 * (100e-6 + 90e-6 + 10e-6), rel=0.01)


@pytest.mark.parametrize("probed", [5, 20])
def test_the_range_of_cost_holds_the_true_cost_in_most_projects(filled, probed):
    held, tried = 0, 100 if os.environ.get("WORKBENCH_SIMULATIONS") else 20
    for seed in range(tried):
        luck = random.Random(seed)
        asked = [Example(f"q-{n}", {"question": f"{seed}: why? " + "Why so? " * luck.randrange(9)}) for n in range(60)]
        filled.add_dataset(asked, name=f"golden-{seed}")
        typical, ratio = luck.uniform(30, 300), luck.uniform(0.9, 1.6)

        def answer(cell, request, typical=typical, ratio=ratio, luck=luck):
            count = ratio * sum(tokens.count(message.content) for message in request.messages) + 4
            return said(Usage(round(count), round(typical * luck.lognormvariate(0, 0.5))))

        whole = RunOptions(prompts=["answer@1"], dataset=f"golden-{seed}", models=[ONE])
        first = [example.id for example in asked[:probed]]
        stored_run(filled, f"probe-{seed}", replace(whole, examples=first), answer)
        found = anew(filled, prompts=["answer@1"], dataset=f"golden-{seed}")
        cells = filled.runs.plan(whole).cells()
        usages = [answer(cell, build_request(cell, Sources((), None), timeout_s=1.0)).usage for cell in cells]
        true = sum(usage.prompt_tokens * PRICE_IN + usage.completion_tokens * PRICE_OUT for usage in usages)
        held += found.cost_usd.low <= true <= found.cost_usd.high

    assert held >= 0.85 * tried
