"""Exported files are judged without their project, and whatever in them was changed is found and named."""

import json
import shutil

import pytest

from tests.support.gated import exported, list_files, regated, tampered
from workbench.errors import InputError, NotFoundError, WorkbenchError
from workbench.hashing import bytes_hash
from workbench.workspace.gates.offline import as_document, from_directory

FILE = "prompts/answer/versions/1.0.0.evidence.json"


def judged(directory, **options):
    (result,) = from_directory(directory, **options)
    return result


def trial(evidence, n=0):
    return evidence["measured"]["arms"][0]["trials"][n]


def test_untouched_files_give_the_result_of_the_project(finished, released):
    offline, here = judged(released), finished.gates.check("answer@2")

    assert (offline.verdict, offline.problems) == ("pass", ())
    assert offline.rules == here.rules
    assert offline.evidence.startswith("sha256:")
    assert any("answer@1" in note and "cannot be computed again" in note for note in offline.notes)


def edit_mean(evidence):
    evidence["measured"]["figures"]["answer@2:one"]["correct"]["mean"] = 0.5


def edit_interval(evidence):
    evidence["measured"]["figures"]["answer@2:one"]["correct"]["low"] = 0.9


def edit_answer(evidence):
    trial(evidence)["answer"]["text"] = "I do not know."


def edit_score(evidence):
    trial(evidence)["scores"]["correct"] = 0.0


def edit_configured_score(evidence):
    trial(evidence)["scores"]["short"] = 0.0


def edit_check(evidence):
    evidence["measured"]["examples"][0]["checks"][0]["value"] = "anything"


def drop_must_pass(evidence):
    evidence["measured"]["examples"][0]["must_pass"] = False


def drop_a_row(evidence):
    evidence["measured"]["examples"].pop()


def repeat_a_good_answer(evidence):
    evidence["measured"]["arms"][0]["trials"][1] = dict(trial(evidence))


def drop_an_answer(evidence):
    evidence["measured"]["arms"][0]["trials"].pop()


def forget_a_failure(evidence):
    trial(evidence)["failed"] = "RateLimitedError"


def edit_prompt(evidence):
    evidence["measured"]["arms"][0]["content"]["messages"][0]["content"] = "Say yes. {{question}}"


def edit_gate(evidence):
    evidence["measured"]["gates"][0]["gate"]["rules"][0]["at_least"] = 0.1


def edit_verdict(evidence):
    evidence["gate"]["verdict"] = "fail"


def drop_result(evidence):
    del evidence["gate"]


def edit_baseline(evidence):
    evidence["measured"]["baselines"][0]["arms"][0]["trials"][0]["scores"]["correct"] = 0.0


def edit_approved_hash(evidence):
    evidence["hashes"]["dataset_hash"] = "sha256:0"


def edit_time(evidence):
    trial(evidence)["answer"]["latency_ms"] = 0.001


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (edit_mean, "stored mean of answer@2:one by correct"),
        (edit_interval, "stored mean of answer@2:one by correct"),
        (edit_answer, "by correct are not what its answers give: q-1: 1, computed 0"),
        (edit_score, "by correct are not what its answers give: q-1: 0, computed 1"),
        (edit_configured_score, "by short are not what its answers give"),
        (edit_check, "not those of golden@1"),
        (drop_must_pass, "not those of golden@1"),
        (drop_a_row, "not those of golden@1"),
        (repeat_a_good_answer, "more than one answer in place of one"),
        (drop_an_answer, "not the evidence that gate release was asked about: its digest"),
        (forget_a_failure, "lacks answers, or has some where it says that none came"),
        (edit_prompt, "not the prompt of that hash"),
        (edit_gate, "not the one that the version was put to"),
        (edit_verdict, "stored result of gate release is 'fail'"),
        (drop_result, "not the one that the version was put to"),
        (edit_baseline, "not the evidence that gate release was asked about: its digest"),
        (edit_approved_hash, "names another dataset hash"),
        (edit_time, "by latency are not what its answers give"),
    ],
)
def test_every_change_is_found_although_the_manifest_was_changed_with_it(released, change, said):
    tampered(released / FILE, change)

    result = judged(released)

    assert (result.verdict, int(result.exit_code)) == ("fail", 1)
    assert any(said in problem for problem in result.problems), result.problems


def test_an_answer_and_its_score_changed_together_are_still_held_against_the_approved_digest(released):
    def change(evidence):
        edit_answer(evidence)
        edit_score(evidence)
        evidence["measured"]["figures"] = {}

    tampered(released / FILE, change)

    assert any("digest" in problem for problem in judged(released).problems)


def test_a_file_changed_alone_is_told_by_the_manifest(released):
    file = released / "prompts/answer/versions/1.0.0.prompt.yaml"
    file.write_text(file.read_text() + "# more\n")

    assert any("1.0.0.prompt.yaml was changed" in problem for problem in judged(released).problems)


def test_a_mean_is_never_believed(released):
    """The gate's own numbers come from the rows, whatever the stored means say."""
    tampered(released / FILE, edit_mean)

    assert judged(released).rules[1].estimate == 1.0


def test_evidence_that_is_none_any_more_is_refused_with_its_name(released):
    file = released / FILE
    for text in ("", "[]", "{", '{"schema": 1}', '{"schema": 2}', '{"schema": 2, "measured": {"prompt": 1}}'):
        file.write_text(text)
        list_files(file.parent.parent)
        with pytest.raises(WorkbenchError):
            judged(released)


def test_the_newest_release_is_judged_unless_a_version_is_named(finished, released):
    exported(finished, "answer@1", released)

    assert judged(released).prompt == "answer@1"
    assert judged(released, prompt="answer@2").prompt == "answer@2"
    with pytest.raises(NotFoundError, match="answer"):
        judged(released, prompt="answr")
    with pytest.raises(InputError, match="no evidence of answer@9"):
        judged(released, prompt="answer@9")


def test_all_exported_prompts_are_judged_and_the_worst_decides(released):
    other = released / "prompts/other"
    shutil.copytree(released / "prompts/answer", other)
    tampered(other / "versions/1.0.0.evidence.json", edit_score)

    results = from_directory(released)
    document = as_document(results)

    assert [result.verdict for result in results] == ["pass", "fail"]
    assert (document["verdict"], len(document["results"])) == ("fail", 2)


def test_an_empty_folder_is_an_error_and_no_pass(tmp_path):
    with pytest.raises(InputError, match="no exported prompt"):
        from_directory(tmp_path)


OWN = """
def polite(answer):
    return "days" in answer
"""


def test_code_of_a_project_is_called_only_where_the_project_is_named(finished, tmp_path):
    (finished.root / "manners.py").write_text(OWN)
    gates = '[gates.release]\nrules = [{ metric = "polite", at_least = 0.5 }]\n[metrics.polite]\nkind = "python"\nfunction = "manners:polite"\n'
    own = regated(finished, gates)
    own.run(["answer@1"], "golden", models="one", metrics=["polite"])
    file = exported(own, "answer@1", tmp_path / "out")

    alone = judged(tmp_path / "out")
    assert (alone.verdict, any("polite is code of the project's own" in note for note in alone.notes)) == ("pass", True)
    tampered(file, lambda evidence: trial(evidence)["scores"].update(polite=0.0))
    assert any("by polite" in problem for problem in judged(tmp_path / "out", project=own.root).problems)
    assert not any("by polite are" in problem for problem in judged(tmp_path / "out").problems)


def test_the_evidence_has_no_path_of_the_machine_that_made_it(released, finished_once):
    text = (released / FILE).read_text()

    assert str(finished_once) not in text
    assert (
        bytes_hash(text.encode())
        == json.loads((released / "prompts/answer/manifest.json").read_text())["files"]["versions/1.0.0.evidence.json"]
    )
