"""From what a person asked for to a plan in which everything is resolved."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from shlex import quote
from typing import Any

from workbench.domain.dataset import Example
from workbench.domain.prompt_version import PromptVersion
from workbench.domain.run import DEFAULT_CONCURRENCY, DEFAULT_TIMEOUT_S, Arm, RunPlan, StopEarly
from workbench.domain.variables import CONTEXT_VARIABLE
from workbench.errors import InputError, NotFoundError
from workbench.metrics.registry import default_metrics
from workbench.workspace.context import Context
from workbench.workspace.goldens.datasets import Datasets
from workbench.workspace.knowledge.indexes import Indexes
from workbench.workspace.measures import Measures, headline
from workbench.workspace.models import Models
from workbench.workspace.prompts.prompts import Prompts
from workbench.workspace.runs.arms import ArmMaker, shows_sources
from workbench.workspace.runs.borrowing import Lender, find_lenders
from workbench.workspace.runs.early_stopping import drawn_seed, in_drawn_order
from workbench.workspace.runs.names import ROWS_NAMED, rows_in_words
from workbench.workspace.runs.scaling.executors import executor_named

DEFAULT_MODEL = "offline/reader"
"""Asked when neither the run nor the prompt names a model: needs no key, no network and no money."""
MOST_TRIALS = 1_000_000
FEWEST_TO_STOP = 10
"""A verdict needs five rows, so that with fewer no look before the last would save much."""


@dataclass(frozen=True)
class RunOptions:
    """What a run is asked for; the keys of a plan file and the options of `workbench run`."""

    prompts: Sequence[str]
    """`NAME@N`, or `NAME` for the newest. The first is the baseline."""
    dataset: str
    models: Sequence[str] = ()
    """Empty: each prompt's own model, else the embedded reader."""
    index: str | Sequence[str] | None = None
    """An index, or several, used instead of the one each prompt names: with several, each makes an arm of its own."""
    chunks_from: Sequence[str] = ()
    """Arms of earlier runs, `RUN:ARM` or `RUN` for its first: their chunks are shown again, and no index is searched."""
    metrics: Sequence[str] = ()
    """Empty: those that make sense for the golden set and the prompts."""
    judges: Sequence[str] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """Overrule the prompts' parameters in every arm."""
    repeats: int = 1
    concurrency: int | None = None
    """Calls in flight per model; None: the model's limit from `workbench.toml`, else a default."""
    timeout_s: float = DEFAULT_TIMEOUT_S
    examples: Sequence[str] = ()
    """Ids of the rows to ask; empty: all, or those that the run asked which chunks are borrowed from."""
    max_cost_usd: float | None = None
    """The run stops before it would spend more; None: only the project's own limits hold."""
    use_cache: bool = True
    """Whether answers that earlier runs got to the same requests are replayed."""
    executor: str | None = None
    """Where the calls are made: None for this process, or `dask://HOST:PORT`."""
    stop_early: bool | str = False
    """Whether the run ends at the first planned look that tells its arms apart: True by the first measure of quality, or
    the name of the score that decides."""


@dataclass(frozen=True)
class Planner:
    """Makes plans. A plan that is made can be carried out: names exist, templates can be filled."""

    context: Context
    prompts: Prompts
    datasets: Datasets
    indexes: Indexes
    models: Models

    @property
    def _measures(self) -> Measures:
        return Measures(self.context.settings, self.context.root)

    def plan(self, options: RunOptions) -> RunPlan:
        """Resolve everything. Raises InputError for what does not fit together; nothing is stored."""
        if not options.prompts:
            raise InputError("A run needs a prompt version.", hint="Name one, such as support@1.")
        if options.repeats < 1 or (options.concurrency is not None and options.concurrency < 1):
            raise InputError("Repeats and concurrency are at least 1.")
        if options.timeout_s <= 0:
            raise InputError("The time-out is a number of seconds above 0.")
        dataset = self.datasets.get(options.dataset)
        versions = _unique([self.prompts.get(reference) for reference in options.prompts])
        lenders = self._lenders(options, versions)
        rows = options.examples or _rows_of(lenders, dataset.hash)
        examples = _chosen(self.datasets.examples(dataset.label), rows)
        for lender in lenders:
            lender.require(examples, options.repeats)
        maker = ArmMaker(self.indexes, self.models, options.parameters, options.concurrency)
        arms = maker.arms(versions, options.models, lenders or _names(options.index) or (None,), DEFAULT_MODEL)
        for arm in arms:
            _check_rows(arm, dataset.name, examples)
        plan = RunPlan(
            arms=arms,
            dataset=dataset.name,
            dataset_version=dataset.number,
            dataset_hash=dataset.hash,
            examples=examples,
            repeats=options.repeats,
            metrics=self._metrics(options, examples, arms),
            judges=tuple(dict.fromkeys(self._measures.judge(name).info.name for name in options.judges)),
            concurrency=options.concurrency or DEFAULT_CONCURRENCY,
            timeout_s=options.timeout_s,
            max_cost_usd=options.max_cost_usd,
            use_cache=options.use_cache,
            executor=executor_named(options.executor),
        )
        plan = self._stopping_early(plan, options)
        if plan.size > MOST_TRIALS:
            raise InputError(f"That would be {plan.size:,} trials; at most {MOST_TRIALS:,} are planned at once.")
        return plan

    def arm(self, version: PromptVersion, model: str | None) -> Arm:
        """One arm outside a run, for trying."""
        spec = self.models.resolve(model or version.content.model or DEFAULT_MODEL)
        return ArmMaker(self.indexes, self.models).arm(version, spec)

    def _lenders(self, options: RunOptions, versions: Sequence[PromptVersion]) -> list[Lender]:
        if not options.chunks_from:
            return []
        if _names(options.index):
            raise InputError(
                "An arm is shown chunks from an earlier run or from an index, not from both.", hint="Leave one out."
            )
        if not any(map(shows_sources, versions)):
            raise InputError(
                f"No prompt of this run shows sources, so borrowed chunks would change nothing: {{{{{CONTEXT_VARIABLE}}}}} "
                "is in none of them.",
                hint="Name a prompt that shows sources.",
            )
        return self.context.read(lambda s: find_lenders(s, options.chunks_from))

    def _stopping_early(self, plan: RunPlan, options: RunOptions) -> RunPlan:
        """The plan with the order drawn in which its rows are asked, where it may stop early."""
        wish = options.stop_early
        if not wish:
            return plan
        if len(plan.arms) < 2:
            raise InputError("A run stops early when its arms differ; this one has one arm.", hint="Name another.")
        if len(plan.examples) < FEWEST_TO_STOP:
            raise InputError(
                f"{len(plan.examples)} rows are too few to stop early.", hint=f"At least {FEWEST_TO_STOP} are needed."
            )
        infos = [self._measures.by_name(name) for name in (*plan.metrics, *plan.judges)]
        metric = wish if isinstance(wish, str) else headline(infos)
        if metric not in [info.name for info in infos]:
            raise NotFoundError("score of this run", metric, [info.name for info in infos])
        seed = drawn_seed(plan.dataset_hash, plan.examples)
        return replace(plan, stop_early=StopEarly(metric, seed), examples=in_drawn_order(plan.examples, seed))

    def _metrics(self, options: RunOptions, examples: Sequence[Example], arms: Sequence[Arm]) -> tuple[str, ...]:
        if options.metrics:
            self._measures.require_ready(options.metrics)
            return tuple(dict.fromkeys(self._measures.metric(name).info.name for name in options.metrics))
        return default_metrics(examples, [arm.content for arm in arms])


def _names(index: str | Sequence[str] | None) -> tuple[str, ...]:
    """The indexes of a run, each once."""
    return tuple(dict.fromkeys([index] if isinstance(index, str) else index or ()))


def _rows_of(lenders: Sequence[Lender], dataset_hash: str) -> Sequence[str]:
    """The rows that an earlier run asked of this very golden set: nothing was shown for others."""
    return next((list(lender.asked) for lender in lenders if lender.dataset_hash == dataset_hash), ())


def _unique(versions: Sequence[PromptVersion]) -> list[PromptVersion]:
    return list({version.label: version for version in versions}.values())


def _chosen(examples: tuple[Example, ...], ids: Sequence[str]) -> tuple[Example, ...]:
    if not ids:
        return examples
    wanted = set(ids)
    unknown = wanted - {example.id for example in examples}
    if unknown:
        raise InputError(f"The golden set has no row {', '.join(repr(i) for i in sorted(unknown)[:ROWS_NAMED])}.")
    return tuple(example for example in examples if example.id in wanted)


def _check_rows(arm: Arm, dataset: str, examples: Sequence[Example]) -> None:
    """Find rows that cannot fill the template before any call is paid for."""
    needed = arm.prompt.content.variables
    lacking: dict[str, list[str]] = {}
    for example in examples:
        given = {name for name, value in example.inputs.items() if value is not None}
        if arm.retrieval is not None or arm.borrowed is not None or example.context is not None:
            given.add(CONTEXT_VARIABLE)
        for name in (name for name in needed if name not in given):
            lacking.setdefault(name, []).append(example.id)
    for name, rows in lacking.items():
        hint = (
            "Give the prompt `retrieval`, the run an index, or the rows `context`."
            if name == CONTEXT_VARIABLE
            else _renaming(name, dataset, examples)
        )
        raise InputError(
            f"{arm.prompt.label} needs {{{{{name}}}}}, which is missing in {rows_in_words(rows)}.", hint=hint
        )


def _renaming(name: str, dataset: str, examples: Sequence[Example]) -> str:
    """Which inputs rows have instead of one that is missing, and how a column gets its name."""
    there = list(dict.fromkeys(key for example in examples for key in example.inputs))
    if name in there:
        return "Add it to these rows' inputs or change the template."
    near = difflib.get_close_matches(name.lower(), [key.lower() for key in there], n=1)
    column = next((key for key in there if near and key.lower() == near[0]), "COLUMN")
    return (
        f"The rows' inputs are {', '.join(there) or 'none'}. Bring the file again and say which column it is, "
        f"`workbench dataset add FILE --name {quote(dataset)} --column {quote(f'{column}={name}')}`, "
        "or change the template."
    )
