"""The files for CI do what they say, in a folder without a project."""

import os
import subprocess

import pytest
import yaml

from tests.support.artifacts import make_artifact
from workbench.artifacts.checking import checks
from workbench.artifacts.export import export, write


@pytest.mark.parametrize("prefix", ["", "services/desk/"])
def test_the_workflow_runs_the_script_where_it_lies(prefix):
    (path,) = checks(prefix).workflows
    assert path == ".github/workflows/prompts.yml"
    said = yaml.safe_load(checks(prefix).workflows[path])
    assert said["jobs"]["check"]["steps"][-1]["run"] == f"sh {prefix}prompts/check.sh"
    assert said[True]["pull_request"]["paths"] == [f"{prefix}prompts/**"]
    assert said["permissions"] == {"contents": "read"}


@pytest.mark.skipif(os.name == "nt", reason="a script for a shell")
def test_the_script_verifies_everything_and_gates_what_has_a_gate(tmp_path):
    folder, tools, calls = tmp_path / "folder", tmp_path / "tools", tmp_path / "calls"
    export(folder, make_artifact(prompt="free"))
    export(folder, make_artifact(prompt="gated"))
    evidence = folder / "prompts/gated/versions/1.0.0.evidence.json"
    evidence.write_text(evidence.read_text().replace('"gate_hash": null', '"gate_hash": "sha256:1"'))
    write(folder, checks("").scripts)
    tools.mkdir()
    (tools / "workbench").write_text(f'#!/bin/sh\necho "$@" >> "{calls}"\n[ "$1" != gate ] || exit 3\n')
    (tools / "workbench").chmod(0o755)

    done = subprocess.run(
        ["sh", folder / "prompts/check.sh"], env={"PATH": f"{tools}:{os.environ['PATH']}"}, check=False, cwd=tmp_path
    )

    assert calls.read_text().splitlines() == ["verify .", "gate gated --from ."]
    assert done.returncode == 3
