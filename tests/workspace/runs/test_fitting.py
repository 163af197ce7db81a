"""Rows that are too long for a model are found in a plan."""

from __future__ import annotations

import pytest

from tests.support.estimates import a_long_row
from tests.support.projects import rows
from workbench.domain.dataset import Example
from workbench.domain.prompt import Message, PromptContent, PromptFile, RetrievalSettings
from workbench.errors import InputError
from workbench.workspace.estimates.prompt_sizes import shuffled_rows
from workbench.workspace.runs.fitting import require_fit
from workbench.workspace.runs.planning import RunOptions


def test_rows_that_are_too_long_are_listed_with_tokens_and_window(filled):
    filled.add_dataset([a_long_row(20_000), Example("q-2", {"question": "Short?"})], name="long")

    found = filled.estimate("answer@1", "long", models="openai/gpt-4")

    (row,) = found.too_long
    assert (row.arm, row.example_id, row.window, row.certain) == ("answer@1:openai/gpt-4", "q-long", 8_192, True)
    assert row.tokens == pytest.approx(20_000, rel=0.05)
    assert found.warnings() == [
        f"q-long does not fit answer@1:openai/gpt-4, which takes 8,192 tokens: q-long would take about {row.tokens:,}."
    ]


def test_a_plan_with_rows_that_cannot_fit_is_refused_and_one_that_might_fit_is_not(filled):
    filled.add_dataset([a_long_row(20_000)], name="long")
    filled.add_dataset([a_long_row(9_000)], name="edge")
    asked = {"prompts": ["answer@1"], "models": ["openai/gpt-4"]}

    with pytest.raises(InputError, match="row q-long") as caught:
        require_fit(filled.runs.plan(RunOptions(dataset="long", **asked)))
    edge = filled.runs.plan(RunOptions(dataset="edge", **asked))
    require_fit(edge)

    assert "larger window" in caught.value.hint
    (row,) = filled.estimates.of_plan(edge).too_long
    assert not row.certain


def test_sources_that_make_a_prompt_too_long_are_noticed(filled, project):
    (project / "documents").mkdir()
    for n in range(60):
        (project / "documents" / f"{n}.md").write_text(f"# Item {n}\n\n" + "the item is lent for some days " * 60)
    filled.build_index("library", project / "documents")
    content = PromptContent(
        (Message("user", "{{context}}\n\n{{question}}"),),
        variables=("context", "question"),
        retrieval=RetrievalSettings("library", k=60),
    )
    filled.add_prompt(PromptFile("grounded", content))

    found = filled.estimate("grounded@1", "golden", models="openai/gpt-4")

    assert {row.example_id for row in found.too_long} == {row["id"] for row in rows()}
    require_fit(filled.runs.plan(RunOptions(prompts=["grounded@1"], dataset="golden", models=["openai/gpt-4"])))


def test_a_long_row_is_found_though_only_a_sample_of_rows_is_searched_for(filled, project):
    (project / "documents").mkdir()
    (project / "documents" / "loans.md").write_text("# Loans\n\nAn item is lent for some days.\n")
    filled.build_index("library", project / "documents")
    content = PromptContent(
        (Message("user", "{{context}}\n\n{{question}}"),),
        variables=("context", "question"),
        retrieval=RetrievalSettings("library"),
    )
    filled.add_prompt(PromptFile("grounded", content))
    asked = {f"q-{n}": "How long?" for n in range(100)}
    for last in asked:
        long = [
            Example(name, {"question": "the item " * 10_000 if name == last else text}) for name, text in asked.items()
        ]
        filled.add_dataset(long, name="long")
        plan = filled.runs.plan(RunOptions(prompts=["grounded@1"], dataset="long", models=["openai/gpt-4"]))
        if last not in {row.id for row in shuffled_rows(plan)[:50]}:
            break

    assert [row.example_id for row in filled.estimates.of_plan(plan).too_long] == [last]
