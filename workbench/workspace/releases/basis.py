"""What an approval of a version rests on: the run that shows what it does, and everything in it by hash."""

from __future__ import annotations

from dataclasses import replace

from workbench.domain.prompt_version import PromptVersion
from workbench.domain.release import Evidence
from workbench.domain.run import RunInfo, RunPlan
from workbench.errors import InputError, NotFoundError
from workbench.store import prompts, runs, scores, trials
from workbench.store.session import Session
from workbench.workspace.context import Context
from workbench.workspace.releases.states import RUNS_SEARCHED, asked
from workbench.workspace.runs.claims import Claim
from workbench.workspace.runs.names import find_run


def find_basis(context: Context, session: Session, version: PromptVersion, run: str | None) -> RunInfo | None:
    """The named run, or the newest that shows what a version does; None when no run does.

    Raises InputError or NotFoundError for a named run that shows nothing of it.
    """
    if run is None:
        candidates = (info for info in runs.latest(session, RUNS_SEARCHED) if asked(info, version))
        return next((info for info in candidates if not _why_no_evidence(context, session, info, version)), None)
    info = runs.info(session, find_run(session, run))
    if info.imported_from is not None:
        raise InputError(
            f"Run {info.id} was imported from {info.imported_from}: it is no evidence for a version of this project.",
            hint=f"Run {version.label} here, over the same golden set.",
        )
    if not asked(info, version):
        raise NotFoundError("arm", version.label, info.arms)
    if reason := _why_no_evidence(context, session, info, version):
        raise InputError(reason, hint="Name a run with answers, or run the version again.")
    return info


def evidence_of(session: Session, version: PromptVersion, run: RunInfo | None) -> Evidence:
    """What a version and a run are, by hash; the gate and the place in the audit log are added by others."""
    evidence = Evidence(prompt_hash=prompts.get(session, version.name, version.number).content.hash)
    if run is None:
        return evidence
    plan: RunPlan = runs.plan(session, run.id)
    frame = scores.frame(session, run.id)
    judged = frame[frame["metric"].isin(list(plan.judges)) & ~frame["stale"]]
    arms = [arm for arm in plan.arms if arm.prompt.label == version.label]
    return replace(
        evidence,
        run=run.id,
        run_hash=trials.answers_digest(session, run.id, [arm.label for arm in arms]),
        dataset=f"{run.dataset}@{run.dataset_version}",
        dataset_hash=plan.dataset_hash,
        indexes={
            arm.retrieval.index: arm.index_fingerprint
            for arm in arms
            if arm.retrieval is not None and arm.index_fingerprint is not None
        },
        judges=dict(zip(judged["metric"], judged["metric_version"], strict=True)),
    )


def _why_no_evidence(context: Context, session: Session, info: RunInfo, version: PromptVersion) -> str:
    """Why a run does not show what a version does, in a sentence; empty where it does."""
    events = runs.events(session, info.id)
    ended = bool(events) and events[-1].kind in {"finished", "stopped"}
    if not ended and Claim(context, info.id).taken():
        return f"Run {info.id} still goes on, so it is no evidence yet."
    frame = trials.frame(session, info.id)
    labels = [label for label in info.arms if label.startswith(f"{version.label}:")]
    if not (frame["arm"].isin(labels) & (frame["status"] == "done")).any():
        return f"Run {info.id} holds no answer of {version.label}, so it is no evidence."
    if any(arm.borrowed is not None for arm in runs.plan(session, info.id).arms if arm.label in labels):
        return f"Run {info.id} showed {version.label} the sources of an earlier run, so it is no evidence of what it finds."
    return ""
