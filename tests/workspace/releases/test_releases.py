import json
import os
from dataclasses import replace

import pytest
import yaml

from tests.support.completers import Scripted
from workbench.domain.actor import Actor
from workbench.domain.people import People
from workbench.errors import ContentFilteredError, InputError, IntegrityError, NotAllowedError, NotFoundError
from workbench.formats import prompt_yaml
from workbench.workspace.releases.evidence import figures, read_document
from workbench.workspace.releases.releases import verify_export
from workbench.workspace.workbench import Workbench


def with_approvers(wb, *names):
    settings = replace(wb.context.settings, people=People(approvers=names))
    return Workbench(replace(wb.context, settings=settings))


def tree(directory):
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


@pytest.fixture
def repository(finished, tmp_path):
    """A folder to which answer@1 was exported."""
    finished.releases.approve("answer@1", note="good")
    finished.releases.export("answer@1", tmp_path / "repository")
    return tmp_path / "repository"


def test_on_ones_own_an_approval_is_recorded_as_self_approved(finished):
    release = finished.releases.approve("answer@2", note="shorter is better")

    assert (release.version, release.number, release.approver, release.self_approved) == ("1.0.0", 2, "ann", True)
    assert finished.acting_as(Actor("ben")).releases.approve("answer@1").self_approved is False


def test_named_approvers_alone_may_approve_and_nobody_their_own(finished):
    guarded = with_approvers(finished, "ann", "ben")

    with pytest.raises(NotAllowedError, match="ann wrote answer@1 and cannot approve it"):
        guarded.releases.approve("answer@1")
    with pytest.raises(NotAllowedError, match=r"chris is not among the approvers.*Ask ann or ben"):
        guarded.acting_as(Actor("chris")).releases.approve("answer@1")
    assert finished.releases.list() == []

    assert guarded.acting_as(Actor("ben")).releases.approve("answer@1").self_approved is False


def test_an_approval_needs_the_role(finished):
    with pytest.raises(NotAllowedError, match="may not approve"):
        finished.acting_as(Actor("eve", frozenset({"engineer"}))).releases.approve("answer@1")


def test_a_version_is_approved_once(finished):
    finished.releases.approve("answer@1")

    with pytest.raises(InputError, match="approved already"):
        finished.releases.approve("answer@1")
    assert finished.releases.approve("answer@2").version == "1.1.0"


def test_an_approval_rests_on_the_newest_run_that_asked_the_version_or_on_the_named_one(finished):
    first = finished.runs.find("latest")
    second = finished.run("answer@1", "golden", models="one").id

    assert finished.releases.approve("answer@2", run=first[:8]).evidence.run == first
    assert finished.releases.approve("answer@1", run="latest").evidence.run == second


def test_a_run_that_did_not_ask_the_version_is_no_evidence(finished):
    other = finished.run("answer@1", "golden", models="one").id

    with pytest.raises(NotFoundError, match="no arm 'answer@2'"):
        finished.releases.approve("answer@2", run=other)


def test_the_evidence_names_everything_by_hash_and_the_place_in_the_audit_log(finished):
    evidence = finished.releases.approve("answer@1").evidence

    entry = finished.audit.list(1)[0]
    assert (evidence.audit_length, evidence.audit_head) == (entry.number, entry.hash)
    assert entry.action == "version approved"
    assert evidence.prompt_hash == finished.prompts.get("answer@1").hash
    assert evidence.dataset_hash == finished.datasets.get("golden").hash


def test_every_figure_of_the_evidence_can_be_computed_again_from_its_scores(finished):
    document = finished.releases.approve("answer@2").document

    evidence = read_document(document["measured"])
    again = figures(replace(evidence, figures={}))
    assert again == evidence.figures
    (arm,) = document["evaluation"]["arms"]
    assert arm["metrics"]["correct"]["mean"] == again["answer@2:one"]["correct"].mean == 1.0


def test_the_evidence_holds_the_answers_of_the_version_and_of_no_other(finished):
    evidence = read_document(finished.releases.approve("answer@2").document["measured"])

    assert [arm.label for arm in evidence.arms] == ["answer@2:one"]
    assert {trial.answer.text for trial in evidence.arms[0].trials} == {
        f"It is lent for {n} days." for n in range(1, 7)
    }


def test_without_a_run_a_version_is_approved_for_a_reason_alone_and_the_evidence_says_so(filled):
    with pytest.raises(InputError, match=r"No run shows what answer@1 does.*--without-run"):
        filled.releases.approve("answer@1", note="looks fine")

    release = filled.releases.approve("answer@1", without_run="the wording is prescribed by law")

    assert (release.evidence.run, release.document) == (None, {})
    assert release.approvals[0].without_run == "the wording is prescribed by law"


def test_an_export_is_a_prompt_file_its_evidence_environments_and_a_manifest(finished, repository):
    assert set(tree(repository)) == {
        "prompts/answer/versions/1.0.0.prompt.yaml",
        "prompts/answer/versions/1.0.0.evidence.json",
        "prompts/answer/environments.yaml",
        "prompts/answer/manifest.json",
    }
    text = (repository / "prompts/answer/versions/1.0.0.prompt.yaml").read_text()
    assert prompt_yaml.read(text).content == finished.prompts.get("answer@1").content
    assert {"version": "1.0.0", "status": "approved"}.items() <= yaml.safe_load(text).items()
    evidence = json.loads((repository / "prompts/answer/versions/1.0.0.evidence.json").read_text())
    assert evidence["hashes"]["prompt_hash"] == finished.prompts.get("answer@1").hash
    assert [approval["approver"] for approval in evidence["approvals"]] == ["ann"]
    assert yaml.safe_load((repository / "prompts/answer/environments.yaml").read_text())["environments"] == {
        "dev": "1.0.0",
        "staging": None,
        "production": None,
    }
    assert verify_export(repository) == []


def test_the_same_release_gives_the_same_bytes_everywhere_and_again(finished, repository, tmp_path):
    before = tree(repository)

    again = finished.releases.export("answer@1", repository)
    elsewhere = finished.releases.export("answer@1", tmp_path / "elsewhere")

    assert again.written == ()
    assert tree(repository) == tree(tmp_path / "elsewhere") == before
    assert again.files == elsewhere.files


def test_a_version_that_is_not_approved_is_not_exported(finished, tmp_path):
    with pytest.raises(InputError, match="release approve answer@2"):
        finished.releases.export("answer@2", tmp_path / "repository")
    with pytest.raises(InputError, match="is not a version"):
        finished.releases.export("answer@x", tmp_path / "repository")
    assert not (tmp_path / "repository").exists()


def test_a_name_alone_exports_the_newest_release(finished, repository):
    finished.releases.approve("answer@2")

    assert "prompts/answer/versions/1.1.0.prompt.yaml" in finished.releases.export("answer", repository).written
    assert verify_export(repository) == []
    history = yaml.safe_load((repository / "prompts/answer/environments.yaml").read_text())["history"]
    assert [step["version"] for step in history] == ["1.0.0", "1.1.0"]


def test_a_released_file_that_differs_is_never_overwritten(finished, repository):
    file = repository / "prompts/answer/versions/1.0.0.prompt.yaml"
    file.write_text("mine\n")

    with pytest.raises(IntegrityError, match="a release never changes"):
        finished.releases.export("answer@1", repository)
    assert file.read_text() == "mine\n"


def test_exporting_the_next_release_does_not_hide_that_an_earlier_one_was_changed(finished, repository):
    (repository / "prompts/answer/versions/1.0.0.evidence.json").write_text("{}")
    finished.releases.approve("answer@2")
    finished.releases.export("answer@2", repository)

    assert [(found.path, found.problem) for found in verify_export(repository)] == [
        ("prompts/answer/versions/1.0.0.evidence.json", "was changed"),
        ("prompts/answer/versions/1.0.0.prompt.yaml", "cannot be held against its evidence: 'hashes'"),
    ]


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
@pytest.mark.parametrize(
    "link", ["prompts", "prompts/answer", "prompts/answer/versions", "prompts/answer/manifest.json"]
)
def test_a_link_that_leads_out_of_the_folder_is_refused_and_nothing_is_written_there(finished, tmp_path, link):
    finished.releases.approve("answer@1")
    outside, repository = tmp_path / "outside", tmp_path / "repository"
    outside.mkdir()
    (repository / link).parent.mkdir(parents=True)
    (repository / link).symlink_to(outside / "target" if link.endswith("json") else outside)

    with pytest.raises(InputError, match="leads out of"):
        finished.releases.export("answer@1", repository)
    assert tree(outside) == {}


def test_approvals_and_exports_are_in_the_audit_log(finished, repository):
    assert [entry.action for entry in finished.audit.list(2)] == ["version approved", "release exported"]
    assert finished.audit.verify() == []


def test_a_run_in_which_every_call_failed_is_no_evidence(finished, models):
    good = finished.runs.find("latest")
    models.default = Scripted(lambda _: ContentFilteredError("no"))
    failed = finished.run("answer@1", "golden", models="one", use_cache=False).id

    with pytest.raises(InputError, match=r"holds no answer of answer@1"):
        finished.releases.approve("answer@1", run=failed)
    assert finished.releases.approve("answer@1").evidence.run == good
