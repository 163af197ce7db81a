"""How long prompts are, before they are sent."""

from __future__ import annotations

import pytest

from tests.support.estimates import anew, both, said, stored_run
from tests.support.projects import fill
from workbench.domain.dataset import Example
from workbench.domain.model import Usage
from workbench.domain.prompt import Message, PromptContent, PromptFile, RetrievalSettings
from workbench.text import tokens
from workbench.workspace.runs.planning import RunOptions


def test_prompts_of_embedded_readers_are_counted_as_they_count_them(wb):
    fill(wb)
    run = wb.run(**both(models="offline/reader"))
    counted = run.frame().groupby("arm")["prompt_tokens"].sum()

    found = anew(wb, models=["offline/reader"])

    assert {arm.arm: arm.prompt_tokens.middle for arm in found.arms} == pytest.approx(dict(counted))


def test_tokens_are_told_as_the_provider_counted_them_before(filled):
    def three_times(cell, request):
        count = 3 * sum(tokens.count(message.content) for message in request.messages)
        return said(Usage(count, 5))

    outputs = stored_run(filled, "r1", RunOptions(**both()), three_times)
    reported = sum(output.completion.usage.prompt_tokens for output in outputs)

    found = anew(filled)

    total = sum(arm.prompt_tokens.middle for arm in found.arms)
    assert total == pytest.approx(reported, rel=0.02)
    assert found.arms[0].prompt_from == "as the provider counted earlier prompts"
    assert found.arms[0].prompt_each.high < 1.1 * found.arms[0].prompt_each.low


def test_sources_that_the_index_finds_are_part_of_the_prompt(wb, project):
    fill(wb)
    (project / "documents").mkdir()
    (project / "documents" / "loans.md").write_text("# Loans\n\n" + "An item is lent for a number of days. " * 40)
    wb.build_index("library", project / "documents")
    content = PromptContent(
        (Message("user", "{{context}}\n\n{{question}}"),),
        variables=("context", "question"),
        retrieval=RetrievalSettings("library", k=2),
    )
    wb.add_prompt(PromptFile("grounded", content))
    run = wb.run("grounded@1", "golden", models="offline/reader")

    (arm,) = anew(wb, prompts=["grounded@1"], models=["offline/reader"]).arms

    assert arm.prompt_tokens.middle == pytest.approx(run.frame()["prompt_tokens"].sum())
    assert arm.prompt_each.middle > 100


def test_a_rows_own_sources_are_part_of_its_prompt(filled):
    content = PromptContent((Message("user", "{{context}} {{question}}"),), variables=("context", "question"))
    filled.add_prompt(PromptFile("grounded", content))
    rows_with_sources = [Example(f"q-{n}", {"question": "How long?"}, context=("word " * 100 * n,)) for n in (1, 2, 3)]
    filled.add_dataset(rows_with_sources, name="given")

    (arm,) = filled.estimate("grounded@1", "given", models="offline/reader").arms

    headings = tokens.count("[1]\ngiven-1")
    assert arm.prompt_tokens.middle == pytest.approx(600 + 3 * (headings + tokens.count("How long?")))


def test_of_a_large_plan_a_sample_is_rendered_and_the_same_each_time(filled):
    filled.add_dataset([Example(f"q-{n}", {"question": "Why? " * (1 + n % 7)}) for n in range(3_000)], name="large")
    options = {"prompts": "answer@1", "dataset": "large", "models": "offline/reader"}

    first, second = filled.estimate(**options), filled.estimate(**options)

    true = sum(tokens.count("Why? " * (1 + n % 7)) for n in range(3_000))
    assert first == second
    assert first.arms[0].prompt_tokens.low < true < first.arms[0].prompt_tokens.high
    assert first.arms[0].prompt_tokens.high < 1.3 * first.arms[0].prompt_tokens.low
