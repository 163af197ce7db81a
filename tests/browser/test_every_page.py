"""Every page, on a wide and a narrow screen, by day and by night: whole, quiet, and without barriers."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as StillWider

from tests.support.browser import needs_chromium
from tests.support.looked_at import LookedAt

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_chromium]

PAGES = ("", "prompts", "run", "compare", "datasets", "knowledge", "review", "judges", "release")
ERRORS = ('[data-testid="stException"]', '[data-testid="stAlertContentError"]')
OVERFLOW = """() => ["html", "[data-testid=stMain]"]
    .map(name => document.querySelector(name))
    .filter(element => element.scrollWidth > element.clientWidth).length"""

LOOKS = ((1440, "light"), (800, "dark"))
SETTLED_MS = 5_000

NOTHING_YET = {
    "": ("15 to 200 questions", "link", "Bring documents"),
    "prompts": ("There is no prompt yet", "button", "Start writing"),
    "run": ("A run needs a prompt version and a golden set", "link", "Write a prompt"),
    "compare": ("There is no run yet", "link", "Start a run"),
    "datasets": ("Bring one as CSV", "button", "A sample as CSV"),
    "knowledge": ("Bring documents: answers can then be found", "button", "Download a sample document"),
    "review": ("Run a prompt on a golden set first", "link", "Start a run"),
    "judges": ("There is no answer yet to judge", "link", "Start a run"),
    "release": ("There is no prompt yet", "link", "Write a prompt"),
}
"""What a page without content says, and the way on that it offers."""


def test_every_page_opens_without_an_error_a_sideways_scroll_or_a_serious_barrier(standing, window):
    person = window(standing.app)
    page = person.open()

    found = {}
    for number, (view, by_night) in enumerate(views(standing).items()):
        person.turn(page, view)
        for width, scheme in LOOKS[:: (1, -1)[number % 2]]:  # it stays as it was for the view before
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_function(f"innerWidth === {width}")
            if what := wrong(page) + (barriers(page) if scheme == "light" or by_night else []):
                found[view, width, scheme] = what
    assert found == {}


def test_every_page_of_an_empty_project_says_what_to_do(empty_project, serve, window):
    person = window(serve(empty_project))
    page = person.open()

    for view in PAGES:
        words, role, name = NOTHING_YET[view]
        person.turn(page, view)
        main = page.get_by_test_id("stMain")
        expect(main.get_by_text(words).first).to_be_visible()
        expect(main.get_by_role(role, name=name).first).to_be_enabled()
        assert wrong(page) == [], view


def views(standing: LookedAt) -> dict[str, bool]:
    """Addresses of views of every page, and whether barriers are looked for by night too: once for each page."""
    prompt, run, queue = standing.prompt, standing.run, standing.queue
    return {
        "": True,
        "run": True,
        f"run?run={run}": False,
        f"prompts?prompt={prompt}&columns=3&differences=true": True,
        "compare": False,
        f"compare?run={run}&show=all&example=q-002": True,
        "datasets?row=q-002": True,
        "datasets?view=edit": False,
        "datasets?view=changes": False,
        "knowledge?q=early+repayment": True,
        "knowledge?view=documents": False,
        "knowledge?view=build&folder=documents": False,
        "knowledge?view=measure": False,
        "knowledge?view=risks": False,
        "knowledge?view=versions": False,
        "review": True,
        f"review?queue={queue}": False,
        f"review?queue={queue}&item=end": False,
        "review?view=settle": False,
        "review?view=wrong": False,
        f"judges?run={run}&judge=checks&cell=both-pass": True,
        "release?version=2": True,
        "release?view=environments&serve=staging": False,
        "release?view=files": False,
        "release?view=compare": False,
        "release?view=gates": False,
        "release?view=history": False,
    }


def barriers(page: Page) -> list[str]:
    """Serious violations of accessibility that axe finds."""
    found = Axe().run(page).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:200]}"
        for violation in found
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
    ]


def wrong(page: Page) -> list[str]:
    """What is wrong with the page as it stands."""
    what = [f"{page.locator(name).count()} {name}" for name in ERRORS if page.locator(name).count()]
    try:
        page.wait_for_function(f"!({OVERFLOW})()", timeout=SETTLED_MS)  # tables follow a new width a moment later
    except StillWider:
        what.append("it scrolls sideways")
    return what
