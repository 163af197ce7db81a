"""Run, as Compare's two buttons open it: everything is chosen, estimated, and started by hand."""

import dataclasses

import pytest

from tests.support.projects import begin_with
from tests.ui.conftest import made_of
from workbench import Workbench
from workbench.domain.prompt import Message, PromptFile
from workbench.workspace import jobs
from workbench.workspace.comparison.causes import SAME_PROMPT, SAME_SOURCES

V1, V3 = "desk@1:offline/reader", "desk@3:offline/reader"
WAIT_S = 30.0


@pytest.fixture(scope="module")
def mixed_once(built_project, tmp_path_factory):
    def run(wb):
        base = wb.prompts.get("desk@2").content
        words = (Message("system", "Answer in one sentence."), *base.messages[1:])
        found = dataclasses.replace(base.retrieval, k=1, search="bm25")
        wb.prompts.save(PromptFile("desk", dataclasses.replace(base, messages=words, retrieval=found)))
        return wb.root, wb.run(["desk@1", "desk@3"], "golden").id

    return made_of(built_project, tmp_path_factory, run)


@pytest.fixture
def mixed(mixed_once, project):
    """A run of two versions that differ in their words and in how sources are found."""
    made, run = mixed_once
    begin_with(made, project)
    return run


def text_of(at):
    return " ".join(e.value for kind in (at.markdown, at.caption, at.subheader) for e in kind).replace("\\", "")


def started(project, at):
    """Press start, and wait for the end of the run."""
    next(button for button in at.button if button.label == "Start").click().run()
    run = at.query_params["run"]
    jobs.find(str(project), run).wait(WAIT_S)
    return run


@pytest.mark.parametrize(("held", "said"), [("chunks", SAME_SOURCES), ("prompt", SAME_PROMPT)])
def test_a_link_of_compare_chooses_everything_and_the_run_tells_the_causes_apart(project, mixed, show, held, said):
    at = show("run", hold=held, of=mixed, baseline=V1, arm=V3)

    assert not at.exception
    assert "12 answers" in text_of(at)
    assert f"Asks {V1} as in run {mixed}" in text_of(at)

    run = started(project, at)

    with Workbench.open(project) as wb:
        assert wb.runs.summary(run).done == 12
        comparison = wb.compare(run)
        frame = wb.runs.frame(run)
        replayed = frame[frame["cache_hit"]]["arm"].value_counts()
        assert replayed[comparison.baseline] == 6 > replayed.get(comparison.arms[1].label, 0)
        assert comparison.differences[comparison.arms[1].label].sentence.startswith(said)


def test_nothing_is_started_by_opening_it(project, mixed, show):
    show("run", hold="chunks", of=mixed, baseline=V1, arm=V3)

    with Workbench.open(project) as wb:
        assert wb.runs.find("latest") == mixed


@pytest.mark.parametrize("address", [{"of": "nonsense"}, {"arm": "desk@9:offline/reader"}])
def test_a_link_to_what_is_not_there_says_so_and_starts_nothing(project, mixed, show, address):
    at = show("run", **{"hold": "chunks", "of": mixed, "baseline": V1, "arm": V3, **address})

    assert not at.exception
    assert at.error
    assert "Start" not in [button.label for button in at.button]


def test_several_indexes_can_be_chosen_and_each_makes_an_arm(project, show):
    with Workbench.open(project) as wb:
        wb.build_index("second", project / "documents" / "hours.md")

    at = show("run", prompt=["desk@1"], index=["library", "second"])

    assert at.multiselect(key="address-index").value == ["library", "second"]
    assert "1 version x 1 model x 2 ways of finding sources x 6 questions" in text_of(at)
