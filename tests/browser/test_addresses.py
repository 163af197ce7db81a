"""An address is a view: a reload shows it again, and so does coming back from elsewhere."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as WaitedTooLong

from tests.support.browser import drawn, needs_chromium
from tests.support.looked_at import LookedAt

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_chromium]

SEEN = """() => {
  const main = document.querySelector("[data-testid=stMain]")
  const state = node => [node.value, node.checked, ...["aria-checked", "aria-selected", "aria-expanded", "aria-pressed"]
    .map(name => node.getAttribute(name))].join("|")
  return JSON.stringify([
    location.pathname, [...new URLSearchParams(location.search)].sort(),
    main.innerText, [...main.querySelectorAll("input, textarea, select, button, [role=combobox]")].map(state)])
}"""
"""The address, and what a person sees: the text, and what fields and switches hold."""
SAME = f"seen => ({SEEN})() === seen"
STILL_MS = 10_000


def test_every_link_into_the_app_shows_its_view_again_after_a_reload_and_on_the_way_back(standing, window):
    person = window(standing.app)
    page = person.open()

    lost = {}
    for link in links(standing):
        person.turn(page, link)
        seen = settled(page)
        page.reload()
        drawn(page)
        told = [] if shows(page, seen) else ["a reload shows another view"]
        elsewhere = "Datasets" if not link.startswith("datasets") else "Judges"
        page.get_by_test_id("stSidebar").get_by_role("link", name=elsewhere).dispatch_event("click")  # it may be folded
        page.get_by_role("heading", name=elsewhere, level=1).wait_for()
        drawn(page)
        page.go_back()
        told += [] if shows(page, seen) else ["the way back leads to another view"]
        if told:
            lost[link] = told
    assert lost == {}


def links(standing: LookedAt) -> list[str]:
    """Views of every page, with what is chosen in them."""
    prompt, run, queue = standing.prompt, standing.run, standing.queue
    return [
        "",
        f"prompts?prompt={prompt}&columns=3&differences=true",
        f"compare?run={run}&show=all&example=q-002",
        "datasets?find=repay&page=2",
        "knowledge?q=early+repayment",
        f"review?queue={queue}&item=end",
        f"judges?run={run}&judge=checks&cell=both-pass",
        "release?view=history",
    ]


def settled(page: Page) -> str:
    """What is seen once nothing changes any more."""
    before = ""
    while (seen := page.evaluate(SEEN)) != before:
        before = seen
        page.wait_for_timeout(150)
    return seen


def lines(seen: list[str | list[str]]) -> list[str]:
    """What was seen, a line for each thing, to tell what is another."""
    path, query, text, fields = seen
    return [path, str(query), *text.splitlines(), *fields]


def shows(page: Page, seen: str) -> bool:
    """Whether the page comes to show this."""
    try:
        page.wait_for_function(SAME, arg=seen, timeout=STILL_MS)
    except WaitedTooLong:
        was, now = json.loads(seen), json.loads(page.evaluate(SEEN))
        print(
            *(f"was {one}\nnow {other}" for one, other in zip(lines(was), lines(now), strict=False) if one != other),
            sep="\n",
        )
        return False
    return True
