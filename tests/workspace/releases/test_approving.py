"""An approval is asked for, signed by as many as the team wants, and falls with what it rests on."""

import json
from dataclasses import replace

import pytest

from tests.support import sourced
from tests.support.completers import an_answer
from tests.support.gated import regated
from workbench.domain.actor import Actor
from workbench.domain.people import People
from workbench.errors import InputError, NotAllowedError, NotFoundError
from workbench.store import runs, trials
from workbench.workspace.runs.claims import Claim
from workbench.workspace.workbench import Workbench

GATE = '[gates.release]\nrules = [{ metric = "correct", at_least = 0.5, on = "mean" }]\n'
STRICT = '[gates.release]\nrules = [{ metric = "length", at_most = 1, on = "mean" }]\n'


def people(wb, **settings):
    changed = replace(wb.context.settings, people=People(**settings))
    return Workbench(replace(wb.context, settings=changed))


def as_(wb, name, *roles):
    return wb.acting_as(Actor(name, frozenset(roles)) if roles else Actor(name))


def words(wb, prompt="answer"):
    return [(one.version.label, one.words) for one in wb.releases.requests(prompt)]


def test_a_request_names_its_run_and_waits_until_somebody_approves(finished):
    run = finished.runs.find("latest")
    request = finished.releases.request("answer@2", changelog="shorter", run="latest")
    assert (request.state, request.asked.run, request.asked.note) == ("waiting", run, "shorter")

    newer = finished.run("answer@2", "golden", models="one").id
    assert newer != run
    release = as_(finished, "ben").releases.approve("answer@2", note="read all")

    assert release.evidence.run == run
    assert (release.changelog, [signed.by for signed in release.approvals]) == ("shorter", ["ben"])
    assert words(finished) == [("answer@2", "approved")]


def test_a_version_is_asked_for_once_and_by_who_may(finished):
    finished.releases.request("answer@1", changelog="first")
    with pytest.raises(InputError, match="waits for its approval already"):
        finished.releases.request("answer@1", changelog="again")
    with pytest.raises(NotAllowedError, match="may not ask for an approval"):
        as_(finished, "eve", "reviewer").releases.request("answer@2")
    with pytest.raises(NotFoundError, match="no run 'nothing'"):
        finished.releases.request("answer@2", run="nothing")


def test_what_is_sent_back_says_why_and_can_be_asked_for_again(finished):
    finished.releases.request("answer@1", changelog="first")
    with pytest.raises(NotAllowedError, match="may not send a version back"):
        as_(finished, "eve", "engineer").releases.reject("answer@1", reason="no")
    with pytest.raises(InputError, match="says why"):
        finished.releases.reject("answer@1", reason=" ")

    as_(finished, "ben").releases.reject("answer@1", reason="too long")
    assert words(finished) == [("answer@1", "sent back by ben: too long")]
    with pytest.raises(InputError, match="Nobody asks"):
        finished.releases.reject("answer@1", reason="again")

    finished.releases.request("answer@1", changelog="shorter")
    assert words(finished) == [("answer@1", "waits for 1 of 1 approvals")]
    assert [entry.action for entry in finished.audit.list(3)] == [
        "approval requested",
        "version sent back",
        "approval requested",
    ]


def test_who_asked_takes_the_request_back_with_the_signatures_it_had_and_may_ask_again(finished):
    wb = people(finished, sign_offs=2)
    with pytest.raises(InputError, match="Nobody asks"):
        wb.releases.withdraw("answer@1")
    wb.releases.request("answer@1", changelog="first")
    as_(wb, "ben").releases.approve("answer@1")
    with pytest.raises(NotAllowedError, match=r"ann asked for the approval of answer@1.*release reject answer@1"):
        as_(wb, "eve").releases.withdraw("answer@1")

    assert wb.releases.withdraw("answer@1", reason="a typo").label == "answer@1"

    assert words(wb) == []
    assert wb.releases.states("answer")[-1].stage == "run"
    newest = wb.audit.list(1)[0]
    assert (newest.action, newest.detail["reason"]) == ("approval request withdrawn", "a typo")
    wb.releases.request("answer@1", changelog="second")
    assert words(wb) == [("answer@1", "waits for 2 of 2 approvals")]


def test_a_withdrawn_request_leaves_a_lapsed_release_what_it_was(finished):
    finished.releases.approve("answer@1")
    _, problem = changed_dataset(finished)
    finished.releases.request("answer@1", changelog="again")
    finished.releases.withdraw("answer@1")

    assert words(finished) == [("answer@1", f"approval lapsed: {problem}")]


def test_as_many_people_sign_as_the_team_wants_and_none_of_them_twice_or_the_author(finished):
    wb = people(finished, sign_offs=2)
    with pytest.raises(NotAllowedError, match="ann wrote answer@1"):
        wb.releases.approve("answer@1")

    assert as_(wb, "ben").releases.approve("answer@1", note="fine") is None
    assert words(wb) == [("answer@1", "waits for 1 of 2 approvals, signed by ben")]
    with pytest.raises(InputError, match="ben approved answer@1 already"):
        as_(wb, "ben").releases.approve("answer@1")
    with pytest.raises(InputError, match="is not approved"):
        wb.releases.export("answer@1", wb.root / "out")

    release = as_(wb, "cleo").releases.approve("answer@1")
    assert [(signed.by, signed.note) for signed in release.approvals] == [("ben", "fine"), ("cleo", "")]


def test_a_signature_on_other_evidence_does_not_count(finished):
    wb = people(finished, sign_offs=2)
    as_(wb, "ben").releases.approve("answer@1")
    again = wb.run("answer@1", "golden", models="one").id

    assert as_(wb, "cleo").releases.approve("answer@1", run=again) is None
    assert words(wb) == [("answer@1", "waits for 1 of 2 approvals, signed by cleo")]


def test_a_gate_that_does_not_pass_stops_an_approval_unless_a_reason_is_given_that_stays_visible(finished, tmp_path):
    wb = regated(finished, STRICT)
    with pytest.raises(NotAllowedError, match=r"does not pass gate release.*--override"):
        wb.releases.approve("answer@1")

    release = wb.releases.approve("answer@1", override="the length rule is wrong")

    assert (release.evidence.gate, release.evidence.gate_outcome) == ("release", "fail")
    wb.releases.export("answer@1", tmp_path)
    evidence = json.loads((tmp_path / "prompts/answer/versions/1.0.0.evidence.json").read_text())
    assert evidence["approvals"][0]["override"] == "the length rule is wrong"
    assert (evidence["gate"]["verdict"], evidence["hashes"]["gate_outcome"]) == ("fail", "fail")
    assert wb.audit.list(2)[0].detail["override"] == "the length rule is wrong"


def test_a_gate_that_passes_is_named_in_the_evidence(finished):
    wb = regated(finished, GATE)
    evidence = wb.releases.approve("answer@1").evidence

    assert (evidence.gate, evidence.gate_outcome) == ("release", "pass")
    assert evidence.gate_hash == wb.context.settings.gates["release"].hash


def test_a_run_that_still_goes_on_is_no_evidence(finished):
    good, again = finished.runs.find("latest"), finished.run("answer@1", "golden", models="one").id
    finished.context.write(lambda s: runs.add_event(s, again, "resumed", finished.context.clock.now()))
    lock = Claim(finished.context, again).take()
    try:
        with pytest.raises(InputError, match="still goes on"):
            finished.releases.approve("answer@1", run=again)
        assert finished.releases.approve("answer@1").evidence.run == good
    finally:
        lock.release()


def changed_dataset(wb):
    rows = wb.datasets.examples("golden")
    wb.datasets.save("golden", rows[:-1])
    return wb, "the dataset golden changed"


def changed_answers(wb):
    run = wb.releases.list("answer")[-1].evidence.run
    trial = next(t.trial_id for t in wb.runs.outputs(run) if t.arm.startswith("answer@1"))
    wb.context.write(lambda s: s.execute("UPDATE trial_outputs SET text = 'other' WHERE trial_id = ?", [trial]))
    return wb, f"the run {run} changed"


def lost_run(wb):
    run = wb.releases.list("answer")[-1].evidence.run
    wb.context.write(lambda s: s.execute("DELETE FROM runs"))
    return wb, f"the run {run} is gone"


def changed_gate(wb):
    return regated(wb, STRICT), "the gate release changed"


def lost_gate(wb):
    return regated(wb, ""), "the gate release is gone"


def changed_prompt(wb):
    found = "UPDATE prompt_versions SET content = replace(content, '{{question}}', 'No {{question}}') WHERE number = 1"
    wb.context.write(lambda s: s.execute(found))
    return wb, "the prompt answer@1 changed"


@pytest.mark.parametrize(
    "change", [changed_dataset, changed_answers, lost_run, changed_gate, lost_gate, changed_prompt]
)
def test_an_approval_falls_with_what_it_rests_on(finished, tmp_path, change):
    wb = regated(finished, GATE)
    release = wb.releases.approve("answer@1")
    assert wb.releases.lapses(release) == ()

    wb, problem = change(wb)

    assert wb.releases.lapses(release) == (problem,)
    assert [(state.version.number, state.stage) for state in wb.releases.states("answer")][1] == (1, "lapsed")
    for attempt in (
        lambda: wb.releases.export("answer@1", tmp_path / "out"),
        lambda: wb.releases.promote("answer@1"),
        lambda: wb.releases.archive("answer@1"),
    ):
        with pytest.raises(NotAllowedError, match=f"approval lapsed: {problem}"):
            attempt()
    assert not (tmp_path / "out").exists()


def test_an_approval_falls_with_a_judge_that_changed(finished):
    run = finished.runs.find("latest")
    settings = '[judges.tone]\nmodel = "one"\ncriteria = ["Is it polite?"]\n'
    wb = regated(finished, settings)
    again = wb.run("answer@1", "golden", models="one", judges=["tone"]).id
    assert again != run
    release = wb.releases.approve("answer@1", run=again)
    assert set(release.evidence.judges) == {"tone"}
    assert wb.releases.lapses(release) == ()

    stricter = regated(wb, settings.replace("polite", "very polite"))
    assert stricter.releases.lapses(release) == ("the judge tone changed",)


def test_an_approval_falls_with_an_index_that_was_built_anew(wb, models):
    sourced.fill(wb)
    models.default.answer = lambda _: an_answer("Everybody, trains, a note.")
    wb.run(["desk@1"], "golden", models="one")
    release = wb.releases.approve("desk@1")
    assert set(release.evidence.indexes) == {sourced.LARGE}

    (wb.root / "documents" / "handbook.md").write_text("# Handbook\n\nOther rules.\n")
    wb.build_index(sourced.LARGE, wb.root / "documents")

    assert wb.releases.lapses(release) == (f"the index {sourced.LARGE} changed",)


def test_what_fell_is_approved_again_on_a_new_run_under_a_new_number(finished):
    first = finished.releases.approve("answer@1")
    changed_dataset(finished)
    with pytest.raises(InputError, match=r"the dataset golden changed since.*Run it again"):
        finished.releases.approve("answer@1")
    assert finished.releases.list("answer") == [first]

    finished.run("answer@1", "golden", models="one")
    second = finished.releases.approve("answer@1")

    assert (second.version, second.number) == ("1.1.0", 1)
    assert finished.releases.lapses(second) == ()


def test_a_reviewer_sees_the_change_the_evidence_and_the_gate(finished):
    wb = regated(finished, GATE)
    wb.releases.approve("answer@1")
    wb.releases.request("answer@2", changelog="shorter")

    seen = wb.releases.review_material("answer@2")

    assert seen.released.version == "1.0.0"
    assert "Answer in one sentence." in seen.diff
    assert (seen.request.state, seen.run, seen.gate.result.verdict) == ("waiting", wb.runs.find("latest"), "pass")
    assert [arm["model"] for arm in seen.figures] == ["one"]
    assert seen.sentences


def test_two_releases_are_compared_by_text_and_figures(finished):
    for number in (1, 2):
        finished.releases.approve(f"answer@{number}")

    found = finished.releases.compare("answer", "1.0.0", "1.1.0")

    assert "Answer in one sentence." in found.diff
    assert found.same_rows
    assert {one.metric: one.difference for one in found.figures}["correct"] == 0.0
    with pytest.raises(NotFoundError, match=r"9\.9\.9"):
        finished.releases.compare("answer", "1.0.0", "9.9.9")


def test_answers_have_a_digest_that_changes_with_any_of_them(finished):
    run = finished.runs.find("latest")
    digest = finished.context.read(lambda s: trials.answers_digest(s, run, ["answer@1:one"]))
    other = finished.context.read(lambda s: trials.answers_digest(s, run, ["answer@2:one"]))
    assert digest.startswith("sha256:")
    assert digest != other
