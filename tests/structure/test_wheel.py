"""The built wheel works alone: pages and the example project travel in it."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    return next(folder.glob("*.whl"))


@pytest.mark.slow
def test_pages_example_and_configuration_travel_in_the_wheel(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())

    assert {
        "workbench/_pages/compare.py",
        "workbench/_datasets/harbor/golden.jsonl",
        "workbench/_datasets/harbor/workbench.toml",
        "workbench/_datasets/red-team/starter.jsonl",
        "workbench/_datasets/samples/own_metric.py",
        "workbench/_streamlit/config.toml",
        "workbench/py.typed",
    } <= names
    assert not [name for name in names if name.startswith(("pages/", "tests/", "datasets/"))]


@pytest.mark.slow
def test_the_installed_program_makes_the_example_outside_the_checkout(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    script = "import workbench, sys; print(workbench.__file__); from workbench.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", script, "demo", "--no-app", "--dir", tmp_path / "demo"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(tmp_path / "site"))
    assert "harbor-answer@2" in done.stdout
