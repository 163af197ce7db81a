"""The prompt engineer's loop in a real browser: edit, try with one key, compare, save, correct; nothing typed is lost."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import drawn, needs_chromium, pick
from tests.support.held_answers import MODEL
from workbench import Workbench
from workbench.workspace.prompts.drafting import fields_from

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_chromium]

VIEW = f"prompts?prompt=harbor-answer&columns=2&c1=1&c2=2&row=q-003&model1={MODEL}&differences=true"
FACTS = re.compile(r"[\d.]+ m?s, first word after .* tokens · cost \$0\.\d+ · cites 1 of 4 sources")


def type_at_the_end(page: Page, text: str) -> None:
    page.get_by_label("Text of message 1").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(text)


def test_two_versions_are_edited_tried_compared_saved_and_a_row_is_corrected(project, model, serve, window):
    server, held = model
    app = serve(project)
    page = window(app).open(VIEW)
    page.get_by_role("button", name="Edit").last.click()
    expect(page.get_by_text("Kept as a draft, not yet a version. Started from v2.")).to_be_visible()
    drawn(page)
    page.get_by_text("offline/reader · temperature 0 · at most 400 tokens").click()
    drawn(page)
    pick(page.get_by_role("combobox", name="Model", exact=True), MODEL)
    expect(page.get_by_text(f"{MODEL} · temperature 0 · at most 400 tokens")).to_be_visible()

    # One press tries both columns with the text as it is typed, and typing on does not break it off.
    held.free = 0
    type_at_the_end(page, " Be kind.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Waiting for the answer")).to_have_count(2)
    expect(page.get_by_text("Waiting for the answer").last).to_be_in_viewport()
    page.keyboard.type(" {{contxt}}")
    expect(page.get_by_text("{{contxt}} is not known: {{context}}?")).to_be_visible()
    expect(page.get_by_role("button", name="Save as version 3")).to_be_disabled()
    held.let_go()
    expect(page.get_by_text(FACTS)).to_have_count(2)
    assert sorted("Be kind." in asked.prompt for asked in server.requests) == [False, True]
    assert not any("contxt" in asked.prompt for asked in server.requests)
    assert all(asked.streams for asked in server.requests)
    expect(page.locator("del")).not_to_have_count(0)
    expect(page.locator("ins")).not_to_have_count(0)
    expect(page.get_by_text("Asked before the last change.")).to_be_visible()

    # What was typed is there after a reload, although nothing was pressed.
    page.reload()
    drawn(page)
    expect(page.get_by_label("Text of message 1")).to_have_value(re.compile(r"Be kind\. \{\{contxt\}\}$"))
    page.get_by_label("Text of message 1").press("Control+End")
    for _ in " {{contxt}}":
        page.keyboard.press("Backspace")
    expect(page.get_by_text("is not known")).to_have_count(0)
    drawn(page)
    page.get_by_role("button", name="Save as version 3").click()
    expect(page.get_by_text("Saved as version 3.")).to_be_visible()
    assert "c2=3" in page.url

    page.get_by_role("button", name="Try", exact=True).click()
    expect(page.get_by_text(FACTS)).to_have_count(2)
    drawn(page)
    page.get_by_text("Correct the expected answer").click()
    page.get_by_role("button", name="Take the answer of v3").click()
    drawn(page)
    page.get_by_role("button", name=re.compile("Save as harbor-golden version 2")).click()
    expect(page.get_by_text("q-003 is corrected in version 2.")).to_be_visible()

    with Workbench.open(project) as wb:
        assert wb.prompts.get("harbor-answer@3").content.messages[0].content.endswith("Be kind.")
        assert wb.prompts.get("harbor-answer@3").content.model == MODEL
        assert [fields_from(draft.fields) for draft in wb.prompts.drafts()] == []
        row = next(row for row in wb.datasets.examples("harbor-golden@2") if row.id == "q-003")
        assert row.metadata["corrected_while_trying"] == ["harbor-answer v1", "harbor-answer v3"]
