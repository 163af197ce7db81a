import shutil
from dataclasses import replace

import pytest

from tests.support.projects import open_project
from workbench.domain.prompt import PromptFile
from workbench.workspace.example import PROMPT_FILES, build_example

pytestmark = pytest.mark.slow

KILLED = """
import os
from workbench.workspace.example import build_example

def die(progress):
    if 0 < progress.done < progress.planned:
        print(progress.done, flush=True)
        os.kill(os.getpid(), 9)

from workbench.workspace.runs import execution
from workbench.workspace.jobs import Job
# Stored and shown often, so that it is killed well before the end.
execution.BATCH_S = 0.01
watch = Job.watch
Job.watch = lambda job, on_progress: watch(job, on_progress, every_s=0.005)
build_example(directory, on_progress=die)
"""


@pytest.fixture
def directory(built_example, tmp_path):
    """A copy of the finished example that a test may change."""
    return shutil.copytree(built_example, tmp_path / "demo")


def test_the_example_is_finished_and_a_second_call_finds_it_as_it_is(directory):
    with open_project(directory) as wb:
        (first,) = wb.runs.list()
        compared = wb.compare(first.info.id)

    second = build_example(directory)

    assert second.run == first.info.id
    assert second.comparison.as_json() == compared.as_json()
    with open_project(directory) as wb:
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


def the_pair(comparison):
    (arm,) = [figure.label for figure in comparison.arms if figure.label != comparison.baseline]
    return comparison.pair(arm, "correct").result


def test_the_example_ends_in_a_finding_and_swapped_prompts_in_the_opposite_one(directory, tmp_path, monkeypatch):
    with open_project(directory) as wb:
        as_shipped = the_pair(wb.compare("latest"))
    monkeypatch.setattr("workbench.workspace.example.PROMPT_FILES", PROMPT_FILES[::-1])
    swapped = the_pair(build_example(tmp_path / "swapped").comparison)

    assert (as_shipped.verdict, swapped.verdict) == ("better", "worse")
    assert swapped.difference == pytest.approx(-as_shipped.difference)
    assert swapped.n == as_shipped.n


def test_taking_the_rule_for_declining_out_of_the_prompt_changes_what_the_reader_does(directory):
    with open_project(directory) as wb:
        careful = wb.prompts.get("harbor-answer@2")
        rule = 'If the sources do not contain the answer, reply with exactly: "I can\'t find that in the handbook."\n'
        messages = tuple(replace(m, content=m.content.replace(rule, "")) for m in careful.content.messages)
        assert messages != careful.content.messages
        wb.add_prompt(PromptFile("harbor-answer", replace(careful.content, messages=messages)))
        run = wb.run(["harbor-answer@2", "harbor-answer@3"], "harbor-golden", metrics=["refusal_correct"])
        texts = {(o.arm.split(":")[0], o.example_id): o.completion.text for o in run.outputs()}

    refusal = careful.content.policy.refusal
    declined = {label: sum(text == refusal for (arm, _), text in texts.items() if arm == label) for label, _ in texts}
    assert declined["harbor-answer@2"] > 10
    assert declined["harbor-answer@3"] == 0
