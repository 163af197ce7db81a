"""The guide's section on metrics of one's own, carried out as it is written, on the sample that it names."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest

from tests.support.commands import ROOT, environment, workbench, workbench_apart

SHELL = f'workbench() {{ "{sys.executable}" -c "from workbench.cli.main import main; main()" "$@"; }}\n'


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """What the guide's commands make."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "datasets").symlink_to(ROOT / "datasets")
    told = [sys.executable, ROOT / ".ci" / "readme-command", "own-metric"]
    commands = subprocess.run(told, capture_output=True, text=True, check=True).stdout
    done = subprocess.run(
        ["bash", "-euc", SHELL + commands], cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Overlap" in done.stdout
    return folder / "my-scores"


@pytest.fixture
def project(made, tmp_path):
    """A copy of it, which a test may change."""
    return shutil.copytree(made, tmp_path / "my-scores")


def scores(project):
    lines = workbench("outputs", "latest", "--jsonl", cwd=project).stdout.splitlines()
    return [json.loads(line)["scores"] for line in lines]


@pytest.mark.slow
def test_the_commands_of_the_guide_score_by_the_functions_and_again_what_is_stored(project):
    found = scores(project)
    assert len(found) == 6
    assert all(one["polite"] in {0.0, 1.0} for one in found)
    assert any(one["overlap"] is not None and 0 <= one["overlap"] <= 1 for one in found)


@pytest.mark.slow
def test_a_function_that_fails_loses_its_own_scores_only_and_says_where(project):
    with (project / "workbench.toml").open("a") as file:
        file.write('[metrics.broken]\nkind = "python"\nfunction = "broken:judge"\n')
    (project / "broken.py").write_text("def judge(answer):\n    return answer.lenght\n")
    assert workbench("score", "latest", "--metric", "broken", cwd=project).returncode == 0
    assert all(one.get("broken") is None and one["polite"] is not None for one in scores(project))
    done = workbench(
        "run", "--prompt", "question", "--dataset", "golden", "--metric", "correct", "--metric", "broken", cwd=project
    )
    assert done.returncode == 0, done.stderr
    assert all(one["correct"] is not None and one.get("broken") is None for one in scores(project))


@pytest.mark.slow
def test_a_function_that_was_changed_scores_again_and_what_it_prints_is_no_data(project):
    file = project / "own_metric.py"
    file.write_text(file.read_text().replace("    wanted = set(", '    print("looking")\n    wanted = set('))
    run = ("run", "--prompt", "question", "--dataset", "golden", "--metric", "overlap", "--json")
    assert json.loads(workbench_apart(*run, cwd=project).stdout)["done"] == 6
    file.write_text(file.read_text().replace("looking", "looking again"))

    done = workbench_apart("score", "latest", "--stale", "--json", cwd=project)

    assert json.loads(done.stdout) == {"added": 6}
    assert done.stderr.count("looking again") == 6


@pytest.mark.slow
def test_a_function_that_is_not_there_is_refused_before_anything_is_asked(project):
    with (project / "workbench.toml").open("a") as file:
        file.write('[metrics.lost]\nkind = "python"\nfunction = "no_such_file:judge"\n')
    done = workbench("run", "--prompt", "question", "--dataset", "golden", "--metric", "lost", cwd=project)
    assert done.returncode == 2
    assert "no Python module 'no_such_file'" in done.stderr
