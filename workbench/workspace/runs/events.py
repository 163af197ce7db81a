"""Trials as observability events, one JSON object each."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.domain.review import Review
from workbench.domain.run import RunPlan, TrialFailure, TrialOutput
from workbench.metrics.citations import find_citations
from workbench.store import runs, scores, trials
from workbench.workspace.context import Context
from workbench.workspace.measures import HUMAN, for_estimates, passed_by_trial

if TYPE_CHECKING:
    import pandas as pd

READ_AT_ONCE = 500


@dataclass(frozen=True)
class Events:
    """Reads a run's trials for export."""

    context: Context

    def of_run(self, run: str) -> Iterator[dict[str, Any]]:
        """Every answered trial, then every trial that failed for good; each with the run's fixed set of keys."""
        plan = self.context.read(lambda s: runs.plan(s, run))
        tenant = self.context.settings.project.name
        given = scores_by_trial(self.context.read(lambda s: scores.frame(s, run)))
        after: str | None = None
        answered: set[str] = set()
        while batch := self._outputs(run, after):
            for output in batch:
                answered.add(output.trial_id)
                yield _event(plan, tenant, output) | _answer(plan, output, given.get(output.trial_id, {}))
            after = batch[-1].trial_id
        for failure in self.context.read(lambda s: trials.failures(s, run)):
            if failure.final and failure.trial_id not in answered:
                yield _event(plan, tenant, failure) | {"error": f"{failure.error}: {failure.message}"}

    def _outputs(self, run: str, after: str | None) -> Sequence[TrialOutput]:
        return self.context.read(lambda s: trials.outputs(s, run, after=after, limit=READ_AT_ONCE))


def scores_by_trial(frame: pd.DataFrame, reviews: Sequence[Review] = ()) -> Mapping[str, Mapping[str, float | None]]:
    """A run's scores by trial and metric; None where an output is unscored. Reviews count as one more metric.

    A score by an older version than others of the run is left out: nobody can tell it from theirs.
    """
    frame = frame[~frame["stale"]]
    found: dict[str, dict[str, float | None]] = {}
    for trial_id, passed in passed_by_trial(for_estimates(reviews)).items():
        found.setdefault(trial_id, {})[HUMAN.name] = passed
    for trial, metric, value in zip(frame["trial_id"], frame["metric"], frame["value"], strict=True):
        found.setdefault(trial, {})[metric] = None if value is None or math.isnan(value) else float(value)
    return found


def _event(plan: RunPlan, tenant: str, trial: TrialOutput | TrialFailure) -> dict[str, Any]:
    arm = plan.arm(trial.arm)
    return {
        "request_id": trial.trial_id,
        "timestamp": trial.started_at.isoformat(timespec="milliseconds") + "Z",
        "tenant_id": tenant,
        "use_case": arm.prompt.use_case,
        "prompt_name": arm.prompt.name,
        "prompt_version": arm.prompt.number,
        "model": arm.model.alias,
        "example_id": trial.example_id,
        "repeat": trial.repeat,
        "prompt_tokens": None,
        "completion_tokens": None,
        "total_tokens": None,
        "cost_usd": None,
        "ttft_ms": None,
        "total_latency_ms": None,
        "retrieval_latency_ms": None,
        "scores": {},
        "groundedness_score": None,
        "citation_count": None,
        "safety_pass": None,
        "rag_chunks_used": [],
        "cache_hit": False,
        "error": None,
        "output": None,
        # Only where prompt version and model do not say which arm it is, so that nobody meets a key they do not need.
        **({"arm": arm.label} if arm.variant else {}),
    }


def _answer(plan: RunPlan, output: TrialOutput, given: Mapping[str, float | None]) -> dict[str, Any]:
    completion, usage = output.completion, output.completion.usage
    content = plan.arm(output.arm).prompt.content
    total = (
        None
        if usage.prompt_tokens is None or usage.completion_tokens is None
        else usage.prompt_tokens + usage.completion_tokens
    )
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": total,
        "cost_usd": output.cost_usd,
        "ttft_ms": completion.ttft_ms,
        "total_latency_ms": completion.latency_ms,
        "retrieval_latency_ms": output.retrieval_ms,
        "scores": given,
        "groundedness_score": given.get("groundedness"),
        "citation_count": len(find_citations(completion.text, content.policy.citations, output.retrieved)),
        "rag_chunks_used": [found.chunk.id for found in output.retrieved],
        "cache_hit": output.cache_hit,
        "output": completion.text,
    }
