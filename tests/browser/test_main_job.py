"""A prompt engineer's story: from a fresh installation of the wheel to released files, in a real browser."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import drawn, needs_chromium, pick
from tests.support.held_answers import HeldAnswers
from tests.support.installed import ROOT
from tests.support.openai_server import Asked, OpenAIServer
from tests.support.served_app import PERSON
from workbench import Workbench
from workbench.domain.actor import Actor

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_chromium]

SAMPLES = ROOT / "datasets" / "samples"
MODEL = "openai/gpt-4o-mini"
PROMPT = "library-desk"
SENTENCES = "at most two sentences"
SHORTER = "at most one sentence"
NOTE = "It names the wrong day"
ROWS, FREE = 6, 5
"""Questions of the sample golden set; answers before the model waits."""
SLOW_MS = 120_000
"""For the first build and the first run: they load large libraries, which takes busy machines long."""


def answer(asked: Asked) -> str:
    return "21 days [1]." if SHORTER in asked.prompt else "Please ask at the desk."


@pytest.fixture
def provider() -> Iterator[tuple[OpenAIServer, HeldAnswers]]:
    """Answers a few times as OpenAI would, and then waits to be let go."""
    with OpenAIServer() as server:
        held = HeldAnswers(FREE, answer)
        server.default = held
        yield server, held
        held.let_go()


def test_a_prompt_engineer_brings_what_she_has_learns_which_version_is_better_and_releases_it(
    installed, provider, serve, window, tmp_path
):
    server, held = provider
    project, folder = tmp_path / "library", tmp_path / "repository"
    installed("init", project, cwd=tmp_path)
    key = {"OPENAI_API_KEY": "not-a-key", "OPENAI_API_BASE": server.api_base}

    page = window(serve(project, **installed.served(**key))).open()
    bring_documents(page)
    bring_questions(page)
    bring_prompt(page)
    write_second_version(page)
    run = run_both_versions(page, held)
    every_answer_arrived_once(project, run)
    asked = [request for request in server.requests if request.path.endswith("/chat/completions")]
    assert all("21 days" in request.prompt for request in asked if "keep a book" in request.question)
    compare(page)
    review_three_answers(page)
    verdicts_are_stored(project, run)
    verdicts_count(page, run)
    release(page, folder)

    installed("verify", folder, cwd=tmp_path)
    with Workbench.open(project) as wb:
        (released,) = wb.releases.list(PROMPT)
    assert (released.number, released.approver, released.evidence.run) == (2, PERSON, run)


def go(page: Page, name: str) -> None:
    """Follow a link of the navigation."""
    page.get_by_test_id("stSidebar").get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", name=name, exact=True, level=1)).to_be_visible()
    drawn(page)


def bring_documents(page: Page) -> None:
    """The sample document, as an index that is called as the sample prompt expects."""
    page.get_by_role("link", name="Bring documents").click()
    page.get_by_text("Drop in files").click()
    page.locator('input[type="file"]:not([webkitdirectory])').set_input_files(SAMPLES / "document.md")
    expect(page.get_by_text("1 document can be read.")).to_be_visible()
    page.get_by_role("textbox", name="Name of the index").fill("library")
    page.get_by_role("button", name="Build").click()
    expect(page.get_by_text("library: 1 document")).to_be_visible(timeout=SLOW_MS)


def bring_questions(page: Page) -> None:
    go(page, "Datasets")
    page.locator('input[type="file"]').set_input_files(SAMPLES / "golden-set.csv")
    page.get_by_role("textbox", name="Name of the golden set").fill("questions")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("Saved as questions, version 1.")).to_be_visible()


def bring_prompt(page: Page) -> None:
    go(page, "Prompts")
    page.locator('input[type="file"]').set_input_files(SAMPLES / "support.prompt.yaml")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name="Edit").first).to_be_visible()


def write_second_version(page: Page) -> None:
    """Change a sentence; the draft outlives a reload and becomes version 2."""
    page.get_by_role("button", name="Edit").first.click()
    text = page.get_by_role("textbox", name="Text of message 1")
    expect(text).to_have_value(re.compile(SENTENCES))
    changed = text.input_value().replace(SENTENCES, SHORTER)
    text.fill(changed)
    text.press("Control+Enter")
    expect(page.get_by_text("What changed from v1: 1 part")).to_be_visible()

    page.reload()
    expect(text).to_have_value(changed)
    page.get_by_role("button", name="Save as version 2").click()
    expect(page.get_by_text("Saved as version 2.")).to_be_visible()
    expect(page.get_by_role("combobox", name="Column 2")).to_have_value("v2")
    expect(page.get_by_text(SHORTER).first).to_be_visible()


def run_both_versions(page: Page, held: HeldAnswers) -> str:
    """The two newest versions are chosen already; the model's name is typed, and waits in the middle of the run.

    A reload there loses nothing. Gives the run's id.
    """
    go(page, "Run")
    for version in (1, 2):
        expect(page.get_by_role("button", name=f"Remove {PROMPT}@{version}")).to_be_visible()
    models = page.get_by_role("combobox", name="Models")
    pick(models, MODEL)
    models.press("Escape")
    # At once, as people do: the page is not drawn with the model yet, and nothing of it may be lost.
    page.get_by_role("button", name="Start").click()

    main = page.get_by_test_id("stMain")
    so_far = main.get_by_text(re.compile(rf"^{FREE} of {2 * ROWS} · cost so far \$0\.0"))
    expect(so_far).to_be_visible(timeout=SLOW_MS)
    page.reload()
    expect(so_far).to_be_visible()
    expect(page.get_by_role("button", name="Stop, keep results")).to_be_visible()
    held.let_go()
    expect(page.get_by_text("Every question was answered.")).to_be_visible()
    expect(page.get_by_text(f"{2 * ROWS} of {2 * ROWS}", exact=True)).to_be_visible()
    return re.search(r"run=(\w+)", page.url).group(1)


def every_answer_arrived_once(project, run: str) -> None:
    with Workbench.open(project) as wb:
        arrived = Counter((output.arm, output.example_id) for output in wb.runs.outputs(run))
    assert set(arrived.values()) == {1}
    assert len(arrived) == 2 * ROWS


def compare(page: Page) -> None:
    """The verdict in a sentence, both arms, and one example closely."""
    page.get_by_test_id("stMain").get_by_role("link", name="Compare").click()
    expect(page.get_by_role("heading", level=2, name=re.compile(r"\bv2\b"))).to_be_visible()
    for version in (1, 2):
        expect(page.get_by_role("cell", name=re.compile(rf"^{PROMPT}@{version}\b")).first).to_be_visible()
    page.get_by_text(f"All {ROWS}", exact=True).click()
    drawn(page)
    # The table is drawn on a canvas: the mark before its third row, below the head.
    page.get_by_role("region", name="Examples with their scores").click(position={"x": 15, "y": 38 + 35 * 2 + 17})
    page.wait_for_url(re.compile("example="))
    example = re.search(r"example=([\w-]+)", page.url).group(1)
    expect(page.get_by_role("strong").filter(has_text=example)).to_be_visible()
    expect(page.get_by_role("table", name="The scores of these answers")).to_be_visible()


def review_three_answers(page: Page) -> None:
    """By keyboard, one verdict taken back and given anew; a reload leads back to the same place."""
    page.get_by_role("link", name="Ask people").click()
    page.get_by_role("button", name="Review all of them").click()
    where = page.get_by_role("heading", level=1, name=re.compile("^Answer "))
    total = int(where.inner_text().rpartition(" ")[2])
    assert total >= 2 * ROWS  # some come back unannounced

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
    """Approve version 2 on this run, and export it into a folder."""
    page.get_by_role("link", name=f"Approve {PROMPT}@2").click()
    note = page.get_by_role("textbox", name="Note")
    note.fill("Read the answers that got worse.")
    note.press("Control+Enter")
    expect(page.get_by_text(f"Approved as 1.0.0 by {PERSON}")).to_be_visible()
    page.get_by_role("button", name="Export it").click()
    page.get_by_role("textbox", name="Folder").first.fill(str(folder))
    page.get_by_role("button", name="Export 1.0.0").click()
    expect(page.get_by_text(f"{folder} matches what was released.")).to_be_visible()
