"""Gates are fixed before the runs that they judge, and judge a version on its newest run."""

import pytest

from tests.support.completers import Scripted, an_answer
from tests.support.gated import GATE, regated
from tests.support.projects import TOML, jsonl, rows
from workbench.domain.gate import Gate, GateRule
from workbench.errors import FormatError, InputError, NotFoundError

STRICT = '[gates.release]\nrules = [{ metric = "correct", at_least = 0.99 }]\n'


def test_a_version_is_judged_on_the_newest_run_that_shows_what_it_does(finished):
    result = finished.gates.check("answer@2")

    assert (result.verdict, int(result.exit_code), result.label) == ("pass", 0, "release v1")
    assert [rule.kind for rule in result.rules] == ["complete", "score", "score", "must_pass"]
    assert (result.baseline.label, result.run) == ("answer@1", finished.runs.find("latest"))
    assert result.as_json()["verdict"] == "pass"
    assert result.changed == ""


def test_a_run_fixes_the_gates_of_the_project(finished):
    (version,) = finished.gates.list()

    began = finished.runs.list()[0].info.created_at
    assert (version.number, version.fixed_at <= began, version.after(began)) == (1, True, False)
    assert any(entry.action == "gate fixed" for entry in finished.audit.list(100))


def test_a_gate_that_changed_after_the_run_needs_a_reason_and_shows_it(finished):
    changed = regated(finished, STRICT)

    with pytest.raises(InputError, match="fixed before the run"):
        changed.gates.check("answer@2")
    result = changed.gates.check("answer@2", reason="legal wants more")

    assert (result.number, result.verdict) == (2, "cannot tell yet")
    assert result.changed.endswith("legal wants more")
    assert changed.gates.check("answer@2").changed == result.changed
    assert [version.number for version in changed.gates.history("release")] == [1, 2]


def test_a_gate_that_changed_before_the_next_run_needs_no_reason(finished):
    changed = regated(finished, STRICT)
    changed.run(["answer@2"], "golden", models="one")

    assert changed.gates.check("answer@2").changed == ""


def test_a_gate_that_is_first_written_after_the_run_says_so(finished):
    late = regated(finished, '[gates.late]\nrules = [{ metric = "correct", at_least = 0.5 }]\n')

    result = late.gates.check("answer@2")

    assert result.verdict == "pass"
    assert "written after the run" in result.changed


def test_the_baseline_may_have_been_asked_in_another_run_of_the_same_golden_set(finished):
    finished.run(["answer@2"], "golden", models="one")

    result = finished.gates.check("answer@2")

    earlier = finished.runs.list()[1].info.id
    assert (result.baseline.runs, result.verdict) == ((earlier,), "pass")
    assert result.run != earlier


def test_a_baseline_on_another_version_of_the_golden_set_is_refused(finished):
    (finished.root / "golden.jsonl").write_text(jsonl(rows(25)))
    finished.datasets.add(finished.root / "golden.jsonl", name="golden")
    finished.run(["answer@2"], "golden@2", models="one")

    rule = finished.gates.check("answer@2").rules[2]

    assert (rule.verdict, rule.found) == ("cannot tell yet", "Nothing to compare with.")
    assert "golden@1, and a changed golden set is not compared" in rule.settle


def test_the_released_version_and_an_environment_can_be_the_baseline(finished):
    for baseline in ("released", "dev"):
        gates = regated(
            finished,
            f'[gates.release]\nbaseline = "{baseline}"\nrules = [{{ metric = "correct", not_worse_by = 0.2 }}]\n',
        ).gates
        rule = gates.check("answer@1", reason="to see").rules[1]
        assert (rule.verdict, "1.0.0" in rule.title) == ("pass", True)

    nowhere = '[gates.release]\nbaseline = "nowhere"\nrules = [{ metric = "correct", not_worse_by = 0.2 }]\n'
    with pytest.raises(InputError, match="no baseline of a gate"):
        regated(finished, nowhere).gates.check("answer@1", reason="to see")


def test_lost_answers_count_as_fails_and_wrong_ones_fail_must_pass(finished, models):
    models.script("one", Scripted(lambda request: an_answer("No idea.")))
    finished.run(["answer@2"], "golden", models="one", use_cache=False)

    result = finished.gates.check("answer@2")

    assert result.verdict == "fail"
    assert result.rules[3].found == "0 of 2; failed: q-1, q-2"


def test_what_cannot_be_judged_says_what_to_do(finished):
    with pytest.raises(NotFoundError, match="gate"):
        finished.gates.check("answer@2", gate="relaese")
    with pytest.raises(InputError, match="There is no gate"):
        regated(finished, "").gates.check("answer@2")
    several = GATE.replace("release", "b") + GATE.replace("release", "c")
    with pytest.raises(InputError, match="several gates: b, c"):
        regated(finished, several).gates.check("answer@2")
    assert regated(finished, several + GATE).gates.check("answer@2", reason="more").gate == "release"


def test_the_page_writes_a_gate_into_the_file_and_leaves_the_rest(finished):
    file = finished.root / "workbench.toml"
    before = file.read_text()
    gate = Gate((GateRule("correct", at_least=0.7), GateRule(attacks_at_most=0.05)), baseline="dev")

    made = finished.gates.save("safety", gate)
    changed = finished.gates.save("release", gate, reason="attacks count now")

    after = finished.with_settings_of_now()
    assert (made.number, changed.number, changed.reason) == (1, 2, "attacks count now")
    assert after.context.settings.gates == {"safety": gate, "release": gate}
    assert file.read_text().startswith(TOML)
    after.gates.remove("safety")
    assert list(finished.with_settings_of_now().context.settings.gates) == ["release"]
    assert before.split("[gates")[0] == file.read_text().split("[gates")[0]


def test_a_gate_that_the_file_would_refuse_changes_nothing(finished):
    file = finished.root / "workbench.toml"
    before = file.read_bytes()

    with pytest.raises(FormatError):
        finished.gates.save("release", Gate((GateRule("correct"),)))

    assert file.read_bytes() == before
