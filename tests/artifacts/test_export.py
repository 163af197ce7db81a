import json
from dataclasses import replace

import pytest
import yaml

from tests.support.artifacts import a_step, steps_to
from workbench.artifacts.export import export
from workbench.artifacts.verify import verify
from workbench.errors import InputError, IntegrityError
from workbench.hashing import bytes_hash


def contents(directory):
    return {
        path.relative_to(directory).as_posix(): path.read_bytes() for path in directory.rglob("*") if path.is_file()
    }


def test_what_is_said_to_be_written_is_there_with_those_hashes(artifact, tmp_path):
    exported = export(tmp_path, artifact())

    assert {path: bytes_hash(data) for path, data in contents(tmp_path).items()} == exported.files
    assert set(exported.written) == set(exported.files)


def test_again_nothing_is_written_and_a_copy_elsewhere_is_equal(artifact, tmp_path):
    export(tmp_path / "a", artifact())

    assert export(tmp_path / "a", artifact()).written == ()
    export(tmp_path / "b", artifact())
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_several_releases_and_prompts_live_side_by_side(artifact, tmp_path):
    export(tmp_path, artifact("1.0.0"))
    export(tmp_path, artifact("1.1.0", user="Please: {{question}}"))
    export(tmp_path, artifact("1.0.0", prompt="other"))

    assert verify(tmp_path) == []
    manifest = json.loads((tmp_path / "prompts/support/manifest.json").read_text())
    assert len(manifest["files"]) == 5


def test_the_environments_follow_the_steps_with_each_export(artifact, tmp_path):
    export(tmp_path, artifact("1.0.0"))
    promoted = (*steps_to("1.1.0"), a_step("1.0.0", "staging", kind="promoted", length=9))
    export(tmp_path, artifact("1.1.0", steps=promoted))

    said = yaml.safe_load((tmp_path / "prompts/support/environments.yaml").read_text())
    assert said["environments"] == {"dev": "1.1.0", "staging": "1.0.0", "production": None}
    assert said["history"][-1] == {
        "environment": "staging",
        "version": "1.0.0",
        "action": "promoted",
        "by": "ben",
        "at": "2026-01-02T03:04:05Z",
        "audit": {"length": 9, "head": "sha256:1"},
    }


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda said: said["environments"].update(production="1.0.0"), "says that 1.0.0 stands in production"),
        (lambda said: said["history"].append({"environment": "dev", "version": "1.0.0"}), "does not know"),
        (lambda said: said["history"][0].update(by="eve"), "does not know"),
    ],
)
def test_an_environments_file_that_others_changed_is_not_written_over_unless_wanted(
    artifact, tmp_path, change, problem
):
    export(tmp_path, artifact())
    file = tmp_path / "prompts/support/environments.yaml"
    said = yaml.safe_load(file.read_text())
    change(said)
    file.write_text(yaml.safe_dump(said, sort_keys=False))

    with pytest.raises(IntegrityError, match=problem):
        export(tmp_path, artifact("1.1.0"))
    export(tmp_path, artifact("1.1.0"), replace_environments=True)
    assert verify(tmp_path) == []


def test_a_golden_set_lies_beside_its_release_and_is_never_changed(artifact, tmp_path):
    rows = replace(artifact(), dataset_text='{"id": "q-1", "inputs": {}}\n')
    assert "prompts/support/versions/1.0.0.dataset.jsonl" in export(tmp_path, rows).files
    export(tmp_path, artifact())

    assert "versions/1.0.0.dataset.jsonl" in (tmp_path / "prompts/support/manifest.json").read_text()
    with pytest.raises(IntegrityError, match="never changes"):
        export(tmp_path, replace(rows, dataset_text="{}"))


def test_a_different_release_under_the_same_number_is_refused_and_nothing_is_touched(artifact, tmp_path):
    export(tmp_path, artifact())
    before = contents(tmp_path)

    with pytest.raises(IntegrityError, match=r"1\.0\.0\.prompt\.yaml is there with other content"):
        export(tmp_path, artifact(user="Other: {{question}}"))
    assert contents(tmp_path) == before


def test_an_export_that_was_cut_off_shows_and_is_completed_by_another(artifact, tmp_path):
    export(tmp_path, artifact())
    (tmp_path / "prompts/support/manifest.json").unlink()
    assert [found.problem for found in verify(tmp_path)] == ["has no manifest.json"]

    assert export(tmp_path, artifact()).written == ("prompts/support/manifest.json",)
    assert verify(tmp_path) == []


@pytest.mark.parametrize(
    ("file", "text", "error"),
    [
        ("environments.yaml", "a: [", InputError),
        ("manifest.json", "[]", IntegrityError),
    ],
)
def test_a_file_that_cannot_be_read_any_more_is_named(artifact, tmp_path, file, text, error):
    export(tmp_path, artifact())
    (tmp_path / "prompts/support" / file).write_text(text)

    with pytest.raises(error, match=file):
        export(tmp_path, artifact("1.1.0"))


def test_a_folder_that_is_a_file_is_named(artifact, tmp_path):
    (tmp_path / "prompts").write_text("")

    with pytest.raises(InputError, match="prompts"):
        export(tmp_path, artifact())


def test_no_half_written_file_stays_behind(artifact, tmp_path, monkeypatch):
    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)

    with pytest.raises(InputError, match="The disk is full"):
        export(tmp_path, artifact())
    assert contents(tmp_path) == {}
