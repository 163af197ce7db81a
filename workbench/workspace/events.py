"""Trials as observability events, one JSON object each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.domain.run import RunPlan, TrialFailure, TrialOutput
from workbench.domain.score import Score, Scored
from workbench.metrics.citations import citations
from workbench.store import runs, scores, trials
from workbench.store.session import Session
from workbench.workspace.context import Context

READ_AT_ONCE = 500


@dataclass(frozen=True)
class Events:
    """Reads a run's trials for export."""

    context: Context

    def of_run(self, run: str) -> Iterator[dict[str, Any]]:
        """Every answered trial, then every trial that failed for good; each with the run's fixed set of keys."""
        plan = self.context.read(lambda s: runs.plan(s, run))
        tenant = self.context.settings.project.name
        after: str | None = None
        answered: set[str] = set()
        while batch := self.context.read(lambda s, after=after: _batch(s, run, after)):  # type: ignore[misc]
            for output, given in batch:
                answered.add(output.trial_id)
                yield _event(plan, tenant, output) | _answer(plan, output, given)
            after = batch[-1][0].trial_id
        for failure in self.context.read(lambda s: trials.failures(s, run)):
            if failure.final and failure.trial_id not in answered:
                yield _event(plan, tenant, failure) | {"error": f"{failure.error}: {failure.message}"}


def _batch(session: Session, run: str, after: str | None) -> list[tuple[TrialOutput, Sequence[Score]]]:
    outputs = trials.outputs(session, run, after=after, limit=READ_AT_ONCE)
    given = scores.of_trials(session, [output.trial_id for output in outputs])
    return [(output, given.get(output.trial_id, ())) for output in outputs]


def _event(plan: RunPlan, tenant: str, trial: TrialOutput | TrialFailure) -> dict[str, Any]:
    arm = next(arm for arm in plan.arms if arm.label == trial.arm)
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
    }


def _answer(plan: RunPlan, output: TrialOutput, given: Sequence[Score]) -> dict[str, Any]:
    completion, usage = output.completion, output.completion.usage
    content = next(arm for arm in plan.arms if arm.label == output.arm).prompt.content
    total = (
        None
        if usage.prompt_tokens is None or usage.completion_tokens is None
        else usage.prompt_tokens + usage.completion_tokens
    )
    values = {s.metric: s.result.value if isinstance(s.result, Scored) else None for s in given}
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": total,
        "cost_usd": output.cost_usd,
        "ttft_ms": completion.ttft_ms,
        "total_latency_ms": completion.latency_ms,
        "retrieval_latency_ms": output.retrieval_ms,
        "scores": values,
        "groundedness_score": values.get("groundedness"),
        "citation_count": len(citations(completion.text, content.policy.citations.pattern)),
        "rag_chunks_used": [found.chunk.id for found in output.retrieved],
        "cache_hit": output.cache_hit,
        "output": completion.text,
    }
