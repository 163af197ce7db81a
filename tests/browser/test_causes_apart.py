"""Prompt and retrieval changed together: two buttons of Compare, and the runs that they lead to, tell them apart."""

from __future__ import annotations

import dataclasses
import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import drawn, needs_chromium
from workbench import Workbench
from workbench.domain.prompt import PromptFile
from workbench.workspace.comparison.causes import MIXED, SAME_PROMPT, SAME_SOURCES

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_chromium]

PROMPT = "harbor-answer"


@pytest.fixture
def mixed(project):
    """The id of a run whose arms differ in their words and in how sources are found."""
    with Workbench.open(project) as wb:
        content = wb.prompts.get(f"{PROMPT}@2").content
        found = dataclasses.replace(content.retrieval, k=1, search="bm25")
        wb.prompts.save(PromptFile(PROMPT, dataclasses.replace(content, retrieval=found)))
        return wb.run([f"{PROMPT}@1", f"{PROMPT}@3"], "harbor-golden").id


@pytest.mark.parametrize(
    ("button", "said"), [("Same chunks, new prompt", SAME_SOURCES), ("New chunks, same prompt", SAME_PROMPT)]
)
def test_a_button_leads_over_the_estimate_to_a_run_that_holds_one_cause_still(
    project, mixed, serve, window, button, said
):
    page = window(serve(project)).open(f"compare?run={mixed}")
    expect(page.get_by_text(MIXED)).to_be_visible()

    page.get_by_role("button", name=button).click()

    expect(page.get_by_role("heading", name=button)).to_be_visible()
    expect(page.get_by_text(re.compile(r"answers · costs nothing|All answers are replayed")).first).to_be_visible()
    assert nothing_started_since(project, mixed)
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text("Every question was answered.")).to_be_visible()

    compare(page)
    expect(page.get_by_text(said)).to_be_visible()


def test_the_page_of_a_held_run_survives_a_reload(project, mixed, serve, window):
    page = window(serve(project)).open(f"compare?run={mixed}")
    page.get_by_role("button", name="Same chunks, new prompt").click()
    heading = page.get_by_role("heading", name="Same chunks, new prompt")
    expect(heading).to_be_visible()

    page.reload()

    expect(heading).to_be_visible()
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()


def nothing_started_since(project, run: str) -> bool:
    with Workbench.open(project) as wb:
        return wb.runs.find("latest") == run


def compare(page: Page) -> None:
    page.get_by_test_id("stMain").get_by_role("link", name="Compare").click()
    expect(page.get_by_role("heading", name="Compare", exact=True, level=1)).to_be_visible()
    drawn(page)
