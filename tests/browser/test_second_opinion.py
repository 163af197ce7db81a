"""Another tool's results dropped in: from the file to the verdict, the comparison, and a golden example."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.support.browser import drawn, needs_chromium
from tests.support.listener import Listener
from workbench import Workbench

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_chromium]


@pytest.fixture
def listener():
    with Listener() as opened:
        yield opened


def test_hostile_results_are_checked_compared_and_kept_and_stay_text(empty_project, listener, serve, window, tmp_path):
    attack = f"<script>alert(1)</script> <img src={listener.address}/x.png onerror=alert(1)> ![y]({listener.address}/y)"
    lines = [
        {
            "question": f"{attack} {n}?",
            "answer": f"{attack} {variant}",
            "variant": f"{variant} {attack}",
            "right": n in won,
        }
        for variant, won in (("old", {0}), ("new", set(range(1, 12))))
        for n in range(12)
    ]
    path = tmp_path / "results.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    page = window(serve(empty_project)).open()

    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_text("12 answers flipped")).to_be_visible()
    expect(page.get_by_test_id("stMain").get_by_text("<script>").first).to_be_visible()
    page.get_by_test_id("stExpanderDetails").get_by_role("link", name="Compare", exact=True).click()
    drawn(page)
    page.get_by_role("button", name="Add to the golden set").click()
    expect(page.get_by_text("Saved as golden, version 1.")).to_be_visible()

    assert page.locator("[onerror], [src*='x.png'], [src*='/y']").count() == 0
    assert listener.heard == []
    with Workbench.open(empty_project) as wb:
        (kept,) = wb.datasets.examples("golden")
    assert kept.inputs["question"].startswith(attack)
