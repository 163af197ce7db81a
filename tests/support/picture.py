"""The README's picture: the example's comparison, as the real app shows it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.support.browser import chromium, drawn
from tests.support.served_app import ServedApp
from workbench.workspace.example import build_example

WIDTH, HEIGHT = 1440, 1180


def take(target: Path) -> None:
    """Build the example, open its comparison, and save what is seen."""
    target.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        example = build_example(Path(folder) / "harbor")
        with ServedApp(example.directory) as app, chromium() as browser:
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=1)
            page.goto(f"{app.address}/compare?run={example.run}")
            page.get_by_role("heading", name="Examples").wait_for()
            page.locator("[data-testid='stVegaLiteChart']").first.wait_for()
            page.get_by_test_id("stDataFrame").first.wait_for()
            drawn(page)
            page.screenshot(path=target)


if __name__ == "__main__":
    take(Path(sys.argv[1]))
