"""A real browser for tests of pages."""

from __future__ import annotations

import re
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

QUIET = (
    "--no-sandbox",  # tests may run as root
    "--disable-gpu",
    "--in-process-gpu",  # a process less that every picture goes through
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
"""The one without windows first: it starts and loads pages in half the time of the whole browser."""
PROBE = re.compile(r"/\w+/_stcore/(health|host-config)$")
DRAWN = """() => {
    const app = document.querySelector("[data-testid=stApp]")
    const said = document.querySelectorAll("[data-testid=stMain] h1, [data-testid=stMain] p")
    return app?.dataset.testScriptState === "notRunning"
        && [...said].some(element => element.checkVisibility())
        && !document.querySelector("[data-testid=stSkeleton]")
}"""
TURN = """path => {
    const app = document.querySelector("[data-testid=stApp]")
    let part = app[Object.keys(app).find(name => name.startsWith("__reactFiber$"))]
    while (!part.stateNode?.state?.scriptRunId) part = part.return
    const before = part.stateNode.state.scriptRunId
    window.begunAnew = () => part.stateNode.state.scriptRunId !== before
    history.pushState({}, "", path)
    dispatchEvent(new PopStateEvent("popstate", {state: {}}))
}"""
"""Goes to an address as the browser's own buttons for back and forth do; `begunAnew` tells when the app draws again.

Only the app knows: what is drawn fast begins and ends before its state is seen on the page.
"""
WIDE = {"width": 1440, "height": 900}
"""The screen of a person at a desk."""
PATIENCE_MS = 30_000
"""How long a browser waits for what a page should show: machines that run tests are busy."""
OPENS_MS = 3_000
"""How long it waits for a list to open."""


def chromium_path() -> str | None:
    """Where Chromium is installed, if it is."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


needs_chromium = pytest.mark.skipif(chromium_path() is None, reason="Chromium is not installed")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium, headless, as Playwright drives it.

    While it is open, this thread cannot start an event loop of its own.
    """
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(QUIET))
        try:
            yield browser
        finally:
            browser.close()


class Window:
    """A browser of one person on the app at one address; it notes what must not happen.

    `options` are those of Playwright's new context: `viewport`, `color_scheme` and so on.
    """

    def __init__(self, browser: Browser, address: str, **options: object) -> None:
        self.address = address
        self.complaints: list[str] = []
        """Errors on the browser's console, requests to anything but the app, dialogs."""
        self.context: BrowserContext = browser.new_context(**options)
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.on("page", self._watch)
        self.context.on("request", lambda request: self._requested(request.url))
        self.context.on("weberror", lambda error: self.complaints.append(f"error: {error.error}"))
        self.context.on("console", self._said)

    def tab(self) -> Page:
        """A new, empty tab."""
        return self.context.new_page()

    def open(self, path: str = "") -> Page:
        """A new tab at a page of the app, once the page is drawn."""
        page = self.tab()
        self.go(page, path)
        return page

    def go(self, page: Page, path: str) -> None:
        """Lead a tab to a page of the app, and wait until it is drawn."""
        page.goto(f"{self.address}/{path}")
        drawn(page)

    def turn(self, page: Page, path: str) -> None:
        """Lead a tab that shows the app on to another of its views, and wait until that is drawn.

        The app is not loaded again, which is most of what `go` costs, and keeps what it knows of the session.
        """
        drawn(page)
        page.evaluate(TURN, f"/{path}")
        page.wait_for_function("begunAnew()", polling=25)
        drawn(page)

    def close(self) -> None:
        self.context.close()

    def _watch(self, page: Page) -> None:
        page.on("dialog", self._dialog)
        page.on("websocket", lambda socket: self._requested(socket.url))

    def _dialog(self, dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _said(self, message) -> None:
        # Streamlit looks for its server below every page's address first and finds it at the root.
        if message.type == "error" and not PROBE.search(message.location["url"]):
            self.complaints.append(f"console: {message.text}")

    def _requested(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob"} and parts.netloc != urlsplit(self.address).netloc:
            self.complaints.append(f"request: {url}")


def drawn(page: Page) -> None:
    """Wait until the app has drawn the page to its end.

    Asked again every few milliseconds: what Playwright expects of a page it looks for ever less often.
    """
    page.wait_for_function(DRAWN, polling=25)


def pick(box: Locator, option: str) -> None:
    """Type an option into a box to choose from, and take it with Enter once it is the one that is marked.

    Enter before the list has opened takes nothing; and a list that opens while its surroundings still unfold closes
    again. Nobody types as fast as that, so here it is typed again.
    """
    from playwright.sync_api import TimeoutError as Closed

    marked = box.page.locator("[role=option][data-focused]", has_text=option)
    for _ in range(PATIENCE_MS // OPENS_MS):
        box.fill(option)
        try:
            marked.wait_for(timeout=OPENS_MS)
        except Closed:
            box.press("Escape")
        else:
            box.press("Enter")
            return
    raise AssertionError(f"{option} is not offered")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
