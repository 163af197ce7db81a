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
from workbench.text.natural_order import natural_key
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
        """Every answered trial by arm, example and repeat, then every trial that failed for good.

        Each has the run's fixed set of keys. Examples come in the order in which people count their ids: 2 before 10.
        """
        plan = self.context.read(lambda s: runs.plan(s, run))
        tenant = self.context.settings.project.name
        given = scores_by_trial(self.context.read(lambda s: scores.frame(s, run)))
        answered = self._answered(run)
        for start in range(0, len(answered), READ_AT_ONCE):
            for output in self._outputs(answered[start : start + READ_AT_ONCE]):
                yield _event(plan, tenant, output) | _answer(plan, output, given.get(output.trial_id, {}))
        asked = set(answered)
        for failure in self.context.read(lambda s: trials.failures(s, run)):
            if failure.final and failure.trial_id not in asked:
                yield _event(plan, tenant, failure) | {"error": f"{failure.error}: {failure.message}"}

    def _answered(self, run: str) -> Sequence[str]:
        """The answered trials in order."""
        frame = self.context.read(lambda s: trials.frame(s, run))
        done = frame[frame["status"] == "done"]
        columns = (done[name].tolist() for name in ("arm", "example_id", "repeat", "trial_id"))
        places = sorted(
            (arm, natural_key(example), repeat, trial) for arm, example, repeat, trial in zip(*columns, strict=True)
        )
        return [trial for *_, trial in places]

    def _outputs(self, wanted: Sequence[str]) -> Sequence[TrialOutput]:
        """Some answers in full, in the order wanted."""
        found = {output.trial_id: output for output in self.context.read(lambda s: trials.outputs_of(s, wanted))}
        return [found[trial] for trial in wanted if trial in found]


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
