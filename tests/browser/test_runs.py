"""Runs belong to the server, and what was answered to the store: nothing is lost, and what holds a run up has a way on."""

from __future__ import annotations

import dataclasses
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import drawn, needs_chromium
from tests.support.held_answers import HeldAnswers, mark, offer
from tests.support.openai_server import OpenAIServer, ok, status
from tests.support.processes import until
from workbench import Workbench
from workbench.domain.prompt import PromptFile
from workbench.workspace.comparison.causes import MIXED, SAME_SOURCES

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_chromium]

ROWS, FREE = 24, 8
PROMPT, GOLDEN = "harbor-answer", "few"
ANSWERED = "Every question was answered."
SLOW_MS = 120_000
"""For the first answer of a new server: it loads large libraries, which takes busy machines long."""
OUT_OF_ORDER = status(503, "The service is down for maintenance.", retry_after="0")


@pytest.fixture(scope="module")
def project(built_example, tmp_path_factory):
    """A copy of the example with a small golden set. Each test adds runs on a model of its own."""
    copy = shutil.copytree(built_example, tmp_path_factory.mktemp("runs") / "harbor")
    with Workbench.open(copy) as wb:
        wb.datasets.save(GOLDEN, wb.datasets.examples("harbor-golden")[:ROWS])
    return copy


@pytest.fixture(scope="module")
def app(project, serve_to_all):
    return serve_to_all(project)


@dataclasses.dataclass(frozen=True)
class Model:
    """A model on this machine that answers a few times and then waits to be let go."""

    alias: str
    server: OpenAIServer
    held: HeldAnswers

    @property
    def plan(self) -> str:
        """The address of a run of it that is about to start."""
        return f"run?prompt={PROMPT}@2&dataset={GOLDEN}&model={self.alias}"


@pytest.fixture
def model(project) -> Iterator[Model]:
    with OpenAIServer() as server:
        held = HeldAnswers(FREE)
        server.default = held
        alias = f"desk-{urlsplit(server.api_base).port}"
        offer(project, server.api_base, alias)
        yield Model(alias, server, held)
        held.let_go()


def start(page: Page) -> str:
    """Start the planned run; its id."""
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url(re.compile(r"[?&]run=\w+"))
    return re.search(r"[?&]run=(\w+)", page.url).group(1)


def progress(page: Page):
    """The line that says how far the run is once the model waits."""
    return page.get_by_test_id("stMain").get_by_text(re.compile(rf"^{FREE} of {ROWS} · cost so far"))


def texts(project, run: str) -> list[str]:
    with Workbench.open(project) as wb:
        return [output.completion.text for output in wb.runs.outputs(run)]


def test_two_tabs_show_one_run_and_it_goes_on_when_both_are_closed(project, model, app, window):
    person = window(app)
    first = person.open(model.plan)
    run = start(first)
    second = person.open(f"run?run={run}")
    for page in (first, second):
        expect(progress(page)).to_be_visible()

    second.get_by_role("button", name="Stop, keep results").click()
    for page in (first, second):
        expect(page.get_by_text("It was stopped by hand. What was answered is kept.")).to_be_visible()
        expect(page.get_by_role("heading", name=f"Run {run}: stopped")).to_be_visible()
        expect(page.get_by_test_id("stMain").get_by_text(f"{FREE} of {ROWS}", exact=True)).to_be_visible()
    assert len(texts(project, run)) == FREE

    first.get_by_role("button", name=f"Go on: {ROWS - FREE} to ask").click()
    expect(progress(first)).to_be_visible()
    first.close()
    second.close()
    model.held.let_go()
    with Workbench.open(project) as wb:
        until(lambda: wb.runs.status(run) == "done", within_s=60)

    page = person.open()
    page.get_by_test_id("stMain").get_by_role("link", name="Open").first.click()
    expect(page.get_by_text(ANSWERED)).to_be_visible()
    assert page.url.endswith(f"run={run}")
    assert len(texts(project, run)) == ROWS


def test_after_a_kill_resume_asks_only_for_what_is_not_stored(project, model, app, window):
    person = window(app)
    page = person.open(model.plan)
    run = start(page)
    expect(progress(page)).to_be_visible()
    app.kill()
    kept = texts(project, run)
    asked_before = len(model.server.requests)

    app.start()
    page.reload()
    expect(page.get_by_role("heading", name=f"Run {run}: interrupted")).to_be_visible()
    person.complaints.clear()  # while the server was gone, the page called in vain
    model.held.let_go()
    page.get_by_role("button", name=f"Go on: {ROWS - len(kept)} to ask").click()
    expect(page.get_by_text(ANSWERED)).to_be_visible(timeout=SLOW_MS)

    again = {mark(request.prompt) for request in model.server.requests[asked_before:]}
    assert kept
    assert not [text for text in kept if text.split()[-1] in again]
    now = texts(project, run)
    assert len(now) == ROWS
    assert not Counter(kept) - Counter(now)


def test_a_model_that_is_down_pauses_and_goes_on_when_it_is_back_while_the_other_finishes(project, model, app, window):
    shaky = "shaky-model"
    with OpenAIServer() as provider:
        provider.default = OUT_OF_ORDER
        offer(project, provider.api_base, shaky)
        page = window(app).open(f"{model.plan}&model={shaky}")
        run = start(page)
        expect(page.get_by_text(f"{shaky} pauses: the same error came again and again")).to_be_visible()
        expect(page.get_by_text(re.compile("answered 503 .* The service is down for maintenance"))).to_be_visible()

        provider.default = ok()
        page.get_by_role("button", name=f"Continue {shaky}").click()
        expect(page.get_by_text(f"{shaky} · {ROWS} of {ROWS} · ✓ all in · 5 failed")).to_be_visible()
        model.held.let_go()
        page.get_by_role("button", name="Ask 5 failed again").click()
        expect(page.get_by_text(ANSWERED)).to_be_visible()
    assert len(texts(project, run)) == 2 * ROWS


def test_a_run_stops_at_its_budget_and_goes_on_with_a_higher_one_without_paying_twice(project, model, app, window):
    model.held.let_go()
    page = window(app).open(f"{model.plan}&stop_at=0.006")
    expect(page.get_by_role("spinbutton", name="Stop at $")).to_have_value("0.006")
    run = start(page)
    expect(page.get_by_text("The run's budget is reached")).to_be_visible()
    so_far = len(texts(project, run))
    assert 0 < so_far < ROWS

    page.get_by_role("spinbutton", name="Raise to $").fill("1")
    page.get_by_role("button", name=f"Go on: {ROWS - so_far} to ask").click()
    expect(page.get_by_text(ANSWERED)).to_be_visible()
    assert (len(texts(project, run)), len(model.server.requests)) == (ROWS, ROWS)


def test_where_prompt_and_retrieval_changed_a_button_of_compare_leads_to_a_run_that_holds_one_still(
    project, app, window
):
    with Workbench.open(project) as wb:
        content = wb.prompts.get(f"{PROMPT}@2").content
        found = dataclasses.replace(content.retrieval, k=1, search="bm25")
        wb.prompts.save(PromptFile(PROMPT, dataclasses.replace(content, retrieval=found)))
        mixed = wb.run([f"{PROMPT}@1", f"{PROMPT}@3"], GOLDEN).id
    page = window(app).open(f"compare?run={mixed}")
    expect(page.get_by_text(MIXED)).to_be_visible()
    page.get_by_role("button", name="Same chunks, new prompt").click()
    heading = page.get_by_role("heading", name="Same chunks, new prompt")
    expect(heading).to_be_visible()

    page.reload()
    expect(heading).to_be_visible()
    expect(page.get_by_text(re.compile(r"answers · costs nothing|All answers are replayed")).first).to_be_visible()
    with Workbench.open(project) as wb:
        assert wb.runs.find("latest") == mixed  # nothing started yet
    start(page)
    expect(page.get_by_text(ANSWERED)).to_be_visible()

    page.get_by_test_id("stMain").get_by_role("link", name="Compare").click()
    drawn(page)
    expect(page.get_by_text(SAME_SOURCES)).to_be_visible()
