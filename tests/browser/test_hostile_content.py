"""Documents, golden sets, names, notes and answers are other people's text: no page obeys it or calls anybody for it."""

from __future__ import annotations

import urllib.request

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import needs_chromium
from tests.support.listener import Listener
from tests.support.served_app import PERSON
from workbench import Workbench
from workbench.domain.actor import Actor
from workbench.domain.dataset import Check, Example
from workbench.domain.prompt import Message, PromptContent, PromptFile, RetrievalSettings
from workbench.domain.review_queue import Everything, QueueWork
from workbench.workspace.reports.evidence import gather
from workbench.workspace.reports.report import report_html

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_chromium]

PROMPT, DATASET, INDEX = "__init__.v1", "_golden_", "_library_"
SCRIPT = "<script>alert('leak')</script>"
BACKWARDS = "\u202eknil rehto\u202c"


@pytest.fixture
def listener():
    with Listener() as opened:
        yield opened


@pytest.fixture
def attack(listener):
    """Text that asks a browser in every way to run something, to load something, or to lead people away."""
    there = listener.address
    return (
        f"{SCRIPT} <img src={there}/image.png onerror=alert(1)> <iframe src={there}/frame></iframe> "
        f"![seen]({there}/markdown.png) [press here]({there}/link) <{there}/auto> "
        f"<style>@import url({there}/style.css)</style> :material/home: $x^2$ {BACKWARDS}"
    )


def content(attack: str, system: str) -> PromptContent:
    return PromptContent(
        messages=(
            Message("system", f"{system} {attack}"),
            Message("user", "Sources:\n\n{{context}}\n\nQuestion: {{question}}"),
        ),
        variables=("context", "question"),
        retrieval=RetrievalSettings(index=INDEX, k=1),
    )


@pytest.fixture
def hostile(empty_project, attack):
    """A project in which everything that can be written holds the attack; gives it with its run and an answer."""
    folder = empty_project / "documents"
    folder.mkdir(exist_ok=True)
    (folder / "![x](y) & <b>.md").write_text(
        f"# Opening {attack}\n\nThe library opens at nine {attack} on weekdays.\n", encoding="utf-8"
    )
    rows = [
        Example(
            id=f"<b>row</b>-{number}",
            inputs={"question": f"When does the library open on weekdays? {attack}"},
            expected=f"At nine {attack}",
            checks=(Check("contains", attack),),
            tags=(f"tag {attack}",),
            cluster=attack,
        )
        for number in (1, 2)
    ]
    with Workbench.open(empty_project, actor=Actor(PERSON)) as wb:
        wb.build_index(INDEX, folder)
        wb.add_dataset(rows, name=DATASET)
        for system in ("Answer.", "Answer from the sources in one sentence."):
            wb.add_prompt(PromptFile(PROMPT, content(attack, system), changelog=attack))
        run = wb.run([f"{PROMPT}@1", f"{PROMPT}@2"], DATASET).id
        answers = wb.reviews.queue(run)
        wb.reviews.give(answers[0].trial_id, "fail", note=attack)
        wb.acting_as(Actor("ben")).reviews.give(answers[0].trial_id, "pass", note=attack)
        queue = wb.reviews.queues.create(run, Everything(), QueueWork(criteria=(attack[:80],), name=attack[:80])).id
        wb.releases.approve(f"{PROMPT}@2", run=run, note=attack)
        assert any("onerror" in output.completion.text for output in wb.runs.outputs(run))
    (empty_project / "guidelines.md").write_text(attack, encoding="utf-8")
    return empty_project, run, queue


def test_the_listener_hears_who_calls(listener):
    with urllib.request.urlopen(f"{listener.address}/image.png", timeout=5):
        assert listener.heard == ["/image.png"]


def test_text_of_others_is_only_text_on_every_page(hostile, listener, serve, window):
    project, run, queue = hostile
    person = window(serve(project))
    page = person.tab()
    views = [
        "",
        f"prompts?prompt={PROMPT}&columns=2&differences=true",
        "datasets",
        "datasets?row=<b>row</b>-1",
        "datasets?view=edit",
        "knowledge?q=library+weekdays",
        "knowledge?view=documents",
        "knowledge?view=build&folder=documents",
        "knowledge?view=risks",
        "knowledge?view=measure",
        "run",
        f"run?run={run}",
        f"compare?run={run}&show=all&example=<b>row</b>-2",
        f"review?run={run}",
        f"review?queue={queue}",
        f"review?queue={queue}&item=end",
        f"review?view=settle&run={run}",
        f"release?prompt={PROMPT}&version=2",
    ]
    shown = 0
    for view in views:
        person.go(page, view)
        shown += page.get_by_test_id("stMain").get_by_text("<script>").count()
        assert obeyed(page, listener) == [], view
    assert shown >= 10

    person.go(page, f"prompts?prompt={PROMPT}&columns=2")
    page.get_by_role("button", name="Try", exact=False).first.click()
    expect(page.get_by_text("What the model was sent").first).to_be_visible()
    assert obeyed(page, listener) == []
    assert listener.heard == []


def test_text_of_others_is_only_text_in_a_report_opened_from_the_disk(hostile, listener, browser, tmp_path):
    project, run, _ = hostile
    with Workbench.open(project) as wb:
        comparison = wb.compare(run)
        html = report_html(comparison, gather(wb.context, comparison))
    file = tmp_path / "report.html"
    file.write_text(html, encoding="utf-8")
    with browser.new_context() as context:
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri())

        assert page.get_by_text("<script>").count() >= 2
        assert obeyed(page, listener) == []
        assert asked == [file.as_uri()]
    assert listener.heard == []


def obeyed(page: Page, listener: Listener) -> list[str]:
    """Elements of the page that came out of the text. An address that is only made clickable says where it leads."""
    port = listener.address.rpartition(":")[2]
    made = ", ".join(f'[{name}*="{port}"]' for name in ("src", "href", "action", "data", "style"))
    return page.locator(f'{made}, [onerror], iframe[src*="frame"]').evaluate_all(
        """all => all
            .filter(element => element.tagName !== "A" || decodeURI(element.href) !== element.textContent)
            .map(element => element.outerHTML)"""
    )
