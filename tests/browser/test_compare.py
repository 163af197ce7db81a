"""Compare on a wide and on a narrow screen: counts lead to lists, nothing is cut off, and the report opens by itself."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.support.browser import WIDE, Window, needs_chromium

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_chromium]

NARROW = {"width": 800, "height": 900}


@pytest.fixture(scope="module")
def reader(standing, browser):
    """A window on the example."""
    person = Window(browser, standing.app.address, viewport=WIDE)
    person.open("compare")
    yield person
    person.close()
    assert person.complaints == []


@pytest.fixture
def page(standing, reader):
    """The view of a run of two arms with two repeats, on a wide screen."""
    page = reader.context.pages[0]
    page.set_viewport_size(WIDE)
    reader.turn(page, f"compare?run={standing.repeated}")
    return page


def test_a_count_leads_to_its_examples_and_the_link_to_them_lasts(page):
    page.get_by_role("button", name=re.compile("262 replayed")).click()

    expect(page).to_have_url(re.compile("show=replayed"))
    expect(page.get_by_role("radio", name="Replayed 131")).to_be_checked()
    page.reload()
    expect(page.get_by_role("radio", name="Replayed 131")).to_be_checked()
    page.go_back()
    expect(page).not_to_have_url(re.compile("show="))
    expect(page.get_by_role("radio", name="Replayed 131")).not_to_be_checked()
    page.go_forward()
    expect(page.get_by_role("radio", name="Replayed 131")).to_be_checked()


def test_quality_is_weighed_against_time_where_nothing_costs_anything(page):
    page.get_by_role("tab", name="Cost against score").click()
    expect(page.get_by_text("No arm costs anything").first).to_be_attached()
    page.get_by_role("radio", name="Median time").click()

    expect(page).to_have_url(re.compile("across=time"))
    expect(page.get_by_text("Time against Correct").first).to_be_attached()


def test_on_a_narrow_screen_the_arms_stand_one_under_the_other_and_no_figure_is_cut_off(page):
    page.set_viewport_size(NARROW)

    arms = page.locator(".st-key-stacked-arms")
    expect(arms.get_by_text("baseline")).to_be_visible()
    assert wider_than_its_place(arms.locator("table")) == 0
    first, second = (arms.locator("tbody tr").nth(n).bounding_box() for n in (0, 1))
    assert first["y"] + first["height"] <= second["y"] + 1
    label = arms.locator("tbody tr").first.locator("td").first.evaluate("e => getComputedStyle(e, '::before').content")
    assert label == '"Arm"'


def test_the_report_opens_from_the_disk_and_asks_nobody_for_anything(standing, page, tmp_path):
    page.get_by_test_id("stPopoverButton").filter(has_text="Download").click()
    with page.expect_download() as handed:
        page.get_by_role("button", name="Report to read and print").click()
    file = tmp_path / "report.html"
    handed.value.save_as(file)
    page.keyboard.press("Escape")

    report = page.context.browser.new_context(color_scheme="dark", viewport={"width": 700, "height": 900}).new_page()
    asked: list[str] = []
    said: list[str] = []
    report.on("request", lambda request: asked.append(request.url))
    report.on("console", lambda message: said.append(message.text))
    report.goto(file.as_uri())

    expect(report.get_by_role("heading", name=re.compile(f"Run {standing.repeated}"))).to_be_visible()
    expect(report.get_by_role("heading", name="What changed")).to_be_visible()
    expect(report.get_by_role("img", name=re.compile("against Correct"))).to_be_visible()
    assert report.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
    assert report.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert asked == [file.as_uri()]
    assert said == []
    report.context.close()


def test_flaky_examples_are_listed_where_there_are_any_and_else_it_is_said(page):
    expect(page.get_by_role("heading", name="Repeats")).to_be_visible()
    expect(page.get_by_text("Every example was scored alike each time it was asked.")).to_be_visible()


def wider_than_its_place(table) -> int:
    """By how many pixels a table is wider than what it stands in."""
    return table.evaluate("e => Math.max(0, e.scrollWidth - e.parentElement.clientWidth)")
