import pytest

from tests.support.projects import open_project
from workbench.workspace.example import build_example

pytestmark = pytest.mark.slow

KILLED = """
import os
from workbench.workspace.example import build_example

def die(progress):
    if 0 < progress.done < progress.planned:
        print(progress.done, flush=True)
        os.kill(os.getpid(), 9)

from workbench.workspace import execution
from workbench.workspace.jobs import Job
# Stored and shown often, so that it is killed well before the end.
execution.BATCH_S = 0.01
watch = Job.watch
Job.watch = lambda job, on_progress, *, every_s: watch(job, on_progress, every_s=0.005)
build_example(directory, on_progress=die)
"""


def test_the_example_is_finished_and_a_second_call_finds_it_as_it_is(tmp_path):
    first = build_example(tmp_path / "demo")
    second = build_example(tmp_path / "demo")

    assert second.run == first.run
    assert second.comparison.as_json() == first.comparison.as_json()
    with open_project(tmp_path / "demo") as wb:
        (line,) = wb.runs.list()
        assert (line.status, line.summary.failed) == ("done", 0)
        assert line.summary.done == line.summary.planned
        assert wb.audit.verify() == []


def test_an_example_killed_in_the_middle_is_finished_by_the_next_call(tmp_path, process):
    killed = process(KILLED, tmp_path / "demo")
    shown = int(killed.says())
    killed.popen.wait(30)
    with open_project(tmp_path / "demo") as wb:
        before = {output.trial_id for output in wb.runs.outputs("latest")}
        run = wb.runs.find("latest")
    assert len(before) >= shown > 0

    said = []
    example = build_example(tmp_path / "demo", say=said.append)

    assert example.run == run
    assert f"Resuming run {run}" in said
    with open_project(tmp_path / "demo") as wb:
        outputs = wb.runs.outputs(run)
        assert len(outputs) == len({output.trial_id for output in outputs}) == wb.runs.summary(run).planned
        assert before <= {output.trial_id for output in outputs}
