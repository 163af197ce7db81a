"""What holds a run up is told on its page, with the way on: a provider that is down, and a budget that is reached."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import needs_chromium
from tests.support.held_answers import MODEL, offer
from tests.support.openai_server import OpenAIServer, ok, status
from workbench import Workbench

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_chromium]

SHAKY = "shaky-model"
PLAN = f"run?prompt=harbor-answer@2&model={MODEL}"
ANSWERED = "Every question was answered."
OUT_OF_ORDER = status(503, "The service is down for maintenance.", retry_after="0")


@pytest.fixture
def shaky(project):
    """A second model, which is down."""
    with OpenAIServer() as server:
        server.default = OUT_OF_ORDER
        offer(project, server.api_base, SHAKY)
        yield server


@pytest.fixture
def rows(project):
    with Workbench.open(project) as wb:
        return wb.datasets.get("harbor-golden").size


def start(page: Page) -> str:
    """Start the planned run; its id."""
    page.get_by_role("button", name="Start").click()
    page.wait_for_url(re.compile(r"run=\w+"))
    return re.search(r"run=(\w+)", page.url).group(1)


def answered(project, run: str) -> int:
    with Workbench.open(project) as wb:
        return wb.runs.summary(run).done


def test_a_model_that_is_down_pauses_and_goes_on_when_it_is_back_while_the_other_finishes(
    project, model, shaky, rows, serve, window
):
    _, held = model
    page = window(serve(project)).open(f"{PLAN}&model={SHAKY}")
    run = start(page)
    pauses = page.get_by_text(f"{SHAKY} pauses: the same error came again and again")
    expect(pauses).to_be_visible()
    expect(page.get_by_text(re.compile("answered 503 .* The service is down for maintenance"))).to_be_visible()

    page.reload()
    expect(pauses).to_be_visible()
    shaky.default = ok()
    page.get_by_role("button", name=f"Continue {SHAKY}").click()
    expect(page.get_by_text(f"{SHAKY} · {rows} of {rows} · ✓ all in · 5 failed")).to_be_visible()
    held.let_go()
    page.get_by_role("button", name="Ask 5 failed again").click()
    expect(page.get_by_text(ANSWERED)).to_be_visible()
    assert answered(project, run) == 2 * rows


def test_a_run_stops_at_its_budget_and_goes_on_with_a_higher_one_without_paying_twice(
    project, model, rows, serve, window
):
    server, held = model
    held.let_go()
    page = window(serve(project)).open(f"{PLAN}&stop_at=0.02")
    expect(page.get_by_role("spinbutton", name="Stop at $")).to_have_value("0.02")
    run = start(page)
    reached = page.get_by_text("The run's budget is reached")
    expect(reached).to_be_visible()
    so_far = answered(project, run)
    assert 0 < so_far < rows

    page.reload()
    expect(reached).to_be_visible()
    page.get_by_role("spinbutton", name="Raise to $").fill("1")
    page.get_by_role("button", name=f"Go on: {rows - so_far} to ask").click()
    expect(page.get_by_text(ANSWERED)).to_be_visible()
    assert (answered(project, run), len(server.requests)) == (rows, rows)
