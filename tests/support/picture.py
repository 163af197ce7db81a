"""The pictures of README and guide: three people's stories on the example, as the real app shows them."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from tests.support.browser import chromium, drawn
from tests.support.served_app import ServedApp
from workbench import Workbench
from workbench.domain.actor import Actor
from workbench.domain.review_queue import QueueWork, RandomSample
from workbench.workspace.example import build_example
from workbench.workspace.projects import init_example

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

WIDTH, HEIGHT, COMPARE_HEIGHT = 1440, 900, 1180
COLOURS = 128
"""Enough for text and flat colours; a picture of few colours is a small file."""
ENGINEER, EXPERT, APPROVER = "ann", "Cleo Park", "ben"
ANSWERS = 3
SETTINGS = f"""
[gates.release]
rules = [
  {{ metric = "correct", at_least = 0.5 }},
  {{ metric = "citation_validity", at_least = 0.9 }},
]

[people]
approvers = ["{APPROVER}"]
"""
MARK = """([box, number]) => {
    const frame = document.createElement('div')
    frame.className = 'picture-mark'
    frame.style.cssText = `position:fixed;z-index:1000000;pointer-events:none;box-sizing:border-box;
        left:${box.x - 6}px;top:${box.y - 6}px;width:${box.width + 12}px;height:${box.height + 12}px;
        border:3px solid #b8450f;border-radius:10px`
    const badge = document.createElement('div')
    badge.textContent = number
    badge.style.cssText = `position:absolute;left:-16px;top:-16px;width:30px;height:30px;border-radius:15px;
        background:#b8450f;color:#fff;font:700 17px/30px sans-serif;text-align:center`
    frame.append(badge)
    document.body.append(frame)
}"""
UNMARK = "document.querySelectorAll('.picture-mark').forEach(mark => mark.remove())"


def take_all(folder: Path) -> None:
    """Build the example, live the three stories on it, and save what is seen in the folder."""
    folder.mkdir(exist_ok=True)
    os.environ["WORKBENCH_USER"] = ENGINEER
    with tempfile.TemporaryDirectory() as scratch:
        project = init_example(Path(scratch) / "harbor").directory
        with (project / "workbench.toml").open("a", encoding="utf-8") as file:
            file.write(SETTINGS)
        example = build_example(project)
        with Workbench.open(project, actor=Actor(ENGINEER)) as wb:
            work = QueueWork(name="Answers of this week", repeats=0)
            queue = wb.reviews.queues.create(example.run, RandomSample(ANSWERS), work).id
        with chromium() as browser:
            engineer(browser, project, example.run, folder)
            expert(browser, project, queue, folder)
            team(browser, project, folder)


def engineer(browser: Browser, project: Path, run: str, folder: Path) -> None:
    """What a prompt engineer sees: where to go on, what is found, two versions, which is better."""
    with ServedApp(project) as app:
        page = _page(browser)
        _open(page, app, "")
        _save(page, folder / "engineer-1-overview.png", _main(page).get_by_role("button", name="Compare").first)
        _open(page, app, "prompts?prompt=harbor-answer&columns=2&differences=true")
        _save(page, folder / "engineer-2-prompts.png", _main(page).get_by_role("button", name="Edit").last)
        page.set_viewport_size({"width": WIDTH, "height": COMPARE_HEIGHT})
        _open(page, app, f"compare?run={run}")
        page.get_by_role("heading", name="Examples").wait_for()
        page.locator("[data-testid='stVegaLiteChart']").first.wait_for()
        page.get_by_test_id("stDataFrame").first.wait_for()
        _save(page, folder / "compare.png")


def expert(browser: Browser, project: Path, queue: str, folder: Path) -> None:
    """What a domain expert sees who was sent a link: the question who it is, an answer, the thanks."""
    with ServedApp(project, WORKBENCH_USER="", LOGNAME="office") as app:
        page = _page(browser)
        _open(page, app, f"review?queue={queue}")
        name = page.get_by_label("Your name")
        name.fill(EXPERT)
        start = page.get_by_role("button", name="Start", exact=True)
        _save(page, folder / "expert-1-who.png", name, start)
        start.click()
        page.locator(".review-screen:not([data-loading])").wait_for()
        verdict = page.locator(".review-screen").get_by_role("button", name="Pass")
        _save(page, folder / "expert-2-answer.png", page.get_by_text("Guidelines", exact=True), verdict)
        for number in range(1, ANSWERS + 1):
            page.get_by_role("heading", level=1, name=f"Answer {number} of").wait_for()
            page.keyboard.press("12"[number == 2])
        page.get_by_text("that was the last one").wait_for()
        _save(page, folder / "expert-3-end.png", page.get_by_text("You have judged"))


def team(browser: Browser, project: Path, folder: Path) -> None:
    """What a releasing team sees: the gate and the approval, where the release stands, and the files."""
    with ServedApp(project, WORKBENCH_USER=APPROVER) as app:
        page = _page(browser)
        _open(page, app, "release?prompt=harbor-answer@2")
        note = page.get_by_role("textbox", name="Note")
        note.fill("Read the answers that got worse.")
        _save(page, folder / "team-1-approve.png", page.get_by_role("heading", name="Gate", exact=True), note)
        note.press("Control+Enter")
        page.get_by_text(f"Approved as 1.0.0 by {APPROVER}").wait_for()
        _open(page, app, "release?prompt=harbor-answer&view=environments")
        page.get_by_role("button", name="Promote 1.0.0 to staging").click()
        page.get_by_text("Staging has 1.0.0").first.wait_for()
        _save(page, folder / "team-2-environments.png", page.get_by_role("button", name="Promote 1.0.0 to production"))
        _open(page, app, "release?prompt=harbor-answer&view=files")
        export = page.get_by_role("button", name="Export 1.0.0")
        export.click()
        page.get_by_text("matches what was released").first.wait_for()
        _save(page, folder / "team-3-files.png", page.get_by_text("matches what was released").first)


def _page(browser: Browser) -> Page:
    return browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=1)


def _open(page: Page, app: ServedApp, path: str) -> None:
    page.goto(f"{app.address}/{path}")
    drawn(page)


def _main(page: Page) -> Locator:
    return page.get_by_test_id("stMain")


def _save(page: Page, target: Path, *marked: Locator) -> None:
    """Take the page with numbers on what the caption speaks of, as a small file."""
    drawn(page)
    for one in reversed(marked):
        one.scroll_into_view_if_needed()
    for number, one in enumerate(marked, start=1):
        page.evaluate(MARK, [one.bounding_box(), number])
    page.screenshot(path=target)
    page.evaluate(UNMARK)
    with Image.open(target) as taken:
        taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)


if __name__ == "__main__":
    take_all(Path(sys.argv[1]))
