"""How far versions have come, and proof that exported files are those of the release."""

import io
import zipfile

import pytest

from tests.support.builders import a_content
from workbench import Workbench
from workbench.domain.actor import Actor
from workbench.domain.prompt import PromptFile
from workbench.errors import InputError, NotAllowedError
from workbench.workspace.projects import init


@pytest.fixture
def wb(tmp_path):
    root = init(tmp_path / "shop").directory
    with Workbench.open(root, actor=Actor("ann")) as opened:
        for text in ("First {{question}}", "Second {{question}}"):
            opened.add_prompt(PromptFile("support", a_content(text)))
        yield opened


def with_approvers(wb, *names):
    file = wb.root / "workbench.toml"
    file.write_text(file.read_text(encoding="utf-8") + f"\n[people]\napprovers = {list(names)}\n", encoding="utf-8")
    return Workbench.open(wb.root, actor=wb.context.actor)


def test_versions_are_listed_newest_first_with_how_far_they_came(wb):
    assert [(state.version.number, state.stage) for state in wb.releases.states("support")] == [
        (2, "written"),
        (1, "written"),
    ]

    wb.releases.approve("support@1", without_run="a first one")
    assert [state.stage for state in wb.releases.states("support")] == ["written", "approved"]

    wb.releases.export("support@1", wb.root / "out")
    newest, exported = wb.releases.states("support")
    assert exported.stage == "exported"
    assert [export.directory for export in exported.exports] == [str(wb.root / "out")]
    assert newest.release is None


def test_who_may_not_approve_is_told_who_may(wb):
    wb.releases.check_approver("support@1")

    with (
        with_approvers(wb, "ben") as guarded,
        pytest.raises(NotAllowedError, match=r"ann is not among the approvers.*Ask ben"),
    ):
        guarded.releases.check_approver("support@1")


def test_an_export_matches_until_a_file_is_changed(wb):
    wb.releases.approve("support@1", without_run="a first one")
    wb.releases.export("support@1", wb.root / "out")
    assert wb.releases.differences("support", wb.root / "out") == []

    file = wb.root / "out/prompts/support/versions/1.0.0.prompt.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")

    found = wb.releases.differences("support", wb.root / "out")
    assert [one.path for one in found] == ["prompts/support/versions/1.0.0.prompt.yaml"]


def test_a_manifest_changed_along_with_the_file_does_not_hide_the_change(wb):
    wb.releases.approve("support@1", without_run="a first one")
    wb.releases.export("support@1", wb.root / "out")
    with Workbench.open(init(wb.root.parent / "other").directory, actor=Actor("eve")) as forger:
        forger.add_prompt(PromptFile("support", a_content("Forged {{question}}")))
        forger.releases.approve("support@1", without_run="a first one")
        (wb.root / "out/prompts/support/environments.yaml").unlink()
        for file in (wb.root / "out/prompts/support/versions").iterdir():
            file.unlink()
        forger.releases.export("support@1", wb.root / "out")

    found = wb.releases.differences("support", wb.root / "out")

    assert {(one.path.rpartition("/")[2], one.problem, one.ahead) for one in found} == {
        ("1.0.0.prompt.yaml", "is not what was exported from this project: its prompt was edited", "repository"),
        ("1.0.0.evidence.json", "is not what was exported from this project", "repository"),
        ("environments.yaml", "and this project have each their own steps", "both"),
    }


def test_a_folder_without_the_prompt_is_an_error_not_a_match(wb):
    wb.add_prompt(PromptFile("billing", a_content("Other {{question}}")))
    wb.releases.approve("billing@1", without_run="a first one")
    wb.releases.export("billing@1", wb.root / "out")

    with pytest.raises(InputError, match="support is not exported"):
        wb.releases.differences("support", wb.root / "out")


def test_the_archive_holds_the_exported_files_and_is_the_same_every_time(wb):
    wb.releases.approve("support@1", without_run="a first one")
    exported = wb.releases.export("support@1", wb.root / "out")

    packed = wb.releases.archive("support@1")

    assert packed == wb.releases.archive("support")
    with zipfile.ZipFile(io.BytesIO(packed)) as zipped:
        assert sorted(zipped.namelist()) == sorted(exported.files)
        for name in zipped.namelist():
            assert zipped.read(name) == (wb.root / "out" / name).read_bytes()


def test_a_version_that_is_not_approved_has_no_archive(wb):
    with pytest.raises(InputError, match="not approved"):
        wb.releases.archive("support@1")
