"""`workbench gate`: exit codes, one JSON document, files for CI, and the guide's own example."""

import tomllib
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import workbench as package

GUIDE = Path(package.__file__).parent / "guide"
PASSING = '[gates.release]\nrules = [{ metric = "correct", at_least = 0.4 }]\n'
OPEN = '[gates.release]\nrules = [{ metric = "correct", at_least = 0.9 }]\n'
FAILING = '[gates.release]\nrules = [{ metric = "correct", at_most = 0.4 }]\n'


@pytest.fixture
def gate(project, workbench):
    """Write a gate into the project's file, and run a command of it."""
    file = project / "workbench.toml"
    plain = file.read_text()

    def run(text, *arguments):
        file.write_text(f"{plain}\n{text}")
        return workbench("gate", *arguments)

    return run


@pytest.mark.parametrize(("text", "code"), [(PASSING, 0), (FAILING, 1), (OPEN, 3)])
def test_the_exit_status_is_the_verdict(gate, text, code):
    ended = gate(text, "answer@2", "--json")

    assert ended.code == code
    assert ended.json["verdict"] == {0: "pass", 1: "fail", 3: "cannot tell yet"}[code]
    assert [rule["kind"] for rule in ended.json["rules"]] == ["complete", "score"]


def test_a_person_reads_the_verdict_first_then_the_rules(gate):
    ended = gate(OPEN, "answer@2")

    assert ended.out.lstrip().startswith("Cannot tell yet whether answer@2 passes gate release v1")
    assert "100% (61–100)" in ended.out
    assert "more rows like these would settle it" in ended.out


@pytest.mark.parametrize(
    "arguments",
    [(), ("answer@9",), ("answer@2", "--gate", "no"), ("--from", "nowhere"), ("answer@2", "--run", "x", "--from", ".")],
)
def test_wrong_usage_is_2(gate, arguments):
    assert gate(PASSING, *arguments).code == 2


def test_a_changed_gate_needs_a_reason(gate):
    assert gate(PASSING, "answer@2").code == 0
    refused = gate(OPEN, "answer@2")
    assert (refused.code, "--reason" in refused.err) == (2, True)
    assert gate(OPEN, "answer@2", "--reason", "stricter", "--json").json["changed"].endswith("stricter")


def test_a_reason_is_not_kept_where_the_result_cannot_be_written(gate, tmp_path):
    assert gate(PASSING, "answer@2").code == 0
    (tmp_path / "file").touch()
    assert gate(OPEN, "answer@2", "--reason", "stricter", "--junit", tmp_path / "file" / "gate.xml").code == 2

    assert "--reason" in gate(OPEN, "answer@2").err


def test_exported_files_are_judged_without_the_project(gate, workbench, tmp_path, monkeypatch):
    assert gate(PASSING, "answer@2").code == 0
    assert workbench("release", "approve", "answer@2").code == 0
    assert workbench("export", "answer@2", "--to", tmp_path / "clone").code == 0
    monkeypatch.chdir(tmp_path / "clone")

    ended = workbench("gate", "--from", ".", "--junit", "out/gate.xml", "--markdown", "out/gate.md", "--json")

    assert (ended.code, ended.json["verdict"], ended.json["problems"]) == (0, "pass", [])
    suite = ET.parse("out/gate.xml").getroot().find("testsuite")
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("2", "0", "0")
    assert Path("out/gate.md").read_text().startswith("### ✅ answer\\@2 passes gate release v1")

    evidence = next(Path().rglob("*.evidence.json"))
    evidence.write_text(evidence.read_text().replace("lent for 1 days", "lent for 9 days"))
    broken = workbench("gate", "--from", ".", "--json")
    assert broken.code == 1
    told = "\n".join(broken.json["problems"])
    assert "1.0.0.evidence.json was changed." in told
    assert "by correct are not what its answers give: q-1: 1, computed 0" in told


def test_the_gate_of_the_guide_is_read_and_judges(gate):
    chapter = (GUIDE / "gates.md").read_text(encoding="utf-8")
    example = chapter.split("```toml\n")[1].split("```")[0]

    ended = gate(example, "answer@2", "--json")

    kinds = [rule["kind"] for rule in ended.json["rules"]]
    assert (ended.code, kinds) == (3, ["complete", *["score"] * 4, "must_pass"])


def test_every_rule_of_the_guide_is_one(gate):
    chapter = (GUIDE / "gates.md").read_text(encoding="utf-8")
    rules = [line.split("`")[1] for line in chapter.splitlines() if line.startswith("| `")]
    text = "[gates.all]\nrules = [" + ", ".join(f"{{ {rule} }}" for rule in rules) + "]\n"

    ended = gate(text, "answer@2", "--json")

    assert len(tomllib.loads(text)["gates"]["all"]["rules"]) == len(rules) == 11
    assert (ended.code, len(ended.json["rules"])) == (3, 12)
