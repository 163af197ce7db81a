"""A person's main job from the first look to the released files, in a real browser on the real server."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import drawn, needs_chromium
from tests.support.commands import workbench
from tests.support.held_answers import MODEL
from tests.support.served_app import PERSON
from workbench import Workbench
from workbench.domain.actor import Actor

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_chromium]

PROMPT = "harbor-answer"
SENTENCE = "Answer in at most three sentences."
SHORTER = "Answer in at most one sentence."
NOTE = "It names the wrong year"


def test_a_person_edits_runs_compares_reviews_approves_and_exports(project, model, serve, window, tmp_path):
    _, held = model
    with Workbench.open(project) as wb:
        rows = wb.datasets.get("harbor-golden").size
    folder = tmp_path / "repository"

    page = window(serve(project)).open()
    expect(page.get_by_role("heading", name="Harbor Mortgage assistant")).to_be_visible()
    edit_version_2(page)
    run = run_both_versions(page, held, rows)
    every_answer_arrived_once(project, run, rows)
    compare(page, rows)
    review_three_answers(page, rows)
    verdicts_are_stored(project, run)
    verdicts_count(page, run)
    release(page, folder)

    verified = workbench("verify", folder, cwd=tmp_path)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    with Workbench.open(project) as wb:
        (released,) = wb.releases.list(PROMPT)
    assert (released.number, released.approver, released.evidence.run) == (3, PERSON, run)


def go(page: Page, name: str) -> None:
    """Follow a link of the navigation."""
    page.get_by_test_id("stSidebar").get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", name=name, exact=True, level=1)).to_be_visible()
    drawn(page)


def edit_version_2(page: Page) -> None:
    """Change a sentence; the draft outlives a reload and becomes version 3."""
    go(page, "Prompts")
    page.get_by_role("button", name="Edit").nth(1).click()
    text = page.get_by_role("textbox", name="Text of message 1")
    expect(text).to_have_value(re.compile(SENTENCE))
    before = text.input_value()
    text.fill(before.replace(SENTENCE, SHORTER))
    text.press("Control+Enter")
    expect(page.get_by_text("What changed from v2: 1 part")).to_be_visible()

    page.reload()
    expect(text).to_have_value(before.replace(SENTENCE, SHORTER))
    page.get_by_role("button", name="Save as version 3").click()
    expect(page.get_by_text("Saved as version 3.")).to_be_visible()
    expect(page.get_by_role("combobox", name="Column 2")).to_have_value("v3")
    expect(page.get_by_text(SHORTER).first).to_be_visible()


def run_both_versions(page: Page, held, rows: int) -> str:
    """Run versions 2 and 3 on a model that waits in the middle; a reload there loses nothing. Gives the run's id."""
    go(page, "Run")
    for version in (2, 3):
        expect(page.get_by_role("button", name=f"Remove {PROMPT}@{version}")).to_be_visible()
    models = page.get_by_role("combobox", name="Models")
    models.fill(MODEL)
    models.press("Enter")
    models.press("Escape")
    # At once, as people do: the page is not drawn with the model yet, and nothing of it may be lost.
    page.get_by_role("button", name="Start").click()

    so_far = page.get_by_test_id("stMain").get_by_text(re.compile(rf"^{held.free} of {2 * rows} · cost so far"))
    expect(so_far).to_be_visible()
    page.reload()
    expect(so_far).to_be_visible()
    expect(page.get_by_role("button", name="Stop, keep results")).to_be_visible()
    held.let_go()
    expect(page.get_by_text("Every question was answered.")).to_be_visible()
    expect(page.get_by_text(f"{2 * rows} of {2 * rows}", exact=True)).to_be_visible()
    return re.search(r"run=(\w+)", page.url).group(1)


def every_answer_arrived_once(project, run: str, rows: int) -> None:
    with Workbench.open(project) as wb:
        arrived = Counter((output.arm, output.example_id) for output in wb.runs.outputs(run))
    assert set(arrived.values()) == {1}
    assert len(arrived) == 2 * rows


def compare(page: Page, rows: int) -> None:
    """The verdict in a sentence, both arms, and one example closely."""
    page.get_by_test_id("stMain").get_by_role("link", name="Compare").click()
    expect(page.get_by_role("heading", level=2, name=re.compile(r"\bv3\b"))).to_be_visible()
    for version in (2, 3):
        expect(page.get_by_role("cell", name=f"{PROMPT}@{version} · {MODEL}")).to_be_visible()
    page.get_by_text(f"All {rows}", exact=True).click()
    drawn(page)
    # The table is drawn on a canvas: the mark before its third row, below the head.
    page.get_by_role("region", name="Examples with their scores").click(position={"x": 15, "y": 38 + 35 * 2 + 17})
    page.wait_for_url(re.compile("example="))
    example = re.search(r"example=([\w-]+)", page.url).group(1)
    expect(page.get_by_role("strong").filter(has_text=example)).to_be_visible()
    expect(page.get_by_role("table", name="The scores of these answers")).to_be_visible()


def review_three_answers(page: Page, rows: int) -> None:
    """By keyboard, one verdict taken back and given anew; a reload leads back to the same place."""
    page.get_by_role("link", name="Ask people").click()
    page.get_by_role("button", name="Review all of them").click()
    where = page.get_by_role("heading", level=1, name=re.compile("^Answer "))
    total = int(where.inner_text().rpartition(" ")[2])
    assert total >= 2 * rows  # some come back unannounced

    def at(number: int, left: int) -> None:
        expect(where).to_have_text(f"Answer {number} of {total}")
        expect(page.get_by_text(re.compile(rf"^{left} left"))).to_be_visible()
        expect(page.locator(".review-screen")).to_have_attribute("data-waiting", "0")

    at(1, left=total)
    page.keyboard.press("1")
    at(2, left=total - 1)
    page.keyboard.press("n")
    page.keyboard.type(NOTE)
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    at(3, left=total - 2)
    page.keyboard.press("3")
    at(4, left=total - 3)
    page.keyboard.press("u")
    at(3, left=total - 2)
    page.keyboard.press("1")
    at(4, left=total - 3)
    page.reload()
    at(4, left=total - 3)


def verdicts_are_stored(project, run: str) -> None:
    """What was said, what was taken back, who said it, when, and for how long it was looked at."""
    with Workbench.open(project, actor=Actor(PERSON)) as wb:
        given = sorted(wb.reviews.of_run(run), key=lambda review: review.created_at)
        queue = wb.reviews.queues.desk(wb.reviews.queues.everything(run).id).items
    assert {review.run for review in given} == {run}
    assert [item.verdict for item in queue[:4]] == ["pass", "fail", "pass", None], given
    assert queue[1].review.note == NOTE
    assert {review.reviewer for review in given} == {PERSON}
    assert all(review.seconds > 0 for review in given if review.verdict is not None)


def verdicts_count(page: Page, run: str) -> None:
    """People's verdicts are a score of the comparison."""
    page.get_by_role("button", name="Expand sidebar").click()
    go(page, "Compare")
    assert f"run={run}" in page.url
    page.get_by_role("combobox", name="Score").click()
    page.get_by_role("option", name="People said pass").click()
    expect(page.get_by_role("columnheader", name="People said pass")).to_be_visible()
    expect(page.get_by_role("cell", name=re.compile(r"(0|50|100)%.* · n [1-3]$")).first).to_be_visible()


def release(page: Page, folder) -> None:
    """Approve version 3 on this run, and export it into a folder."""
    page.get_by_role("link", name=f"Approve {PROMPT}@3").click()
    note = page.get_by_role("textbox", name="Note")
    note.fill("Read the answers that got worse.")
    note.press("Control+Enter")
    expect(page.get_by_text(f"Approved as 1.0.0 by {PERSON}")).to_be_visible()
    page.get_by_role("button", name="Export it").click()
    page.get_by_role("textbox", name="Folder").first.fill(str(folder))
    page.get_by_role("button", name="Export 1.0.0").click()
    expect(page.get_by_text(f"{folder} matches what was released.")).to_be_visible()
