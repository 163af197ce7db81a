"""Exported files on the Release page: written or committed, held against what was released, taken back in."""

import pytest

from tests.support.projects import begin_with
from tests.support.repository import a_repository, git, untouched
from tests.support.shown_page import press, shown
from tests.ui.conftest import made_of
from workbench import Workbench
from workbench.domain.actor import Actor
from workbench.domain.prompt import Message

VIEW = {"prompt": "desk", "view": "files"}
FOLDER = "folder-desk@2"


@pytest.fixture(scope="module")
def approved_once(built_project, tmp_path_factory):
    def approve(wb):
        wb.releases.approve("desk@2")
        return wb.root

    return made_of(built_project, tmp_path_factory, approve)


@pytest.fixture
def approved(approved_once, project):
    return begin_with(approved_once, project)


@pytest.fixture
def exported(approved):
    with Workbench.open(approved, actor=Actor("ben")) as wb:
        wb.releases.export("desk@2", approved / "out")
    return approved / "out/prompts/desk"


def test_before_the_first_approval_it_is_said_what_will_be_here(project, show):
    assert "Nothing of this prompt is approved yet" in shown(show("release", **VIEW))


def test_an_approved_version_is_exported_and_verified(approved, show):
    at = show("release", **VIEW)

    at.text_input(key=FOLDER).input(str(approved / "out"))
    at.checkbox(key="rows-desk@2").check()
    at.checkbox(key="ci-desk@2").check()
    press(at, "Export 1.0.0")

    assert not at.exception
    assert "files written" in shown(at)
    assert "is exported" in at.toast[0].value
    assert f"{approved / 'out'} matches what was released." in shown(at)
    assert (approved / "out/prompts/desk/versions/1.0.0.dataset.jsonl").is_file()
    assert (approved / "out/prompts/check.sh").is_file()


def test_before_an_export_it_is_said_in_whose_repository_a_branch_would_be_made(approved, show, monkeypatch):
    a_repository(approved)
    assert "repository" not in "".join(box.value for box in show("release", **VIEW).info)

    (approved / ".git").rename(approved.parent / ".git")
    at = show("release", **VIEW)
    assert f"a folder of the repository **{approved.parent}**" in shown(at)
    assert at.radio(key="how-desk@2").value == "On a branch of its own"

    monkeypatch.setattr("workbench.ui.release.repository.PROGRAM", approved.parent)
    at = show("release", **VIEW)
    assert "repository of this program itself" in at.warning[0].value
    assert at.radio(key="how-desk@2").value == "Just files"


def test_on_a_branch_nothing_of_the_work_under_way_is_touched(approved, show):
    repository = a_repository(approved / "repository")
    before = untouched(repository)
    at = show("release", **VIEW)

    at.text_input(key=FOLDER).input(str(repository))
    at.radio(key="how-desk@2").set_value("On a branch of its own")
    press(at, "Export 1.0.0")

    assert "prompts/desk-1.0.0" in shown(at)
    assert "git push -u origin prompts/desk-1.0.0" in [block.value for block in at.code]
    assert untouched(repository) == before
    assert "prompts/desk/manifest.json" in git(repository, "ls-tree", "-r", "--name-only", "prompts/desk-1.0.0")


def test_an_edited_file_is_named_and_comes_back_as_a_version(exported, project, show):
    file = exported / "versions/1.0.0.prompt.yaml"
    file.write_text(file.read_text().replace("Use only the sources.", "Use the sources alone."))
    at = show("release", **VIEW)
    assert "differs from what was released" in shown(at)
    assert "the repository is ahead" in shown(at)

    press(at, "Take the edited file back in")

    assert not at.exception
    assert at.query_params["version"] == "3"
    with Workbench.open(project) as wb:
        system: Message = wb.prompts.get("desk@3").content.messages[0]
    assert system.content.startswith("Use the sources alone.")


def test_a_promotion_is_written_into_the_files_with_a_click(exported, project, show):
    with Workbench.open(project, actor=Actor("ben")) as wb:
        wb.releases.promote("desk@2")
    at = show("release", **VIEW)
    assert "lacks what was done here since" in shown(at)

    press(at, "Write where releases stand now")

    assert "matches what was released" in shown(at)
    assert "staging: 1.0.0" in (exported / "environments.yaml").read_text()


def test_an_environments_file_that_others_changed_is_written_over_only_when_that_is_said(exported, show):
    file = exported / "environments.yaml"
    file.write_text(file.read_text().replace("production: null", "production: 1.0.0"))
    at = show("release", **VIEW)

    press(at, "Write over it")

    assert "matches what was released" in shown(at)


def test_files_that_are_gone_are_said_to_be(exported, show, project):
    (project / "out/prompts").rename(project / "moved")

    assert "does not hold the exported files" in shown(show("release", **VIEW))


def test_a_folder_that_cannot_be_written_is_an_error_beside_the_form(approved, show):
    (approved / "taken").write_text("a file", encoding="utf-8")
    at = show("release", **VIEW)

    at.text_input(key=FOLDER).input(str(approved / "taken"))
    press(at, "Export 1.0.0")

    assert not at.exception
    assert "cannot be" in shown(at)
    assert at.text_input(key=FOLDER).value == str(approved / "taken")


def test_a_version_is_written_for_another_tool_and_what_that_loses_is_listed(project, show):
    at = show("release", **VIEW)

    next(box for box in at.selectbox if box.label == "Format").select("github")
    at.text_input(key="other-folder").input(str(project / "out"))
    press(at, "Write the file")

    assert (project / "out/desk.prompt.yml").is_file()
    assert "What it cannot carry" in shown(at)
