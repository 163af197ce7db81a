"""A review packet opened from disk: judged by keyboard, nothing lost, nothing asked of anybody, and brought back."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.browser import PATIENCE_MS, needs_chromium
from tests.support.listener import Listener
from tests.support.packets import packet_data
from workbench import Workbench
from workbench.domain.actor import Actor

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_chromium]

TABLET = {"width": 768, "height": 1024}
NO_STORAGE = "Object.defineProperty(window, 'localStorage', {get() { throw new Error('none') }})"


@pytest.fixture
def desk(browser):
    """A browser on a tablet; gives it with what went wrong in it and every address that it asked for."""
    context = browser.new_context(viewport=TABLET, accept_downloads=True)
    context.set_default_timeout(PATIENCE_MS)
    context.asked, context.complaints = [], []
    context.on("request", lambda request: context.asked.append(request.url))
    context.on("weberror", lambda error: context.complaints.append(str(error.error)))
    context.on("console", lambda said: context.complaints.append(said.text) if said.type == "error" else None)
    yield context
    context.close()


@pytest.fixture(scope="module")
def asking(built_example, tmp_path_factory):
    """The example project, and beside it the packet of its newest run."""
    project = Path(shutil.copytree(built_example, tmp_path_factory.mktemp("asking") / "harbor"))
    (project / "guidelines.md").write_text("Pass what a customer could act on.", encoding="utf-8")
    with Workbench.open(project, actor=Actor("engineer")) as wb:
        wb.reviews.export("latest", project.parent / "packet.html")
    return project


@pytest.fixture
def packet(asking, tmp_path):
    """The packet as it is handed to somebody."""
    return Path(shutil.copy(asking.parent / "packet.html", tmp_path))


def begin(desk: BrowserContext, path: Path, name: str = "Dora") -> Page:
    page = desk.new_page()
    page.goto(path.as_uri())
    page.get_by_label("Your name").fill(name)
    page.keyboard.press("Enter")
    expect(where(page)).to_contain_text("Answer ")
    return page


def where(page: Page):
    return page.locator("#where")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def downloaded(page: Page, to: Path) -> Path:
    with page.expect_download() as started:
        page.get_by_role("button", name="Download answers").click()
    path = to / started.value.suggested_filename
    started.value.save_as(path)
    return path


def test_thirty_answers_are_judged_by_keyboard_with_a_reload_and_brought_back(desk, packet, asking, tmp_path):
    items = packet_data(packet.read_text(encoding="utf-8"))["items"]
    page = begin(desk, packet)
    for number in range(1, 16):
        expect(where(page)).to_contain_text(f"Answer {number} of {len(items)}")
        press(page, "123"[number % 3])
    press(page, "n")
    page.keyboard.type("3 years? not 2, N or U")
    press(page, "Escape", "f")
    page.keyboard.type("wrong figure, too short")
    page.reload()
    expect(where(page)).to_contain_text("Answer 16 of")
    expect(page.get_by_label("What was wrong")).to_have_value("3 years? not 2, N or U")
    expect(page.get_by_label("Kind of failure")).to_have_value("wrong figure, too short")
    press(page, "2")
    for number in range(17, 31):
        expect(where(page)).to_contain_text(f"Answer {number} of")
        press(page, "1")
    press(page, "u")
    expect(where(page)).to_contain_text("Answer 30 of")
    file = downloaded(page, tmp_path)

    said = {answer["item"]: answer for answer in json.loads(file.read_text(encoding="utf-8"))["answers"]}
    assert said[items[15]["id"]]["note"] == "3 years? not 2, N or U"
    assert said[items[15]["id"]]["tags"] == ["wrong figure", "too short"]
    with Workbench.open(asking, actor=Actor("engineer")) as wb:
        done = wb.reviews.import_answers(file.read_text(encoding="utf-8"))
        assert (done.reviewer, done.stored) == ("Dora", 29)
        given = {review.trial_id: review.verdict for review in wb.reviews.of_run("latest")}
        verdicts = ["pass", "fail", "unsure"]
        assert [given[item["id"]] for item in items[:15]] == [verdicts[n % 3] for n in range(1, 16)]
        assert wb.reviews.import_answers(file.read_text(encoding="utf-8")).stored == 0
    assert desk.complaints == []
    assert {url.partition(":")[0] for url in desk.asked} <= {"file", "blob"}


def test_back_forward_undo_and_help_are_keys(desk, packet):
    page = begin(desk, packet)
    press(page, "1", "ArrowLeft")
    expect(page.get_by_role("button", name="Pass")).to_have_attribute("aria-pressed", "true")
    press(page, "u")
    expect(page.get_by_role("button", name="Pass")).to_have_attribute("aria-pressed", "false")
    press(page, "ArrowRight")
    expect(where(page)).to_contain_text("Answer 2 of")
    press(page, "?")
    expect(page.locator("#help")).to_be_visible()
    page.get_by_text("Guidelines").click()
    expect(page.get_by_text("Pass what a customer could act on.")).to_be_visible()


def test_two_tabs_of_one_packet_lose_nothing_of_each_other(desk, packet):
    first = begin(desk, packet)
    second = desk.new_page()
    second.goto(packet.as_uri())
    press(first, "1")
    expect(where(first)).to_contain_text("Answer 2 of")
    expect(second.get_by_role("progressbar")).to_have_attribute("value", "1")
    press(second, "ArrowRight", "2")
    expect(second.get_by_role("progressbar")).to_have_attribute("value", "2")
    expect(first.get_by_role("progressbar")).to_have_attribute("value", "2")


def test_a_browser_that_keeps_nothing_says_so_and_goes_on_from_a_download(desk, packet, tmp_path):
    desk.add_init_script(NO_STORAGE)
    page = begin(desk, packet)
    expect(page.get_by_text("This browser does not keep")).to_be_visible()
    press(page, "2")
    expect(where(page)).to_contain_text("Answer 2 of")
    file = downloaded(page, tmp_path)
    page.goto(packet.as_uri())
    expect(page.get_by_text("answers wait for you")).to_be_visible()
    page.get_by_label("Go on from a file").set_input_files(file)

    expect(page.get_by_text("1 answers were read in")).to_be_visible()
    expect(page.get_by_label("Your name")).to_have_value("Dora")
    expect(page.get_by_text("You have judged 1 of")).to_be_visible()


def test_a_changed_packet_does_not_open(desk, packet):
    text = packet.read_text(encoding="utf-8")
    packet.write_text(text.replace('"asked":[["Question","', '"asked":[["Question","Not ', 1), encoding="utf-8")
    page = desk.new_page()
    page.goto(packet.as_uri())

    expect(page.get_by_text("changed after it was written")).to_be_visible()
    expect(page.get_by_role("button", name="Start")).to_be_hidden()


def test_even_markup_that_got_in_could_call_nobody(desk, packet):
    with Listener() as listener:
        page = begin(desk, packet)
        page.evaluate(
            """there => {
                document.body.insertAdjacentHTML('beforeend', `<img src="${there}/i"><iframe src="${there}/f"></iframe>
                    <link rel=stylesheet href="${there}/c"><video src="${there}/v"></video>`)
                const script = document.createElement('script')
                script.src = `${there}/s`
                document.body.append(script)
                return fetch(`${there}/x`).catch(() => null)
            }""",
            listener.address,
        )

        assert any("Content Security Policy" in complaint for complaint in desk.complaints)
        assert listener.heard == []
