"""What the workbench is for, by three people who each begin with a fresh installation of the wheel."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import drawn, needs_chromium
from tests.support.installed import ROOT, build_wheel, clean_environment, install
from tests.support.openai_server import OpenAIServer, ok
from tests.support.served_app import ServedApp

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_chromium]

SAMPLES = ROOT / "datasets" / "samples"
MODEL = "openai/gpt-4o-mini"
QUESTIONS = 3
SLOW_MS = 120_000
"""For the first build and the first run: they load large libraries, which takes busy machines long."""
GATE = '\n[gates.release]\nrules = [{ metric = "correct", at_least = 0.4 }]\n\n[people]\napprovers = ["ben"]\n'


@dataclass(frozen=True)
class Installed:
    """The installed program, in the environment of somebody who has nothing else."""

    program: Path
    home: Path

    def __call__(self, *arguments: object, cwd: Path, **variables: str) -> str:
        """Run a command that has to succeed; what it printed."""
        done = subprocess.run(
            [self.program, *map(str, arguments)],
            cwd=cwd,
            env=clean_environment(self.home, **variables),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="session")
def installed(tmp_path_factory) -> Installed:
    folder = tmp_path_factory.mktemp("installed")
    return Installed(install(build_wheel(folder / "dist"), folder / "environment"), folder)


@pytest.fixture(scope="session")
def made_example(installed) -> Path:
    """The example as `workbench demo` makes it, written by somebody called ann. Not to be changed."""
    installed("demo", "--no-app", "--dir", "example", cwd=installed.home, WORKBENCH_USER="ann")
    return installed.home / "example"


@pytest.fixture
def example(made_example, tmp_path) -> Path:
    return Path(shutil.copytree(made_example, tmp_path / "example"))


@pytest.fixture
def start(installed) -> Callable[..., ServedApp]:
    def start(project: Path, **variables: str) -> ServedApp:
        return ServedApp(
            project, program=[str(installed.program)], environment=clean_environment(installed.home), **variables
        )

    return start


def test_a_prompt_engineer_brings_what_she_has_and_learns_which_version_is_better(installed, start, window, tmp_path):
    project = tmp_path / "library"
    installed("init", project, cwd=tmp_path)
    with OpenAIServer() as model:
        model.when("at most one sentence", ok("21 days [1]."))
        model.default = ok("Please ask at the desk.")
        key = {"OPENAI_API_KEY": "not-a-key", "OPENAI_API_BASE": model.api_base}
        with start(project, **key) as app:
            page = window(app).open()
            bring_documents(page)
            bring_questions(page)
            bring_prompt(page)
            write_second_version(page)
            run_both_versions(page)
            learn_which_is_better(page)
        asked = [request for request in model.requests if request.path.endswith("/chat/completions")]
        assert all("21 days" in request.prompt for request in asked if "keep a book" in request.question)


def test_an_expert_opens_a_link_says_who_he_is_and_judges_by_keyboard(installed, example, start, window):
    queue = installed(
        "review", "queue", "create", "latest", "--of", "random", "-n", QUESTIONS, "--repeats", 0, cwd=example
    ).strip()  # fmt: skip
    with start(example) as app:
        page = window(app).open(f"review?queue={queue}")
        expect(page.get_by_text("You read one answer at a time")).to_be_visible()
        page.get_by_test_id("stMain").get_by_role("button", name="Somebody else?").click()
        page.get_by_label("Your name").fill("Cleo Park")
        page.keyboard.press("Tab")
        page.get_by_role("button", name="That is me").click()
        expect(page.get_by_test_id("stMain").get_by_text("You are Cleo Park.")).to_be_visible()
        page.get_by_role("button", name="Start", exact=True).click()
        for number, keys in enumerate(("1", "nThe fee is missing.|2", "3"), start=1):
            judge(page, number, keys)
        expect(page.get_by_text("that was the last one")).to_be_visible()
        expect(page.get_by_text(f"You have judged {QUESTIONS} of {QUESTIONS}.")).to_be_visible()

    exported = installed("review", "queue", "show", queue, "--as", "Cleo Park", cwd=example)
    assert "1 passed, 1 failed, 1 unsure" in exported


def test_a_team_releases_what_passes_its_gate_and_proves_the_files(installed, example, start, window, tmp_path):
    with (example / "workbench.toml").open("a", encoding="utf-8") as settings:
        settings.write(GATE)
    repository = tmp_path / "repository"
    with start(example, WORKBENCH_USER="ben") as app:
        page = window(app).open("release")
        expect(page.get_by_text("✓ holds").first).to_be_visible()
        approve(page)
        export(page, repository)

    installed("verify", repository, cwd=tmp_path)


def go(page: Page, name: str) -> None:
    """Follow a link of the navigation."""
    page.get_by_test_id("stSidebar").get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", name=name, exact=True, level=1)).to_be_visible()
    drawn(page)


def bring_documents(page: Page) -> None:
    """The sample document, as an index that is called as the sample prompt expects."""
    page.get_by_role("link", name="Bring documents").click()
    page.get_by_text("Drop in files").click()
    page.locator('input[type="file"]:not([webkitdirectory])').set_input_files(SAMPLES / "document.md")
    expect(page.get_by_text("1 document can be read.")).to_be_visible()
    name = page.get_by_role("textbox", name="Name of the index")
    name.fill("library")
    page.get_by_role("button", name="Build").click()
    expect(page.get_by_text("library: 1 document")).to_be_visible(timeout=SLOW_MS)


def bring_questions(page: Page) -> None:
    go(page, "Datasets")
    page.locator('input[type="file"]').set_input_files(SAMPLES / "golden-set.csv")
    page.get_by_role("textbox", name="Name of the golden set").fill("questions")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("Saved as questions, version 1.")).to_be_visible()


def bring_prompt(page: Page) -> None:
    go(page, "Prompts")
    page.locator('input[type="file"]').set_input_files(SAMPLES / "support.prompt.yaml")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name="Edit").first).to_be_visible()


def write_second_version(page: Page) -> None:
    page.get_by_role("button", name="Edit").first.click()
    text = page.get_by_role("textbox", name="Text of message 1")
    text.fill(text.input_value().replace("at most two sentences", "at most one sentence"))
    text.press("Control+Enter")
    expect(page.get_by_text("What changed from v1: 1 part")).to_be_visible()
    page.get_by_role("button", name="Save as version 2").click()
    expect(page.get_by_text("Saved as version 2.")).to_be_visible()


def run_both_versions(page: Page) -> None:
    """The two newest versions are chosen already; the model's name is typed."""
    go(page, "Run")
    for version in (1, 2):
        expect(page.get_by_role("button", name=f"Remove library-desk@{version}")).to_be_visible()
    models = page.get_by_role("combobox", name="Models")
    models.fill(MODEL)
    models.press("Enter")
    models.press("Escape")
    # The price is the model's, so the estimate is the last one.
    expect(page.get_by_text(re.compile(r"^12 answers · \$0\.0"))).to_be_visible()
    drawn(page)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("Every question was answered.")).to_be_visible(timeout=SLOW_MS)


def learn_which_is_better(page: Page) -> None:
    page.get_by_test_id("stMain").get_by_role("link", name="Compare").click()
    expect(page.get_by_role("heading", level=2, name=re.compile(r"\bv2\b"))).to_be_visible()


def judge(page: Page, number: int, keys: str) -> None:
    """Judge one answer; `keys` are the verdict, after a note if there is one."""
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Answer {number} of {QUESTIONS}")
    expect(page.locator(".review-screen[data-loading]")).to_have_count(0)
    note, _, verdict = keys.rpartition("|")
    if note:
        page.keyboard.press(note[0])
        page.keyboard.type(note[1:])
        page.keyboard.press("Escape")
    page.keyboard.press(verdict)


def approve(page: Page) -> None:
    note = page.get_by_role("textbox", name="Note")
    note.fill("Read what got worse.")
    note.press("Control+Enter")
    expect(page.get_by_text("Approved as 1.0.0 by ben")).to_be_visible()


def export(page: Page, repository: Path) -> None:
    page.get_by_role("button", name="Export it").click()
    page.get_by_role("textbox", name="Folder").first.fill(str(repository))
    page.get_by_role("button", name="Export 1.0.0").click()
    expect(page.get_by_text(f"{repository} matches what was released.")).to_be_visible()
