import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from workbench.artifacts import layout
from workbench.errors import InputError
from workbench.formats import prompt_yaml


def test_a_release_has_its_own_files_and_its_prompt_two_more():
    assert layout.prompt_path("support", "1.3.0") == "prompts/support/versions/1.3.0.prompt.yaml"
    assert layout.evidence_path("support", "1.3.0") == "prompts/support/versions/1.3.0.evidence.json"
    assert layout.environments_path("support") == "prompts/support/environments.yaml"
    assert layout.manifest_path("support") == "prompts/support/manifest.json"


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x", "a/b", "a\\b", "a..b", ".hidden", "a\x00b", "x" * 101, "é", "a b"]
)
def test_a_name_that_could_lead_elsewhere_is_no_folder(name):
    with pytest.raises(InputError, match="cannot be a folder's name"):
        layout.folder(name)


@given(st.text(max_size=40))
def test_whatever_the_name_its_folder_lies_directly_below_prompts(name):
    try:
        folder = layout.folder(name)
    except InputError:
        return
    assert folder.split("/") == ["prompts", name]
    assert "\\" not in folder
    assert ".." not in folder


def test_the_prompt_file_is_a_prompt_file_with_version_status_and_evaluation(artifact):
    made = artifact()
    text = layout.prompt_bytes(made).decode()

    assert prompt_yaml.read(text).content.hash == made.prompt_hash
    assert yaml.safe_load(text)["evaluation"] == {"run": "r1"}
    assert yaml.safe_load(text)["status"] == "approved"


def test_the_evidence_has_hashes_approvals_and_everything_of_the_document_but_the_summary(artifact):
    evidence = json.loads(layout.evidence_bytes(artifact(trials=[1], evaluation={"mean": 1})))

    assert evidence["trials"] == [1]
    assert "evaluation" not in evidence
    assert evidence["approvals"] == [{"approver": "ben", "note": "good", "at": "2026-01-02T03:04:05Z"}]
    assert evidence["hashes"]["run"] == "r1"
    assert evidence["audit"] == {"head": "sha256:1", "length": 7}


def test_a_manifest_is_read_as_it_was_written():
    assert layout.manifest_files(layout.manifest_bytes({"b": "sha256:1", "a": "sha256:2"})) == {
        "a": "sha256:2",
        "b": "sha256:1",
    }


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"files": []}', b'{"files": {"a": 1}}', b"\xff", b"null"])
def test_what_is_no_manifest_is_refused(data):
    with pytest.raises(ValueError, match=r"\S"):
        layout.manifest_files(data)
