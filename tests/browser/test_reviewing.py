"""A domain expert's story, from a fresh installation of the wheel: by keyboard alone, blind, with nothing lost, and shared."""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import Window, needs_chromium
from workbench import Workbench
from workbench.domain.actor import Actor
from workbench.domain.review_queue import Pairs, QueueWork, RandomSample
from workbench.domain.run import parts_of

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_chromium]

ANSWERS = 30
SECOND = 12
HALF_TYPED = "3 years? not 2, N or U"
EXPERT, ENGINEER = "Cleo Park", "ann"
TABLET = {"width": 800, "height": 1000}
# Presses a key and says whether another item is on the screen before anything else could happen, such as an answer of
# the server.
PRESSED_AT_ONCE = """key => {
    const screen = document.querySelector('.review-screen')
    const before = screen.dataset.item
    const started = performance.now()
    document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, composed: true}))
    return [screen.dataset.item !== before, performance.now() - started]
}"""


@pytest.fixture(scope="module")
def project(built_example, tmp_path_factory):
    """A copy of the example, on which each test begins a queue of its own."""
    copy = shutil.copytree(built_example, tmp_path_factory.mktemp("reviewing") / "harbor")
    (copy / "guidelines.md").write_text("Pass what a customer could **act on**.", encoding="utf-8")
    return copy


@pytest.fixture(scope="module")
def app(project, installed, serve_to_all):
    """The installed app, started without saying for whom."""
    return serve_to_all(project, WORKBENCH_USER="", **installed.served())


def queue_of(project, source, **work) -> str:
    with Workbench.open(project, actor=Actor("engineer")) as wb:
        return wb.reviews.queues.create("latest", source, QueueWork(repeats=0, **work)).id


def known_as(name: str, person: Window) -> Window:
    """Somebody who said this name before."""
    person.context.add_cookies([{"name": "workbench-name", "value": name, "url": person.address}])
    return person


def at_item(page: Page, number: int, of: int = ANSWERS) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(f"^(Answer|Pair) {number} of {of}$"))
    expect(page.locator(".review-screen[data-loading]")).to_have_count(0)


def stored(page: Page) -> None:
    """Wait until the server has everything that was said."""
    expect(page.locator(".review-screen")).to_have_attribute("data-waiting", "0")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_an_expert_opens_a_link_and_judges_thirty_answers_by_keyboard_and_what_a_second_says_otherwise_is_settled(
    project, app, window, record_testsuite_property
):
    queue = queue_of(project, RandomSample(ANSWERS), criteria=("Is every figure in the sources?",))
    with Workbench.open(project, actor=Actor("engineer")) as wb:
        labels = wb.runs.info("latest").arms
        authors = {part for label in labels for part in parts_of(label) if part} | set(labels)
    page = window(app, viewport=TABLET).open(f"review?queue={queue}")
    expect(page.get_by_text("You read one answer at a time")).to_be_visible()
    page.get_by_label("Your name").fill(EXPERT)
    page.get_by_role("button", name="Start", exact=True).click()
    at_item(page, 1)
    took = []
    for number in range(1, 16):
        at_item(page, number)
        source = page.content()
        assert [author for author in authors if author in source] == []
        stored(page)
        at_once, ms = page.evaluate(PRESSED_AT_ONCE, "123"[number % 3])
        assert at_once, number
        took.append(ms)
    record_testsuite_property("ms from key to next item", sorted(took)[len(took) // 2])
    press(page, "n")
    page.keyboard.type(HALF_TYPED)
    expect(page.get_by_text("Not saved yet. Enter, then 1, 2 or 3: saved with your verdict.")).to_be_visible()
    page.reload()
    at_item(page, 16)
    expect(page.get_by_label("What was wrong")).to_have_value(HALF_TYPED)
    press(page, "f")
    page.keyboard.type("Wrong figure")
    press(page, "Enter", "s", "Shift+ArrowRight", "Enter")
    page.keyboard.type("made up")
    press(page, "Enter", "c", "n", "e")
    page.keyboard.type(" Not so.")
    press(page, "Escape", "2")
    at_item(page, 17)
    press(page, "u")
    at_item(page, 16)
    expect(page.get_by_label("What was wrong")).to_have_value(HALF_TYPED)
    press(page, "2")
    for number in range(17, ANSWERS + 1):
        at_item(page, number)
        press(page, "1")
    expect(page.get_by_text("that was the last one")).to_be_visible()
    expect(page.get_by_text(f"You have judged {ANSWERS} of {ANSWERS}.")).to_be_visible()

    second = known_as(ENGINEER, window(app))
    page = second.open(f"review?queue={queue}")
    for number in range(1, SECOND + 1):
        at_item(page, number)
        press(page, "1")
    stored(page)

    second.turn(page, "review?view=settle")
    expect(page.get_by_text("to settle")).to_be_visible()
    page.get_by_label("Why, in a sentence").fill("The sources say so.")
    page.get_by_role("button", name="Fail counts").click()
    expect(page.get_by_text("1 settled")).to_be_visible()

    with Workbench.open(project, actor=Actor("engineer")) as wb:
        said = [review for review in wb.reviews.of_run("latest") if review.queue == queue]
        by = {who: [one for one in said if one.reviewer == who and not one.gold] for who in (EXPERT, ENGINEER)}
        assert [len({one.trial_id for one in ones}) for ones in by.values()] == [ANSWERS, SECOND]
        assert Counter(one.verdict for one in by[EXPERT]) == {"pass": 19, "fail": 6, "unsure": 5}
        full = next(one for one in by[EXPERT] if one.note)
        assert (full.verdict, full.note, full.tags) == ("fail", HALF_TYPED, ("Wrong figure",))
        assert [span.label for span in full.spans] == ["made up"]
        assert (full.correction or "").endswith(" Not so.")
        assert [criterion.met for criterion in full.criteria] == [False]
        assert all(one.seconds for one in by[EXPERT])
        assert sum(one.gold for one in wb.reviews.of_run("latest")) == 1


@pytest.mark.parametrize(
    "answers",
    [
        8,
        pytest.param(
            200,
            marks=pytest.mark.skipif(
                not os.environ.get("WORKBENCH_SIMULATIONS"),
                reason="takes minutes: set WORKBENCH_SIMULATIONS=1 to run it",
            ),
        ),
    ],
)
def test_two_people_share_a_queue_and_none_of_their_verdicts_is_lost_or_doubled(project, app, window, answers):
    both = ("Ada", "Ben")
    queue = queue_of(project, RandomSample(answers), reviewers=both, per_item=1)
    pages = [known_as(name, window(app)).open(f"review?queue={queue}") for name in both]
    while any(open_ones := [page for page in pages if page.locator(".review-screen").count()]):
        for page in open_ones:
            press(page, "1")
        for page in open_ones:
            expect(page.locator(".review-screen[data-waiting='0'], [data-testid=stHeading]").first).to_be_visible()

    with Workbench.open(project, actor=Actor("engineer")) as wb:
        said = [(one.trial_id, one.reviewer) for one in wb.reviews.of_run("latest") if one.queue == queue]
        assert len({trial for trial, _ in said}) == answers
        assert len(said) == answers
        assert {who for _, who in said} == set(both)


def test_pairs_are_judged_by_keys_and_a_dead_server_loses_nothing(project, app, window):
    pairs = 4
    queue = queue_of(project, Pairs(n=pairs))
    desk = known_as("Dee", window(app))
    page = desk.open(f"review?queue={queue}")
    at_item(page, 1, pairs)
    press(page, "a")
    at_item(page, 2, pairs)
    stored(page)
    app.kill()
    press(page, "b", "=")
    at_item(page, 4, pairs)
    app.start()
    stored(page)
    press(page, "0")
    expect(page.get_by_text("that was the last one")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Review")
    desk.complaints.clear()  # the browser says that it missed the server

    with Workbench.open(project, actor=Actor("Dee")) as wb:
        choices = [item.review for item in wb.reviews.queues.desk(queue).items]
        assert [review.left_chosen for review in choices] == [True, False, None, None]
        assert [review.choice for review in choices[2:]] == ["both fine", "both bad"]
