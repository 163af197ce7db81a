"""The example project, finished: index, golden set, two prompt versions, a run and its comparison."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from workbench.workspace.comparison.comparison import Comparison
from workbench.workspace.projects import init_example
from workbench.workspace.runs.planning import RunOptions
from workbench.workspace.runs.progress import Progress
from workbench.workspace.workbench import Workbench

INDEX = "harbor"
DATASET = "harbor-golden"
PROMPT_FILES = ("answer.prompt.yaml", "answer-careful.prompt.yaml")
Say = Callable[[str], None]


@dataclass(frozen=True)
class Example:
    """The finished example."""

    directory: Path
    run: str
    comparison: Comparison


def build_example(
    directory: Path, *, say: Say = lambda _: None, on_progress: Callable[[Progress], None] | None = None
) -> Example:
    """Make the example project in a folder and carry its run out; a second time, only what is missing.

    `say` is told each step in a sentence.
    """
    created = init_example(directory)
    where = created.directory
    say(f"{'Made' if created.new else 'Found'} the example project in {where}")
    with Workbench.open(where) as wb:
        dataset = wb.datasets.add(where / "golden.jsonl", name=DATASET)
        say(f"Golden set {DATASET}: {wb.datasets.get(DATASET).size} questions")
        index = wb.indexes.build(INDEX, [where / "documents"])
        say(f"Index {INDEX}: {index.documents} documents, {index.chunks} chunks")
        saved = [wb.prompts.add(where / file) for file in PROMPT_FILES]
        labels = [f"{one.name}@{one.version}" for one in saved]
        say(f"Prompt versions: {' and '.join(labels)}")
        run = _present_run(wb, labels, dataset.version)
        if run is None:
            say("Running both versions on every question with the embedded reader (it extracts, it does not write)")
            run = wb.carry_out(RunOptions(prompts=labels, dataset=DATASET), on_progress=on_progress).id
        elif wb.runs.status(run) != "done":
            say(f"Resuming run {run}")
            wb.runs.resume(run).watch(on_progress)
        return Example(where, run, wb.compare(run))


def _present_run(wb: Workbench, labels: list[str], dataset_version: int) -> str | None:
    """The run that an earlier call made."""
    for line in wb.runs.list():
        prompts = [label.partition(":")[0] for label in line.info.arms]
        if prompts == labels and (line.info.dataset, line.info.dataset_version) == (DATASET, dataset_version):
            return line.info.id
    return None
