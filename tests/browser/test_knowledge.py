"""Documents from a folder to a run that searches them in the best way measured, in a real browser."""

from __future__ import annotations

import re
import shutil

import pytest
from filelock import FileLock
from playwright.sync_api import Page, expect

from tests.support.browser import drawn, needs_chromium, pick
from tests.support.held_answers import EMBEDDER, HeldEmbeddings, offer, offer_embedder
from tests.support.openai_server import OpenAIServer
from tests.support.processes import until
from workbench import Workbench

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_chromium]

FREE_BATCHES = 2
FIRST_BATCHES = re.compile(r"^Building held · 2 of 3: embedding · [1-9]\d* of \d+ chunks")
SLOW_MS = 120_000
"""For a build: it loads large libraries first, which takes busy machines long."""
QUESTION = "Can I repay my fixed-rate loan early?"


@pytest.fixture(scope="module")
def project(built_example, tmp_path_factory):
    """A copy of the example with a golden set of every fourth question, for all tests of the module."""
    copy = shutil.copytree(built_example, tmp_path_factory.mktemp("knowledge") / "harbor")
    with Workbench.open(copy) as wb:
        wb.datasets.save("harbor-golden", wb.datasets.examples("harbor-golden")[::4])
    return copy


@pytest.fixture(scope="module")
def app(project, serve_to_all):
    return serve_to_all(project)


@pytest.fixture
def folder(built_example, tmp_path):
    """A folder as people have them: documents in subfolders, and files that are none."""
    made = tmp_path / "Desk handbook"
    shutil.copytree(built_example / "documents", made)
    (made / "empty.md").write_bytes(b"")
    (made / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    (made / ".hidden").mkdir()
    (made / ".hidden" / "secret.md").write_text("# Not for the index", encoding="utf-8")
    return made


@pytest.fixture
def embeddings(project):
    """An embedder on this machine that answers twice and then waits to be let go."""
    with OpenAIServer() as server:
        held = HeldEmbeddings(FREE_BATCHES)
        server.embedding = held
        offer(project, server.api_base)
        offer_embedder(project)
        yield held
        held.let_go()


def test_from_a_dropped_folder_to_a_run_with_the_best_settings(project, folder, app, window):
    page = window(app).open("knowledge?view=build")
    drop_in(page, folder)
    see_the_cuts(page)
    build(page, project)
    ask(page)
    measure(page)
    use_the_best(page)
    run(page, project)


def test_a_build_that_costs_goes_on_while_the_browser_is_closed_and_can_be_stopped(project, embeddings, app, window):
    person = window(app)
    page = person.open("knowledge?view=build&folder=documents")
    pick(page.get_by_role("combobox", name="Embedder"), EMBEDDER)
    expect(page.get_by_text(re.compile(r"About \$0\.\d+ for \d+ chunks"))).to_be_visible()
    page.get_by_role("textbox", name="Name of the index").fill("held")
    page.get_by_role("button", name="Build").click()
    expect(page.get_by_text(FIRST_BATCHES)).to_be_visible(timeout=SLOW_MS)
    address = page.url.rpartition("/")[2]
    page.close()

    page = person.open(address)
    expect(page.get_by_text(FIRST_BATCHES)).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Stopping…")).to_be_disabled()
    embeddings.let_go()
    expect(page.get_by_text("The build was stopped")).to_be_visible(timeout=SLOW_MS)
    with Workbench.open(project) as wb:
        assert "held" not in {info.name for info in wb.indexes.list()}


def test_a_folder_that_is_chosen_keeps_its_subfolders_too(project, folder, app, window):
    folder = folder.rename(folder.with_name("Chosen handbook"))
    page = window(app).open("knowledge?view=build")
    page.locator('input[type="file"]').set_input_files(folder)

    expect(page.get_by_text("37 documents can be read.")).to_be_visible()
    assert (project / ".workbench" / "uploads" / "Chosen-handbook" / "fees" / "early-repayment.md").is_file()


def drag(page: Page, folder) -> None:
    """Drag a folder from the desktop into the page and let it fall there."""
    place = page.get_by_test_id("stFileUploaderDropzone").bounding_box()
    middle = {"x": place["x"] + place["width"] / 2, "y": place["y"] + place["height"] / 2}
    mouse = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        data = {"items": [], "files": [str(folder)], "dragOperationsMask": 1}
        mouse.send("Input.dispatchDragEvent", {"type": kind, **middle, "data": data})
    mouse.detach()


def drop_in(page: Page, folder) -> None:
    """All files of the folder come along; what is no document is counted, with the reasons behind it."""
    drag(page, folder)
    expect(page.get_by_text("Documents dropped in: Desk-handbook")).to_be_visible()
    expect(page.get_by_text("37 documents can be read.")).to_be_visible()
    left_out = page.get_by_text("Left out: 3 files.")
    expect(left_out).to_be_visible()
    left_out.click()
    expect(page.get_by_role("cell", name="photo.jpg")).to_be_visible()


def see_the_cuts(page: Page) -> None:
    """The number of chunks and the text with its cuts follow the settings, one document after the other."""
    whole = page.get_by_role("heading", name=re.compile(r"^\d+ chunks$"))
    before = whole.inner_text()
    size = page.get_by_role("spinbutton", name="Longest chunk, in tokens")
    size.fill("80")
    size.press("Enter")
    expect(whole).not_to_have_text(before)
    text = page.get_by_role("region", name="The cuts")
    expect(text.get_by_text(re.compile(r"^chunk 1 · \d+ tokens · Complaints"))).to_be_visible()
    page.get_by_role("button", name="Next").click()
    expect(text.get_by_text(re.compile(r"^chunk 1 · \d+ tokens · (?!Complaints)"))).to_be_visible()
    expect(page.get_by_text("Document 2 of 37")).to_be_visible()


def build(page: Page, project) -> None:
    """The build waits for another one to end, as its lock says, and meanwhile tells how far it is."""
    page.get_by_role("textbox", name="Name of the index").fill("handbook")
    with FileLock(project / ".workbench" / "index" / "build.lock"):
        page.get_by_role("button", name="Build").click()
        going_on = page.get_by_text(re.compile(r"^Building handbook · 3 of 3: writing · 0 of \d+ chunks"))
        expect(going_on).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_text(re.compile(r"^handbook: 37 documents, \d+ chunks\."))).to_be_visible(timeout=SLOW_MS)


def ask(page: Page) -> None:
    """Each chunk comes with its ranks and the words it shares; its document opens at the place."""
    page.get_by_role("button", name="Ask it a question").click()
    box = page.get_by_role("textbox", name="Question or words")
    box.fill(QUESTION)
    box.press("Enter")
    expect(page.get_by_text("A model would be shown 4 chunks.")).to_be_visible()
    first = page.locator(".st-key-found-0")
    expect(first.get_by_text(re.compile("by meaning: "))).to_be_visible()
    expect(first.get_by_text(re.compile("by words: rank "))).to_be_visible()
    expect(first.locator("mark").first).to_be_visible()
    page.reload()
    drawn(page)
    first.get_by_role("button", name="Open in the document").click()
    expect(page.get_by_text("you came for this")).to_be_visible()


def measure(page: Page) -> None:
    """A grid on golden questions: what it takes, then the verdict, and a question that was missed."""
    page.get_by_text("Measure", exact=True).click()
    shown = page.get_by_role("combobox", name="How many chunks are shown")
    pick(shown, "8")
    shown.press("Escape")
    expect(page.get_by_text(re.compile(r"^6 settings, \d+ searches for \d+ questions"))).to_be_visible()
    page.get_by_role("button", name="Measure").click()
    expect(page.get_by_role("heading", level=2, name=re.compile(r"finds \d+% of the right sources"))).to_be_visible(
        timeout=SLOW_MS
    )
    expect(page.get_by_role("heading", name="All settings")).to_be_visible()
    question = page.locator(".st-key-question")
    expect(question.get_by_text(re.compile("missed, (stood at|not among)"))).to_be_visible()
    expect(question.get_by_role("button", name="Open in the document").first).to_be_visible()


def use_the_best(page: Page) -> None:
    """The best becomes a version of the prompt, which the Run page is about to ask beside the one before."""
    page.locator(".st-key-use").get_by_role("button", name="Use this").click()
    expect(page.get_by_role("heading", name="Run", exact=True, level=1)).to_be_visible()
    for version in (2, 3):
        expect(page.get_by_role("button", name=f"Remove harbor-answer@{version}")).to_be_visible()


def run(page: Page, project) -> None:
    """Both versions answer; the new one searches the new index in the way that was measured."""
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("Every question was answered.")).to_be_visible()
    run_id = re.search(r"run=(\w+)", page.url).group(1)
    with Workbench.open(project) as wb:
        until(lambda: wb.runs.status(run_id) == "done", within_s=60)
        retrieval = wb.prompts.get("harbor-answer@3").content.retrieval
        evaluation = wb.evaluations.get(wb.evaluations.list("handbook")[0].info.id)
        best = evaluation.best.setting
        names = {document.name for document in wb.indexes.documents(wb.indexes.get("handbook"))}
    assert retrieval == best.retrieval("handbook")
    assert "fees/early-repayment.md" in names
    assert retrieval.k == 8
