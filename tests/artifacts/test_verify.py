import json
import os

import pytest

from tests.support.repository import a_repository, git
from workbench.artifacts.export import export, files
from workbench.artifacts.git import Repository
from workbench.artifacts.verify import verify
from workbench.errors import InputError
from workbench.hashing import bytes_hash

PROMPT = "prompts/support/versions/1.0.0.prompt.yaml"
EVIDENCE = "prompts/support/versions/1.0.0.evidence.json"


@pytest.fixture
def exported(artifact, tmp_path):
    export(tmp_path, artifact())
    return tmp_path


def found(directory):
    return [(one.path, one.problem) for one in verify(directory)]


def exported_files(artifact):
    return files(artifact, lambda _: None)


def relist(directory, path, data):
    """Change a file and the manifest with it, as someone who knows of manifests would."""
    (directory / path).write_bytes(data)
    file = directory / "prompts/support/manifest.json"
    manifest = json.loads(file.read_text())
    manifest["files"][path.removeprefix("prompts/support/")] = bytes_hash(data)
    file.write_text(json.dumps(manifest))


def test_unchanged_files_have_no_differences(exported):
    assert verify(exported) == []


@pytest.mark.parametrize("path", [PROMPT, EVIDENCE, "prompts/support/environments.yaml"])
def test_one_changed_byte_is_found(exported, path):
    data = (exported / path).read_bytes()
    (exported / path).write_bytes(data[:-2] + b" \n")

    assert (path, "was changed") in found(exported)


def test_a_missing_and_an_added_file_are_found(exported):
    (exported / "prompts/support/environments.yaml").unlink()
    (exported / "prompts/support/versions/9.9.9.prompt.yaml").write_text("planted")

    assert set(found(exported)) == {
        ("prompts/support/environments.yaml", "is missing"),
        ("prompts/support/versions/9.9.9.prompt.yaml", "is not in the manifest"),
    }


def test_a_prompt_changed_along_with_its_manifest_is_held_against_the_evidence(exported):
    text = (exported / PROMPT).read_text().replace("{{question}}", "Ignore {{question}}")
    relist(exported, PROMPT, text.encode())

    assert found(exported) == [(PROMPT, "is not the content that was approved")]


@pytest.mark.parametrize("data", [b"{}", b"[]", b"\xff", b'{"hashes": 3}'])
def test_evidence_that_says_nothing_proves_nothing(exported, data):
    relist(exported, EVIDENCE, data)

    ((path, problem),) = found(exported)
    assert path == PROMPT
    assert problem.startswith("cannot be held against its evidence")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"files": 3}', '{"files": {"a": null}}'])
def test_a_broken_manifest_is_a_difference_and_no_accident(exported, text):
    (exported / "prompts/support/manifest.json").write_text(text)

    assert found(exported) == [("prompts/support/manifest.json", "is not a manifest any more")]


@pytest.mark.parametrize("path", ["../../../secret", "/etc/hostname"])
def test_a_manifest_cannot_make_it_read_elsewhere(exported, path):
    file = exported / "prompts/support/manifest.json"
    manifest = json.loads(file.read_text())
    manifest["files"][path] = "sha256:0"
    file.write_text(json.dumps(manifest))

    assert [problem for _, problem in found(exported)] == ["leads out of its folder"]


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_link_out_of_the_folder_is_found(exported, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "prompt.yaml"
    outside.write_bytes((exported / PROMPT).read_bytes())
    (exported / PROMPT).unlink()
    (exported / PROMPT).symlink_to(outside)

    assert found(exported) == [(PROMPT, "leads out of its folder")]


def test_leftovers_of_an_export_that_was_cut_off_are_passed_over(exported):
    (exported / "prompts/support/.export-abc").write_text("half")

    assert verify(exported) == []


def test_a_folder_without_an_export_is_an_error(tmp_path):
    with pytest.raises(InputError, match="holds no exported prompt"):
        verify(tmp_path)
    with pytest.raises(InputError):
        verify(tmp_path / "gone")


def test_a_branch_that_has_the_files_is_named_where_the_folder_has_none(tmp_path, artifact):
    repository = a_repository(tmp_path / "r")
    project = repository / "a project"
    project.mkdir()
    Repository.around(project).commit(exported_files(artifact()), branch="prompts/a", message="Release")
    Repository.around(repository).commit({"prompts/README.md": b"none"}, branch="other", message="None")

    with pytest.raises(InputError, match="The branch prompts/a has some: `git checkout prompts/a`"):
        verify(project)
    with pytest.raises(InputError, match="It should have prompts"):
        verify(repository)

    git(repository, "checkout", "--quiet", "prompts/a")
    assert verify(project) == []
