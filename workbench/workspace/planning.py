"""From what a person asked for to a plan in which everything is resolved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from workbench.domain.dataset import Example
from workbench.domain.index import IndexInfo
from workbench.domain.model import ModelSpec
from workbench.domain.prompt import CONTEXT_VARIABLE, PromptVersion, RetrievalSettings
from workbench.domain.run import DEFAULT_CONCURRENCY, DEFAULT_TIMEOUT_S, Arm, RunPlan
from workbench.errors import InputError
from workbench.metrics.registry import default_metrics
from workbench.workspace.context import Context
from workbench.workspace.datasets import Datasets
from workbench.workspace.indexes import Indexes
from workbench.workspace.measures import Measures
from workbench.workspace.models import Models
from workbench.workspace.prompts import Prompts
from workbench.workspace.scaling.executors import executor_named

DEFAULT_MODEL = "offline/reader"
"""Asked when neither the run nor the prompt names a model: needs no key, no network and no money."""
MOST_TRIALS = 1_000_000
ROWS_NAMED = 3


@dataclass(frozen=True)
class RunOptions:
    """What a run is asked for; the keys of a plan file and the options of `workbench run`."""

    prompts: Sequence[str]
    """`NAME@N`, or `NAME` for the newest. The first is the baseline."""
    dataset: str
    models: Sequence[str] = ()
    """Empty: each prompt's own model, else the embedded reader."""
    index: str | None = None
    """An index used instead of the one each prompt names."""
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
    """Ids of the rows to ask; empty: all."""
    max_cost_usd: float | None = None
    """The run stops before it would spend more; None: only the project's own limits hold."""
    use_cache: bool = True
    """Whether answers that earlier runs got to the same requests are replayed."""
    executor: str | None = None
    """Where the calls are made: None for this process, or `dask://HOST:PORT`."""


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
        return Measures(self.context.settings)

    def plan(self, options: RunOptions) -> RunPlan:
        """Resolve everything. Raises InputError for what does not fit together; nothing is stored."""
        if not options.prompts:
            raise InputError("A run needs a prompt version.", hint="Name one, such as support@1.")
        if options.repeats < 1 or (options.concurrency is not None and options.concurrency < 1):
            raise InputError("Repeats and concurrency are at least 1.")
        if options.timeout_s <= 0:
            raise InputError("The time-out is a number of seconds above 0.")
        dataset = self.datasets.get(options.dataset)
        examples = _chosen(self.datasets.examples(dataset.label), options.examples)
        versions = _unique([self.prompts.get(reference) for reference in options.prompts])
        arms = self._arms(versions, options)
        for arm in arms:
            _check_rows(arm, examples)
        plan = RunPlan(
            arms=arms,
            dataset=dataset.name,
            dataset_version=dataset.number,
            dataset_hash=dataset.hash,
            examples=examples,
            repeats=options.repeats,
            metrics=self._metrics(options, examples, versions),
            judges=tuple(dict.fromkeys(self._measures.judge(name).info.name for name in options.judges)),
            concurrency=options.concurrency or DEFAULT_CONCURRENCY,
            timeout_s=options.timeout_s,
            max_cost_usd=options.max_cost_usd,
            use_cache=options.use_cache,
            executor=executor_named(options.executor),
        )
        if plan.size > MOST_TRIALS:
            raise InputError(f"That would be {plan.size:,} trials; at most {MOST_TRIALS:,} are planned at once.")
        return plan

    def arm(self, version: PromptVersion, model: str | None) -> Arm:
        """One arm outside a run, for trying."""
        spec = self.models.resolve(model or version.content.model or DEFAULT_MODEL)
        return self._arm(version, spec, RunOptions(prompts=[], dataset=""), {})

    def _arms(self, versions: Sequence[PromptVersion], options: RunOptions) -> tuple[Arm, ...]:
        arms: dict[str, Arm] = {}
        opened: dict[str, IndexInfo] = {}
        for version in versions:
            names = options.models or (version.content.model or DEFAULT_MODEL,)
            for name in names:
                arm = self._arm(version, self.models.resolve(name), options, opened)
                arms[arm.label] = arm
        return tuple(arms.values())

    def _arm(self, version: PromptVersion, spec: ModelSpec, options: RunOptions, opened: dict[str, IndexInfo]) -> Arm:
        if options.concurrency is not None:
            spec = replace(spec, limits=replace(spec.limits, concurrency=options.concurrency))
        retrieval = version.content.retrieval
        if options.index is not None and CONTEXT_VARIABLE in version.content.variables:
            retrieval = _on_index(retrieval, options.index)
        fingerprint = None
        if retrieval is not None:
            if retrieval.index not in opened:
                opened[retrieval.index] = self.indexes.get(retrieval.index)
            fingerprint = opened[retrieval.index].fingerprint
        return Arm(
            prompt=version,
            model=spec,
            parameters={**spec.parameters, **version.content.parameters, **options.parameters},
            index_fingerprint=fingerprint,
            price=self.models.price(spec),
            retrieval=retrieval,
        )

    def _metrics(
        self, options: RunOptions, examples: Sequence[Example], versions: Sequence[PromptVersion]
    ) -> tuple[str, ...]:
        if options.metrics:
            return tuple(dict.fromkeys(self._measures.metric(name).info.name for name in options.metrics))
        return default_metrics(examples, [version.content for version in versions])


def _on_index(settings: RetrievalSettings | None, index: str) -> RetrievalSettings:
    return RetrievalSettings(index=index) if settings is None else replace(settings, index=index)


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


def _check_rows(arm: Arm, examples: Sequence[Example]) -> None:
    """Find rows that cannot fill the template before any call is paid for."""
    needed = arm.prompt.content.variables
    lacking: dict[str, list[str]] = {}
    for example in examples:
        given = {name for name, value in example.inputs.items() if value is not None}
        if arm.retrieval is not None or example.context is not None:
            given.add(CONTEXT_VARIABLE)
        for name in (name for name in needed if name not in given):
            lacking.setdefault(name, []).append(example.id)
    for name, rows in lacking.items():
        shown = ", ".join(rows[:ROWS_NAMED]) + (f" and {len(rows) - ROWS_NAMED} more" if len(rows) > ROWS_NAMED else "")
        hint = (
            "Give the prompt `retrieval`, the run an index, or the rows `context`."
            if name == CONTEXT_VARIABLE
            else "Add it to the rows' inputs or change the template."
        )
        raise InputError(f"{arm.prompt.label} needs {{{{{name}}}}}, which is missing in row {shown}.", hint=hint)
