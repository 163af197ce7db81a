"""Gates on the Release page: rules in plain words, saved into workbench.toml, changed with a reason only."""

import pytest

from tests.support.shown_page import press, shown
from workbench import Workbench
from workbench.domain.actor import Actor
from workbench.domain.gate import Gate, GateRule

VIEW = {"prompt": "desk", "view": "gates"}


def rules(project):
    with Workbench.open(project) as wb:
        return wb.gates.list()[0].gate.rules


def field(at, label):
    return next(one for kind in (at.selectbox, at.number_input, at.text_input) for one in kind if one.label == label)


@pytest.fixture
def gated(project):
    with Workbench.open(project, actor=Actor("ben")) as wb:
        wb.gates.save("release", Gate((GateRule(metric="correct", at_least=0.5), GateRule(must_pass=True))))
    return project


def test_a_first_gate_is_offered_filled_in_and_saved_with_a_click(project, show):
    at = show("release", **VIEW)
    assert "There is no gate yet" in shown(at)

    press(at, "Save the gate")

    assert not at.exception
    assert rules(project) == (
        GateRule(metric="correct", at_least=0.8),
        GateRule(metric="correct", not_worse_by=0.03),
        GateRule(must_pass=True),
    )


def test_a_rule_is_added_changed_and_taken_out(project, show):
    at = show("release", **VIEW)
    press(at, "Take out")
    press(at, "Add a rule")
    field(at, "Rule 3").select("at_most").run()
    field(at, "Score of rule 3").select("latency").run()
    field(at, "Limit of rule 3, in ms").set_value(4000.0).run()
    next(one for one in at.number_input if one.key and one.key.startswith("rule-quantile")).set_value(95.0).run()

    press(at, "Save the gate")

    assert not at.exception
    assert rules(project) == (
        GateRule(metric="correct", not_worse_by=0.03),
        GateRule(must_pass=True),
        GateRule(metric="latency", at_most=4000.0, quantile=0.95),
    )


def test_a_gate_without_rules_is_refused_in_words(project, show):
    at = show("release", **VIEW)
    for _ in range(3):
        press(at, "Take out")

    press(at, "Save the gate")

    assert "a gate without rules lets everything pass" in shown(at)
    assert not at.exception


def test_a_change_after_a_run_began_asks_for_a_reason_that_stays_with_the_version(gated, show):
    with Workbench.open(gated, actor=Actor("ben")) as wb:
        wb.run(["desk@2"], "golden")
    at = show("release", **VIEW)
    field(at, "Limit of rule 1, in %").set_value(60.0).run()
    press(at, "Save the gate")
    assert "a change needs a reason" in shown(at)
    assert rules(gated)[0].at_least == 0.5

    at.text_input(key="gate-reason-release").input("The owner asked for it.")
    press(at, "Save the gate")

    assert rules(gated)[0].at_least == 0.6
    rows = at.table[0].value.to_dict("records")
    assert [row["Version"] for row in rows] == ["release v2", "release v1"]
    assert rows[0]["Why"] == "The owner asked for it\\."
    assert "Correct at least 60%" in rows[0]["Rules"]


def test_rules_that_are_not_saved_yet_outlast_a_reload_until_they_are_taken_back(gated, show):
    at = show("release", **VIEW)
    field(at, "Limit of rule 1, in %").set_value(60.0).run()
    press(at, "Add a rule")

    again = show("release", **VIEW)
    assert field(again, "Limit of rule 1, in %").value == 60.0
    assert field(again, "Rule 3").value == "at_least"
    press(again, "Back to what is saved")

    for at in (again, show("release", **VIEW)):
        assert field(at, "Limit of rule 1, in %").value == 50.0
        assert "Back to what is saved" not in [button.label for button in at.button]
    assert rules(gated)[0].at_least == 0.5


def test_a_gate_that_is_removed_stands_in_the_editor_to_be_saved_again(gated, show):
    at = show("release", **VIEW)

    press(at, "Remove it")
    with Workbench.open(gated) as wb:
        assert list(wb.gates.list()) == []
    at.text_input(key="gate-name-new").input("release").run()
    press(at, "Save the gate")

    assert rules(gated) == (GateRule(metric="correct", at_least=0.5), GateRule(must_pass=True))
