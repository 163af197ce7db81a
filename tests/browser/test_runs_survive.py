"""Runs belong to the server, and what was answered to the store: closed browsers, second tabs and kills lose nothing."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import needs_chromium
from tests.support.held_answers import MODEL, mark
from tests.support.processes import until
from workbench import Workbench

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_chromium]

PLAN = f"run?prompt=harbor-answer@2&model={MODEL}"
ANSWERED = "Every question was answered."


@pytest.fixture
def rows(project):
    with Workbench.open(project) as wb:
        return wb.datasets.get("harbor-golden").size


def start(page: Page) -> str:
    """Start the planned run; its id."""
    page.get_by_role("button", name="Start").click()
    page.wait_for_url(re.compile(r"run=\w+"))
    return re.search(r"run=(\w+)", page.url).group(1)


def progress(page: Page, held, rows: int):
    """The line that says how far the run is once the model waits."""
    return page.get_by_test_id("stMain").get_by_text(re.compile(rf"^{held.free} of {rows} · cost so far"))


def texts(project, run: str) -> list[str]:
    with Workbench.open(project) as wb:
        return [output.completion.text for output in wb.runs.outputs(run)]


def test_a_run_goes_on_while_the_browser_is_closed(project, model, rows, serve, window):
    _, held = model
    app = serve(project)
    first = window(app)
    page = first.open(PLAN)
    run = start(page)
    expect(progress(page, held, rows)).to_be_visible()
    first.close()
    held.let_go()
    with Workbench.open(project) as wb:
        until(lambda: wb.runs.status(run) == "done", within_s=60)

    page = window(app).open()
    page.get_by_test_id("stMain").get_by_role("link", name="Open").first.click()
    expect(page.get_by_text(ANSWERED)).to_be_visible()
    assert page.url.endswith(f"run={run}")
    assert len(texts(project, run)) == rows


def test_two_tabs_show_one_run_and_a_stop_in_one_shows_in_the_other(project, model, rows, serve, window):
    _, held = model
    person = window(serve(project))
    first = person.open(PLAN)
    run = start(first)
    second = person.open(f"run?run={run}")
    for page in (first, second):
        expect(progress(page, held, rows)).to_be_visible()

    second.get_by_role("button", name="Stop, keep results").click()
    for page in (first, second):
        expect(page.get_by_text("It was stopped by hand. What was answered is kept.")).to_be_visible()
        expect(page.get_by_role("heading", name=f"Run {run}: stopped")).to_be_visible()
        expect(page.get_by_test_id("stMain").get_by_text(f"{held.free} of {rows}", exact=True)).to_be_visible()
    assert len(texts(project, run)) == held.free


def test_after_a_kill_resume_asks_only_for_what_is_not_stored(project, model, rows, serve, window):
    server, held = model
    app = serve(project)
    person = window(app)
    page = person.open(PLAN)
    run = start(page)
    expect(progress(page, held, rows)).to_be_visible()
    app.kill()
    kept = texts(project, run)
    asked_before = len(server.requests)

    app.start()
    page.reload()
    expect(page.get_by_role("heading", name=f"Run {run}: interrupted")).to_be_visible()
    person.complaints.clear()  # while the server was gone, the page called in vain
    held.let_go()
    page.get_by_role("button", name=f"Go on: {rows - len(kept)} to ask").click()
    expect(page.get_by_text(ANSWERED)).to_be_visible()

    again = {mark(request.prompt) for request in server.requests[asked_before:]}
    assert kept
    assert not [text for text in kept if text.split()[-1] in again]
    now = texts(project, run)
    assert len(now) == rows
    assert not Counter(kept) - Counter(now)
