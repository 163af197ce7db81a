"""A releasing team's story: from a fresh installation of the wheel and a gate that fails to a rollback, with real git."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import Window, drawn, needs_chromium
from tests.support.processes import until
from tests.support.repository import a_repository, git, untouched
from tests.support.served_app import ServedApp
from workbench import Workbench
from workbench.domain.actor import Actor
from workbench.domain.dataset import Check, Example
from workbench.domain.prompt import Message, Policy, PromptContent, PromptFile, RetrievalSettings

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_chromium]

REFUSAL = "Please ask at the desk."
CAREFUL = f'Use only the sources. If they do not say it, reply with exactly: "{REFUSAL}"'
SERVED_WITHIN_S = 20
"""Far more than the second that it takes: a slow machine is no failure."""
Lead = Callable[[str], None]
"""Leads a page to another view of the app."""
SETTINGS = """
[gates.release]
rules = [{ must_pass = true }, { metric = "correct", at_least = 0.2 }]

[people]
approvers = ["ann", "ben"]
sign_offs = 1
"""


@pytest.fixture
def team(installed, tmp_path):
    """A repository with a project in it: documents, a golden set, a prompt that guesses, and a gate."""
    root = a_repository(tmp_path / "team")
    installed("init", root, cwd=tmp_path)
    (root / "documents").mkdir(exist_ok=True)
    (root / "documents/hours.md").write_text(
        "# Opening hours\n\nThe library opens at 9 am on weekdays.\n\n## Sunday\n\nIt is closed on Sunday.\n"
    )
    with (root / "workbench.toml").open("a", encoding="utf-8") as file:
        file.write(SETTINGS)
    asked = {"When does the library open on weekdays?": "9 am", "Is the library open on Sunday?": "closed"}
    rows = [
        Example(id=f"q-{n}", inputs={"question": question}, expected=answer, checks=(Check("icontains", answer),))
        for n, (question, answer) in enumerate([*asked.items()] * 4, 1)
    ]
    rows.append(Example(id="q-9", inputs={"question": "Who wrote Hamlet?"}, expect="refuse", must_pass=True))
    guessing = PromptContent(
        messages=(
            Message("system", "Answer the question."),
            Message("user", "Sources:\n\n{{context}}\n\nQuestion: {{question}}"),
        ),
        variables=("context", "question"),
        retrieval=RetrievalSettings(index="library", k=2),
        policy=Policy(refusal=REFUSAL),
    )
    with Workbench.open(root, actor=Actor("ann")) as wb:
        wb.build_index("library", root / "documents")
        wb.add_dataset(rows, name="golden")
        wb.add_prompt(PromptFile("desk", guessing, changelog="A first attempt."))
    git(root, "add", ".")
    git(root, "commit", "--quiet", "-m", "A project")
    return root


def test_two_people_take_a_prompt_from_a_failing_gate_to_a_rollback(installed, team, serve, window):
    app = serve(team, **installed.served())
    ann, at_ann = at_desk(window(app), "run?prompt=desk@1&dataset=golden")

    run(ann)
    look(ann, at_ann, "desk@1")
    expect(ann.get_by_text("desk@1 does not pass gate release v1: 1 of 3 rules fails.")).to_be_visible()

    write(ann, at_ann, CAREFUL)
    at_ann("run?prompt=desk@2&dataset=golden")
    run(ann)
    look(ann, at_ann, "desk@2")
    expect(ann.get_by_text("desk@2 passes gate release v1: 3 of 3 rules hold.")).to_be_visible()
    changelog = ann.get_by_role("textbox", name="What changed, and why")
    changelog.fill("Decline what the sources do not say.")
    changelog.press("Control+Enter")
    expect(ann.get_by_text("Asked for by ann")).to_be_visible()
    expect(ann.get_by_text("ann wrote desk@2 and cannot approve it.")).to_be_visible()

    ben, at_ben = at_desk(window(app), "", name="ben")
    expect(ben.get_by_text("desk@2 waits for your approval.")).to_be_visible()
    ben.get_by_role("button", name="Look at it").click()
    approve(ben, "desk@2", "1.0.0")
    export_on_a_branch(ben, team, "1.0.0")
    git(team, "merge", "--quiet", "--no-edit", "prompts/desk-1.0.0")
    installed("verify", ".", cwd=team)
    promote(ben, at_ben, "1.0.0")
    assert served(app)["version"] == "1.0.0"

    take_an_edit_back(ann, at_ann, team)
    at_ann("run?prompt=desk@3&dataset=golden")
    run(ann)
    at_ben("release?prompt=desk@3")
    approve(ben, "desk@3", "1.1.0")
    promote(ben, at_ben, "1.1.0")
    follows(app, "1.1.0")

    drawn(ben)  # before, the last such button is that of staging
    ben.get_by_role("button", name="Roll back to 1.0.0").last.click()
    follows(app, "1.0.0")
    expect(ben.get_by_text("Production has 1.0.0 instead of 1.1.0")).to_be_visible()
    expect(ben.get_by_role("button", name="Undo")).to_be_visible()
    ben.get_by_text("History", exact=True).click()
    expect(ben.get_by_text("Chain intact")).to_be_visible()


def at_desk(window: Window, path: str, name: str = "") -> tuple[Page, Lead]:
    """A page of the app before somebody who said this name earlier, and how to lead it to other views."""
    if name:
        window.context.add_cookies([{"name": "workbench-name", "value": name, "url": window.address}])
    page = window.open(path)
    return page, lambda view: window.turn(page, view)


def run(page: Page) -> None:
    """Start what the Run page was opened with, once its estimate is there, and wait for the end."""
    expect(page.get_by_text(re.compile(r"^9 answers · "))).to_be_visible()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("Every question was answered.")).to_be_visible()


def look(page: Page, lead: Lead, version: str) -> None:
    lead(f"release?prompt={version}")
    expect(page.get_by_role("heading", name="Gate", exact=True)).to_be_visible()


def write(page: Page, lead: Lead, system: str) -> None:
    """Edit the first message on the Prompts page and save it as version 2."""
    lead("prompts?prompt=desk")
    page.get_by_role("button", name="Edit").first.click()
    text = page.get_by_role("textbox", name="Text of message 1")
    text.fill(system)
    text.press("Control+Enter")
    expect(page.get_by_text("What changed from v1: 1 part")).to_be_visible()
    page.get_by_role("button", name="Save as version 2").click()
    expect(page.get_by_text("Saved as version 2.")).to_be_visible()


def approve(page: Page, version: str, release: str) -> None:
    note = page.get_by_role("textbox", name="Note")
    note.fill("Read all nine.")
    note.press("Control+Enter")
    expect(page.get_by_text(f"Approved as {release} by ben")).to_be_visible()
    assert f"version={version.rpartition('@')[2]}" in page.url or version in page.url


def export_on_a_branch(page: Page, repository, release: str) -> None:
    """Nothing of the work under way is touched, and nothing pushed."""
    (repository / "README.md").write_text("unfinished")
    before = untouched(repository)
    page.get_by_role("button", name="Export it").click()
    page.get_by_text("Also the golden set").click()
    page.get_by_role("button", name=f"Export {release}").click()
    expect(page.get_by_text(f"Committed on the branch prompts/desk-{release}")).to_be_visible()
    assert untouched(repository) == before
    subject = git(repository, "log", "-1", "--format=%s", f"prompts/desk-{release}")
    assert subject == f"Release desk {release}: Decline what the sources do not say."


def promote(page: Page, lead: Lead, release: str) -> None:
    """A step at a time; the line at the top follows."""
    lead("release?prompt=desk&view=environments")
    for environment in ("staging", "production"):
        page.get_by_role("button", name=f"Promote {release} to {environment}").click()
        expect(page.get_by_text(re.compile(f"{environment.capitalize()} has {release}"))).to_be_visible()


def take_an_edit_back(page: Page, lead: Lead, repository) -> None:
    """An edit by hand in the released file is named, and comes back as version 3."""
    file = repository / "prompts/desk/versions/1.0.0.prompt.yaml"
    file.write_text(file.read_text().replace("Use only the sources.", "Use only the given sources."))
    lead("release?prompt=desk&view=files")
    expect(page.get_by_text(re.compile("1.0.0.prompt.yaml was changed · the repository is ahead"))).to_be_visible()
    page.get_by_role("button", name="Take the edited file back in").click()
    expect(page.get_by_role("cell", name="desk@3")).to_be_visible()


def served(app: ServedApp) -> dict[str, object]:
    with urllib.request.urlopen(f"{app.address}/api/prompts/desk?environment=production", timeout=10) as answer:
        return json.load(answer)


def follows(app: ServedApp, release: str) -> None:
    """What is served becomes this release."""
    until(lambda: served(app)["version"] == release, within_s=SERVED_WITHIN_S)
