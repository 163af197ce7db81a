"""Documents, golden sets, names, notes and answers are other people's text: nothing obeys it or calls anybody for it."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from playwright.sync_api import Page, expect

from tests.support.browser import drawn, needs_chromium
from tests.support.hostile import FORMULA, PROMPT, Hostile, fill
from tests.support.listener import Listener
from tests.support.served_app import PERSON
from workbench.cli import main as command
from workbench.workspace.projects import init

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_chromium]

ERRORS = '[data-testid="stException"]'
OVERFLOW = """() => ["html", "[data-testid=stMain]"]
    .map(name => document.querySelector(name))
    .filter(element => element.scrollWidth > element.clientWidth).length"""
STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What would steer a terminal, or turn the text on it around."""


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with Listener() as opened:
        yield opened


@pytest.fixture(scope="module")
def hostile(listener, tmp_path_factory) -> Hostile:
    return fill(init(tmp_path_factory.mktemp("hostile") / "empty").directory, listener.address)


@pytest.fixture(autouse=True)
def nobody_calls(listener):
    heard = len(listener.heard)
    yield
    assert listener.heard[heard:] == []


def test_text_of_others_is_only_text_on_every_page_and_breaks_none(hostile, listener, serve, window):
    person = window(serve(hostile.folder))
    page = person.open()
    shown, found = 0, {}
    for view in hostile.views:
        person.turn(page, view)
        shown += page.get_by_test_id("stMain").get_by_text("<script>").count()
        if wrong := broken(page) + obeyed(page, listener):
            found[view] = wrong
    assert found == {}
    assert shown >= 25

    person.turn(page, f"prompts?prompt={PROMPT}&columns=2")
    page.get_by_role("button", name="Try", exact=False).first.click()
    drawn(page)
    expect(page.get_by_text("What the model was sent").first).to_be_visible()
    assert broken(page) + obeyed(page, listener) == []


def test_files_that_are_handed_on_are_only_text(hostile, listener, browser, workbench):
    """Report and packet opened from disk; sheets without formulas; Markdown and JUnit whole; files below their folder."""
    out = hostile.folder / "out"
    workbench("compare", hostile.run, "--html", "out/report.html")
    workbench("review", "export", hostile.run, "--to", "out/packet.html")
    workbench("review", "export", hostile.run, "--to", "out/sheet.csv")
    workbench("review", "export", hostile.run, "--to", "out/lines.jsonl")
    workbench("dataset", "export", "_golden_", "out/golden.csv", "--spreadsheet")
    workbench("dataset", "export", "_golden_", "out/golden.jsonl")
    workbench(
        "gate", f"{PROMPT}@2", "--run", hostile.run, "--markdown", "out/gate.md", "--junit", "out/gate.xml", code=None
    )
    assert "cannot be a folder's name" in workbench("export", f"{PROMPT}@2", "--to", "out/repository", code=2)
    workbench("export", "plain", "--to", "out/repository", "--with-ci")
    for form in ("promptfoo", "prompty", "github"):
        workbench("export", "plain@1", "--to", "out/others", "--format", form)

    with browser.new_context() as context:
        asked: list[str] = []
        said: list[str] = []
        context.on("request", lambda request: asked.append(request.url))
        context.on("weberror", lambda error: said.append(str(error.error)))
        context.on("console", lambda message: said.append(message.text))
        for name in ("report.html", "packet.html"):
            page = context.new_page()
            page.goto((out / name).as_uri())
            if name == "packet.html":
                judge(page, hostile.attack)
            expect(page.get_by_text("<script>").first).to_be_visible()
            assert obeyed(page, listener) == [], name
        assert {url.partition(":")[0] for url in asked} <= {"file", "blob"}
        assert said == []
    for name in ("sheet.csv", "golden.csv"):
        text = (out / name).read_text(encoding="utf-8-sig")
        assert FORMULA.partition("(")[0] in text
        assert re.search(r'(?:^|,|;|\t)"?[=+@\x00-\x08]', text, re.MULTILINE) is None, name
    markdown = (out / "gate.md").read_text(encoding="utf-8")
    assert re.search(r"(?<!\\)[<>]|(?<!\\)\]\(", markdown) is None
    assert ET.parse(out / "gate.xml").getroot().tag == "testsuites"
    assert all(json.loads(line) for line in (out / "golden.jsonl").read_text(encoding="utf-8").splitlines())
    outside = {path.name for path in hostile.folder.parent.iterdir()}
    assert outside == {hostile.folder.name}


def test_nothing_that_a_command_prints_steers_the_terminal(hostile, workbench):
    run, prompt = hostile.run, f"{PROMPT}@2"
    for arguments in (
        ("prompt", "list"), ("prompt", "show", prompt, "--json"), ("prompt", "diff", f"{PROMPT}@1", prompt),
        ("dataset", "list"), ("dataset", "show", "_golden_"),
        ("index", "list"), ("index", "query", "_library_", "weekdays"), ("index", "risks", "_library_"),
        ("runs",), ("outputs", run), ("outputs", run, "--jsonl"), ("outputs", hostile.imported),
        ("compare", run), ("compare", run, "--json"), ("compare", hostile.imported),
        ("review", "queue", "list"), ("review", "agreement", run), ("review", "failures", run),
        ("judge", "list"), ("release", "show", prompt), ("release", "history", PROMPT), ("release", "list"),
        ("audit", "list"), ("doctor",),
    ):  # fmt: skip
        said = workbench(*arguments, code=None)
        assert STEERS.search(said) is None, (arguments, STEERS.findall(said)[:3])


def test_the_listener_hears_who_calls():
    with Listener() as listener, urllib.request.urlopen(f"{listener.address}/image.png", timeout=5):
        assert listener.heard == ["/image.png"]


@pytest.fixture
def workbench(hostile, monkeypatch):
    """Run a command and return what it printed."""

    def run(*arguments: str, code: int | None = 0) -> str:
        with CliRunner().isolation() as (out, err, _):
            monkeypatch.chdir(hostile.folder)
            monkeypatch.setenv("WORKBENCH_USER", PERSON)
            monkeypatch.setattr("sys.argv", ["workbench", *arguments])
            with pytest.raises(SystemExit) as ended:
                command.main()
            said = out.getvalue().decode() + err.getvalue().decode()
        assert "Traceback" not in said, said
        assert code is None or int(ended.value.code or 0) == code, (arguments, said[-1000:])
        return said

    return run


def judge(page: Page, attack: str) -> None:
    """Read a packet to its last fold, judge by an attack for a name and a note, and take the answers away."""
    page.get_by_label("Your name").fill(attack[:60])
    page.keyboard.press("Enter")
    expect(page.locator("#case")).to_contain_text("<iframe src=")
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
    assert page.get_by_text("<script>fetch").count() >= 3
    assert page.locator("img, iframe, a, base, meta[http-equiv=refresh]").count() == 0
    assert page.locator("script, style").count() == 3
    page.keyboard.press("n")
    page.keyboard.insert_text(attack)
    for key in ("Escape", "2", "ArrowLeft"):
        page.keyboard.press(key)
    with page.expect_download():
        page.get_by_role("button", name="Download answers").click()


def broken(page: Page) -> list[str]:
    """What is wrong with the page as it stands."""
    what = [f"{ERRORS}: {found}" for found in page.locator(ERRORS).all_inner_texts()]
    return what + (["it scrolls sideways"] if page.evaluate(OVERFLOW) else [])


def obeyed(page: Page, listener: Listener) -> list[str]:
    """Elements of the page that came out of the text. An address that is only made clickable says where it leads."""
    port = listener.address.rpartition(":")[2]
    made = ", ".join(f'[{name}*="{port}"]' for name in ("src", "href", "action", "data", "style", "content"))
    return page.locator(f'{made}, [onerror], iframe[src*="frame"], a[href^="javascript"]').evaluate_all(
        """all => all
            .filter(element => element.tagName !== "A" || decodeURI(element.href) !== element.textContent)
            .map(element => element.outerHTML.slice(0, 500))"""
    )
