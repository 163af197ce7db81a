"""The guide's section on models of one's own, carried out as it is written, on the sample that it names."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest

from tests.support.commands import ROOT, environment, workbench, workbench_apart

SHELL = f'workbench() {{ "{sys.executable}" -c "from workbench.cli.main import main; main()" "$@"; }}\n'


def answers(project):
    """The newest run's trials, by arm and row."""
    lines = workbench("outputs", "latest", "--jsonl", cwd=project).stdout.splitlines()
    events = [json.loads(line) for line in lines]
    return {(event["model"], event["example_id"]): event for event in events}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """What the guide's commands make."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "datasets").symlink_to(ROOT / "datasets")
    told = [sys.executable, ROOT / ".ci" / "readme-command", "own-model"]
    commands = subprocess.run(told, capture_output=True, text=True, check=True).stdout
    done = subprocess.run(
        ["bash", "-euc", SHELL + commands], cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder / "my-desk"


@pytest.fixture
def project(made, tmp_path):
    """A copy of it, whose newest run is the guide's."""
    return shutil.copytree(made, tmp_path / "my-desk")


@pytest.mark.slow
def test_the_commands_of_the_guide_give_answers_with_tokens_cost_and_sources(project):
    got = answers(project)
    assert {model for model, _ in got} == {"desk", "desk-chain"}
    assert len(got) == 12
    assert not [event["error"] for event in got.values() if event["error"]]

    of_function, of_chain = got["desk", "lib-4"], got["desk-chain", "lib-4"]
    assert "6 days" in of_function["output"]
    assert of_chain["output"] == of_function["output"]
    assert of_chain["prompt_tokens"] == of_function["prompt_tokens"] > 0
    assert of_function["cost_usd"] == 0.0002
    tokens = of_chain["prompt_tokens"] * 0.15 + of_chain["completion_tokens"] * 0.6
    assert of_chain["cost_usd"] == pytest.approx(tokens / 1e6)
    assert len(of_function["rag_chunks_used"]) == 2
    assert of_function["scores"]["checks"] == 1.0


@pytest.mark.slow
def test_a_row_that_the_code_cannot_answer_fails_alone_and_names_the_line(project):
    (project / "odd.jsonl").write_text(
        '{"id": "odd", "inputs": {"question": "?"}}\n' + (project / "golden-set.jsonl").read_text()
    )
    workbench("dataset", "add", "odd.jsonl", "--name", "odd", cwd=project)
    asked = ("run", "--prompt", "question", "--model", "desk", "--model", "desk-chain", "--dataset", "odd", "--json")
    done = workbench_apart(*asked, cwd=project)

    assert done.returncode == 4, done.stderr
    summary = json.loads(done.stdout)
    assert (summary["done"], summary["failed"]) == (12, 2)
    raising = (
        (project / "own_model.py")
        .read_text()
        .splitlines()
        .index('        raise ValueError(f"{question!r} is no question.")')
    )
    got = answers(project)
    for model, name in (("desk", "answer"), ("desk-chain", "chain")):
        failed = got[model, "odd"]
        assert failed["error"] == (
            f"ProviderError: python:own_model:{name} raised ValueError: '?' is no question. (own_model.py, line {raising + 1})."
        )
        assert failed["output"] is None


@pytest.mark.slow
def test_the_sample_passes_its_check(project):
    done = workbench_apart("model", "check", "desk", "--json", cwd=project)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["ok"]
