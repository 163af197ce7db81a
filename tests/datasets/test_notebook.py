"""The worked notebook, run by a kernel as people run it."""

from __future__ import annotations

import shutil
import subprocess
import sys

import nbformat
import pytest

from workbench.workspace.shipped import shipped

SAMPLES = shipped("datasets") / "samples"

EXECUTE = """
import nbformat
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient

notebook = nbformat.read("notebook.ipynb", as_version=4)
NotebookClient(notebook, timeout=300, km=KernelManager(transport="ipc")).execute()
nbformat.write(notebook, "notebook.ipynb")
"""
"""In a process of its own, as the client's sockets are left to the garbage collector."""


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    """Its code cells after a run in a folder with the samples."""
    folder = tmp_path_factory.mktemp("notebook")
    for file in SAMPLES.iterdir():
        if file.is_file():
            shutil.copy(file, folder)
    subprocess.run([sys.executable, "-W", "ignore", "-c", EXECUTE], cwd=folder, check=True, timeout=300)
    notebook = nbformat.read(folder / "notebook.ipynb", as_version=4)
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def shown(cell) -> str:
    """Everything that a cell displays, as HTML where it is and as text."""
    return "".join(str(output.get("data", output)) for output in cell.outputs)


def after(cells, start: str) -> str:
    return shown(next(cell for cell in cells if cell.source.startswith(start)))


@pytest.mark.slow
def test_the_worked_notebook_runs_from_the_project_to_the_verdict(cells):
    assert [output for cell in cells for output in cell.outputs if output.output_type in {"error", "stream"}] == []
    assert "12 answers · costs nothing" in after(cells, "wb.estimate")
    assert "Cannot tell yet" in after(cells, "run.compare()")
    assert "vega" in after(cells, "run.compare()")
    assert "correct" in after(cells, "comparison = ")


@pytest.mark.slow
def test_a_run_in_a_notebook_shows_one_bar_that_ends_full(cells):
    assert after(cells, "run = ").count("<progress") == 1
    assert 'value="24" max="24"' in after(cells, "run = ")


def test_the_notebook_is_kept_without_what_it_showed():
    notebook = nbformat.read(SAMPLES / "notebook.ipynb", as_version=4)
    assert [cell for cell in notebook.cells if cell.get("outputs") or cell.get("execution_count")] == []
