"""Evaluations with models that are asked over HTTP: what they cost is said before, and nothing is paid twice."""

from __future__ import annotations

import pytest

from tests.support.openai_server import OpenAIServer
from workbench import Workbench
from workbench.domain.actor import Actor
from workbench.domain.dataset import Example
from workbench.errors import NotFoundError
from workbench.workspace.evaluations.plan import Grid

TOPICS = ("books", "records", "laptops", "tents", "bicycles", "cameras")
TOML = """
[project]
name = "Desk"

[models.ranker]
model = "hosted_vllm/bge-reranker"
api_base = "{base}"
api_key_env = "DESK_KEY"
price = {{ input_per_million = 1000.0, output_per_million = 0.0 }}

[models.paid]
model = "openai/tiny"
api_base = "{base}"
api_key_env = "DESK_KEY"
price = {{ input_per_million = 1000.0, output_per_million = 0.0 }}

[models.secretly-priced]
model = "openai/tiny"
api_base = "{base}"
api_key_env = "DESK_KEY"

[embedders.mine]
model = "paid"

[embedders.unpriced]
model = "secretly-priced"
"""


@pytest.fixture
def server():
    with OpenAIServer() as running:
        yield running


@pytest.fixture
def wb(server, tmp_path):
    """An index without a model, and one question for each of its documents."""
    (tmp_path / "workbench.toml").write_text(TOML.format(base=server.api_base))
    (tmp_path / "docs").mkdir()
    for days, topic in enumerate(TOPICS, 1):
        (tmp_path / "docs" / f"{topic}.md").write_text(f"Loans of {topic}: {topic} are lent for {days} days.")
    rows = [Example(f"q-{t}", {"question": f"How long are {t} lent?"}, relevant=(f"{t}.md",)) for t in TOPICS]
    with Workbench.open(tmp_path, actor=Actor("ann"), environ={"DESK_KEY": "k"}) as opened:
        opened.build_index("library", tmp_path / "docs")
        opened.add_dataset(rows, name="golden")
        yield opened


def _spent(wb):
    return wb.spending.month().spent.usd


@pytest.mark.parametrize("grid", [Grid(embedders=("offline/lexical", "mine")), Grid(rerankers=(None, "ranker"))])
def test_what_a_grid_costs_is_said_before_anything_is_asked_and_is_not_exceeded(wb, server, grid):
    plan = wb.evaluations.plan("library", "golden", grid)

    assert server.requests == []
    assert plan.cost_usd > 0
    assert "cost: " in plan.words
    assert wb.evaluations.carry_out(plan).state == "done"
    assert 0 < _spent(wb) <= plan.cost_usd


@pytest.mark.parametrize("grid", [Grid(embedders=("mine",)), Grid(rerankers=("ranker",))])
def test_measuring_the_same_again_asks_nobody(wb, server, grid):
    first = wb.evaluations.carry_out(wb.evaluations.plan("library", "golden", grid))
    asked = len(server.requests)

    again = wb.evaluations.carry_out(wb.evaluations.plan("library", "golden", grid))

    assert asked > 0
    assert len(server.requests) == asked
    assert [f.metrics for f in again.figures] == [f.metrics for f in first.figures]


def test_a_price_that_nobody_knows_is_called_unknown(wb):
    plan = wb.evaluations.plan("library", "golden", Grid(embedders=("unpriced",)))

    assert plan.cost_usd is None
    assert "cost: unknown" in plan.words


@pytest.mark.parametrize("grid", [Grid(embedders=("min",)), Grid(rerankers=("rankr",))])
def test_a_misspelt_model_is_refused_before_anything_is_stored(wb, grid):
    with pytest.raises(NotFoundError):
        wb.evaluations.plan("library", "golden", grid)
    assert wb.evaluations.list() == []
