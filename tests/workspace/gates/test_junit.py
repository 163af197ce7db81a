"""The file for CI: what a parser of JUnit reads is what the gate said."""

from dataclasses import replace
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.measured import measured, put_to
from workbench.domain.gate import GateRule
from workbench.workspace.gates.junit import junit

RULES = (
    GateRule("correct", at_least=0.5),
    GateRule("correct", at_least=0.99),
    GateRule("correct", at_most=0.5),
)


def parsed(results):
    return ET.fromstring(junit(results))


def test_a_rule_is_a_case_that_passes_fails_or_is_in_error():
    result = put_to(measured([[1.0]] * 20, *RULES))

    root = parsed([result])
    cases = root.findall("./testsuite/testcase")

    assert (root.tag, root.get("tests"), root.get("failures"), root.get("errors")) == ("testsuites", "4", "1", "1")
    assert [case.get("name") for case in cases] == [rule.title for rule in result.rules]
    kinds = [next((child.tag for child in case if child.tag != "system-out"), "passed") for case in cases]
    assert kinds == ["passed", "passed", "error", "failure"]
    assert "more rows" in cases[2].find("error").text


def test_tampering_is_a_failed_case_of_its_own():
    result = replace(put_to(measured([[1.0]] * 20, RULES[0])), problems=("a.json was changed.",))

    root = parsed([result])

    assert root.get("failures") == "1"
    assert root.find("./testsuite/testcase/failure").get("message") == "a.json was changed."


@settings(max_examples=30, deadline=None)
@given(said=st.text())
def test_any_text_gives_a_file_that_can_be_parsed(said):
    result = put_to(measured([[1.0]] * 5, RULES[0]))
    rule = replace(result.rules[0], title=said, found=said, verdict="fail")

    case = parsed([replace(result, rules=(rule,), notes=(said,))]).find("./testsuite/testcase")

    assert case.find("failure") is not None
