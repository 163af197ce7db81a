"""What a project holds and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from workbench.domain.run import RunInfo
from workbench.stats.numbers import counted
from workbench.store import datasets, indexes, prompts, reviews, runs
from workbench.store.session import Session
from workbench.workspace.context import Context
from workbench.workspace.knowledge import source_changes
from workbench.workspace.prompts.prompts import Prompts
from workbench.workspace.reviews.queues import QueueLine, Queues

Place = Literal["prompts", "datasets", "knowledge", "run", "compare", "review", "release"]
RUNS_SHOWN = 8
QUEUES_SHOWN = 3
ARMS_NAMED = 3


@dataclass(frozen=True)
class NextStep:
    """Something that waits for a person."""

    text: str
    action: str
    """What the button says."""
    place: Place
    """Where it leads."""
    subject: str = ""
    """The run, prompt or index it is about."""
    view: str = ""
    """Which view of that page; empty for the first one."""


NOTHING_WAITS = NextStep(
    "Nothing waits for you. Change a prompt and see on the golden set whether it got better.",
    "Edit a prompt",
    "prompts",
)


@dataclass(frozen=True)
class Overview:
    """The state of a project."""

    prompts: int
    datasets: int
    indexes: int
    runs: Sequence[RunInfo]
    steps: Sequence[NextStep]

    @property
    def empty(self) -> bool:
        """Whether nothing was brought in yet."""
        return not (self.prompts or self.datasets or self.indexes)


@dataclass(frozen=True)
class Overviews:
    """Looks at the whole project."""

    context: Context

    def now(self) -> Overview:
        """What there is, and what to do next, the most useful first."""
        reviewer = self.context.actor.name
        overview, infos = self.context.read(lambda s: (_look(s, reviewer), indexes.latest(s)))
        stale = source_changes.stale(self.context, infos)
        waiting = [line for line in Queues(self.context).list() if line.mine and line.left]
        steps = [*_without_queued(overview.steps, waiting), *map(_queued, waiting[:QUEUES_SHOWN])]
        steps += [*(_rebuild(info.name, found.count) for info, found in stale), *map(_unsaved, self._drafted())]
        return replace(overview, steps=steps or [NOTHING_WAITS])

    def _drafted(self) -> Sequence[str]:
        """Names of the prompts that the actor has unsaved drafts of."""
        return list(dict.fromkeys(draft.prompt for draft in Prompts(self.context).drafts()))


def _look(session: Session, reviewer: str) -> Overview:
    newest_prompts, newest_sets = prompts.latest(session), datasets.latest(session)
    newest_indexes, newest_runs = indexes.latest(session), runs.latest(session, RUNS_SHOWN)
    steps: list[NextStep] = []
    if not newest_prompts:
        steps.append(NextStep("There is no prompt yet.", "Write a prompt", "prompts"))
    if not newest_sets:
        steps.append(NextStep("There is no golden set yet.", "Bring a golden set", "datasets"))
    if not newest_indexes:
        steps.append(NextStep("No documents are indexed yet.", "Bring documents", "knowledge"))
    if newest_prompts and newest_sets and not newest_runs:
        steps.append(NextStep("Prompts and a golden set are here: find out how good they are.", "New run", "run"))
    if newest_runs:
        latest = newest_runs[0]
        steps += _about_run(session, latest, reviewer)
    return Overview(len(newest_prompts), len(newest_sets), len(newest_indexes), newest_runs, steps)


def _without_queued(steps: Sequence[NextStep], waiting: Sequence[QueueLine]) -> list[NextStep]:
    """The steps but the review of a run of which a queue waits: that says more."""
    queued = {line.queue.run for line in waiting}
    return [step for step in steps if step.place != "review" or step.subject not in queued]


def _queued(line: QueueLine) -> NextStep:
    what = "pair" if line.queue.form == "pair" else "answer"
    waits = "waits" if line.left == 1 else "wait"
    return NextStep(
        f"{counted(line.left, what)} {waits} for you in the queue {line.queue.name!r}.",
        "Review",
        "review",
        line.queue.run,
    )


def _unsaved(prompt: str) -> NextStep:
    return NextStep(f"You have a draft of {prompt} that is no version yet.", "Go on writing", "prompts", prompt)


def _rebuild(index: str, count: int) -> NextStep:
    return NextStep(
        f"{counted(count, 'document')} changed since the index {index} was built.",
        "See the changes",
        "knowledge",
        index,
    )


def _about_run(session: Session, run: RunInfo, reviewer: str) -> list[NextStep]:
    steps = []
    if len(run.arms) > 1:
        text = f"{_arms(run)} were asked the same questions. See which is better, and how sure that is."
        steps.append(NextStep(text, "Compare", "compare", run.id))
    done = runs.summary(session, run.id).done
    waiting = done - reviews.counts(session, run.id).get(reviewer, 0)
    if waiting > 0:
        text = f"{counted(waiting, 'answer')} of the newest run wait{'s' if waiting == 1 else ''} for your verdict."
        steps.append(NextStep(text, "Review", "review", run.id))
    return steps


def _arms(run: RunInfo) -> str:
    """What was compared, by its prompt versions where they tell the arms apart."""
    versions = list(dict.fromkeys(label.partition(":")[0] for label in run.arms))
    if len(versions) != len(run.arms) or len(versions) > ARMS_NAMED:
        return f"{len(run.arms)} arms"
    return f"{', '.join(versions[:-1])} and {versions[-1]}"
