"""From reviewers' notes to a judge and a golden example, by clicking, in a real browser; a reload loses nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import drawn, needs_chromium
from tests.support.reviewed import noted
from workbench import Workbench
from workbench.domain.actor import Actor

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_chromium]

HOSTILE = "invents a fee <img src=http://evil.example/x> **bold**"
NOTES = [HOSTILE, "the fee is invented", "fee invented", "no citation", "rude"]


@pytest.fixture
def reviewed(project):
    """Five answers of the first arm failed, each with a note, all others passed."""
    with Workbench.open(project, actor=Actor("ben")) as wb:
        run = wb.runs.find("latest")
        rows = [row.id for row in wb.runs.stored_plan(run).examples]
        noted(wb, wb.runs.info(run).arms[0], dict(zip(rows, NOTES, strict=False)))
    return project


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    drawn(page)


def test_notes_become_modes_a_judge_and_a_golden_example(reviewed, serve, window):
    page = window(serve(reviewed)).open("review?view=wrong")
    expect(page.get_by_text(HOSTILE)).to_be_visible()

    press(page, "Group by words")
    page.get_by_label("Name of group 1").fill("Invents a fee")
    press(page, "Accept the ticked groups")
    page.get_by_role("radio", name="Invents a fee · 3").click()
    expect(page.get_by_role("button", name="Make it a judge", exact=True)).to_be_visible()
    page.reload()
    drawn(page)
    press(page, "Make it a judge")
    expect(page.get_by_text("asks: Is the answer free of this fault: Invents a fee")).to_be_visible()
    page.get_by_role("button", name="Golden example", exact=True).first.click()
    expect(page.get_by_text("Saved as failures, version 1.")).to_be_visible()

    with Workbench.open(reviewed, actor=Actor("ben")) as wb:
        found = wb.failures.analysis("latest")
        assert [(mode.name, len(found.notes_of(mode.id))) for mode in found.modes] == [("Invents a fee", 3)]
        assert wb.context.settings.judges["invents-a-fee"].criteria[0].startswith("Is the answer free of this fault")
        assert [row.metadata["failure_modes"] for row in wb.datasets.examples("failures")] == [["Invents a fee"]]
    press(page, "Undo")
    expect(page.get_by_role("button", name="Make it a judge", exact=True)).to_be_visible()
    assert "invents-a-fee" not in (reviewed / "workbench.toml").read_text()
