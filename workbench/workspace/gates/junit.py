"""A gate's result as a JUnit file, which every CI shows: a suite a prompt, a case a rule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from workbench.workspace.gates.result import GateResult, RuleResult

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(results: Sequence[GateResult]) -> str:
    """A rule that fails is a failure; one that cannot be told yet is an error, so that no CI takes it for a pass."""
    root = Element("testsuites", name="workbench gate")
    for result in results:
        _suite(root, result)
    for key in ("tests", "failures", "errors"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in root)))
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite(root: Element, result: GateResult) -> None:
    name = f"{result.prompt} gate {result.label}"
    failures = sum(rule.verdict == "fail" for rule in result.rules) + len(result.problems)
    suite = SubElement(
        root,
        "testsuite",
        name=_xml(name),
        tests=str(len(result.rules) + len(result.problems)),
        failures=str(failures),
        errors=str(sum(rule.verdict == "cannot tell yet" for rule in result.rules)),
        skipped="0",
        time="0",
    )
    facts = {"run": result.run, "dataset": result.dataset, "gate": result.hash, "evidence": result.evidence}
    properties = SubElement(suite, "properties")
    for key, value in facts.items():
        SubElement(properties, "property", name=key, value=_xml(value))
    for problem in result.problems:
        case = SubElement(suite, "testcase", classname=_xml(name), name="The evidence is what it says it is", time="0")
        SubElement(case, "failure", message=_xml(problem), type="tampering").text = _xml(problem)
    for rule in result.rules:
        _case(suite, name, rule, several=len(result.arms) > 1)
    said = [said for said in (result.changed, *result.notes) if said]
    SubElement(suite, "system-out").text = _xml("\n".join(said))


def _case(suite: Element, classname: str, rule: RuleResult, *, several: bool) -> None:
    title = f"{rule.title} ({rule.arm})" if several else rule.title
    case = SubElement(suite, "testcase", classname=_xml(classname), name=_xml(title), time="0")
    if rule.verdict == "pass":
        SubElement(case, "system-out").text = _xml(rule.found)
        return
    kind = "failure" if rule.verdict == "fail" else "error"
    told = SubElement(case, kind, message=_xml(rule.found), type=rule.verdict)
    told.text = _xml("\n".join(part for part in (rule.found, rule.settle) if part))


def _xml(value: str) -> str:
    """Text without what XML cannot hold."""
    return _NOT_XML.sub("\ufffd", value)
