"""What the workbench is for, by people who each begin with a fresh installation of the wheel."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import needs_chromium
from tests.support.installed import build_wheel, clean_environment, install
from tests.support.served_app import ServedApp

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_chromium]

QUESTIONS = 3
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
