"""Releases: approve a version on evidence, export it, prove the files unchanged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from workbench.artifacts.export import Exported, export
from workbench.artifacts.verify import verify
from workbench.domain.prompt import PromptVersion
from workbench.domain.release import Artifact, Difference, Evidence, Release
from workbench.domain.run import RunInfo, RunPlan
from workbench.errors import InputError, NotAllowedError, NotFoundError
from workbench.store import audit, prompts, releases, runs, scores, trials
from workbench.store.session import Session
from workbench.workspace.comparing import Comparisons
from workbench.workspace.context import Context, parse_reference
from workbench.workspace.events import scores_by_trial
from workbench.workspace.prompts import Prompts, file_text

RUNS_SEARCHED = 200


@dataclass(frozen=True)
class Releases:
    """The project's releases."""

    context: Context

    def approve(self, reference: str, *, run: str | None = None, note: str = "") -> Release:
        """Approve a prompt version on the evidence of a run; without one named, the newest that asked it.

        Where `[people] approvers` is set, only they may approve, and nobody their own version. Elsewhere an author's
        own approval is recorded as self-approved. Raises NotAllowedError, and InputError for a version approved
        before.
        """
        ctx = self.context
        version = Prompts(ctx).get(reference)
        self._check_approver(version)
        asked = self._run_of(version, run)
        document = self._document(version, asked) if asked is not None else {}

        def change(session: Session) -> Release:
            earlier = releases.of_prompt(session, version.name)
            same = next((r for r in earlier if r.number == version.number), None)
            if same is not None:
                raise InputError(f"{version.label} is approved already, as {same.version}.")
            number = f"1.{len(earlier)}.0"
            ctx.record(session, "version approved", version.label, release=number, hash=version.hash, note=note)
            length, head = audit.head(session)
            evidence = replace(_evidence(version, asked, session), audit_head=head, audit_length=length)
            release = Release(
                prompt=version.name,
                number=version.number,
                version=number,
                approver=ctx.actor.name,
                self_approved=version.author == ctx.actor.name,
                note=note,
                evidence=evidence,
                created_at=ctx.clock.now(),
                document=document,
            )
            releases.add(session, release)
            return release

        return ctx.write(change)

    def list(self, prompt: str | None = None) -> Sequence[Release]:
        """All releases of a prompt, or the newest of every prompt."""
        if prompt is None:
            return self.context.read(releases.latest)
        return self.context.read(lambda s: releases.of_prompt(s, prompt))

    def export(self, reference: str, directory: Path) -> Exported:
        """Write an approved version into a repository folder. The same release gives the same bytes.

        `reference` is `NAME@N`, or `NAME` for the newest release. Raises InputError when it is not approved, and
        IntegrityError when the folder holds other content under this release's number.
        """
        ctx = self.context
        release = self._release(*parse_reference(reference), reference)
        version = Prompts(ctx).get(f"{release.prompt}@{release.number}")
        artifact = Artifact(
            release=release,
            prompt_text=file_text(version),
            prompt_hash=version.hash,
            evaluation=release.document.get("evaluation", {}),
        )
        exported = export(directory, artifact)

        def change(session: Session) -> None:
            now, actor = ctx.clock.now(), ctx.actor.name
            releases.add_export(
                session, release.prompt, release.version, str(directory), exported.files, at=now, actor=actor
            )
            ctx.record(session, "release exported", f"{release.prompt} {release.version}", files=exported.files)

        ctx.write(change)
        return exported

    def _release(self, prompt: str, number: int | None, reference: str) -> Release:
        found = self.list(prompt)
        if number is not None:
            found = [release for release in found if release.number == number]
        if not found:
            raise InputError(
                f"{reference!r} is not approved, so it is not exported.",
                hint=f"Approve it first: `workbench release approve {reference}`.",
            )
        return found[-1]

    def _check_approver(self, version: PromptVersion) -> None:
        ctx = self.context
        ctx.require("approver", "approve a version")
        approvers = ctx.settings.people.approvers
        if not approvers:
            return
        if ctx.actor.name not in approvers:
            raise NotAllowedError(
                f"{ctx.actor.name} is not among the approvers of this project.",
                hint=f"Ask {' or '.join(approvers)}; they are named in workbench.toml under [people].",
            )
        if version.author == ctx.actor.name:
            raise NotAllowedError(
                f"{ctx.actor.name} wrote {version.label} and cannot approve it.", hint="Ask another approver."
            )

    def _run_of(self, version: PromptVersion, run: str | None) -> RunInfo | None:
        def query(session: Session) -> RunInfo | None:
            if run is not None:
                info = runs.info(session, runs.resolve(session, run))
                if not _asked(info, version):
                    raise NotFoundError("arm", version.label, info.arms)
                return info
            return next((info for info in runs.latest(session, RUNS_SEARCHED) if _asked(info, version)), None)

        return self.context.read(query)

    def _document(self, version: PromptVersion, run: RunInfo) -> dict[str, Any]:
        """The evidence of a run about one version, complete enough to compute its figures again."""
        comparison = Comparisons(self.context).of_run(run.id)
        labels = [label for label in run.arms if label.startswith(f"{version.label}:")]
        figures = comparison.as_json()

        def query(session: Session) -> list[dict[str, Any]]:
            values = scores_by_trial(scores.frame(session, run.id))
            return [
                {
                    "example": output.example_id,
                    "arm": output.arm,
                    "repeat": output.repeat,
                    "output": output.completion.text,
                    "scores": values.get(output.trial_id, {}),
                }
                for output in sorted(trials.outputs(session, run.id), key=lambda o: (o.arm, o.example_id, o.repeat))
                if output.arm in labels
            ]

        arms = [arm for arm in figures["arms"] if arm["arm"] in labels]
        return {
            "evaluation": {
                "run": run.id,
                "dataset": f"{run.dataset}@{run.dataset_version}",
                "arms": [
                    {"model": arm["model"], "done": arm["done"], "failed": arm["failed"], "metrics": arm["metrics"]}
                    for arm in arms
                ],
            },
            "arms": arms,
            "pairs": [pair for pair in figures["pairs"] if pair["arm"] in labels or pair["baseline"] in labels],
            "trials": self.context.read(query),
        }


def verify_export(directory: Path) -> Sequence[Difference]:
    """What in an exported folder is not as it was exported; empty when all is. Needs no project."""
    return verify(directory)


def _asked(info: RunInfo, version: PromptVersion) -> bool:
    return any(label.startswith(f"{version.label}:") for label in info.arms)


def _evidence(version: PromptVersion, run: RunInfo | None, session: Session) -> Evidence:
    if run is None:
        return Evidence(prompt_hash=version.hash)
    plan: RunPlan = runs.plan(session, run.id)
    frame = scores.frame(session, run.id)
    judged = frame[frame["metric"].isin(list(plan.judges))]
    arm = next(arm for arm in plan.arms if arm.prompt.label == version.label)
    return Evidence(
        prompt_hash=prompts.get(session, version.name, version.number).hash,
        run=run.id,
        dataset=f"{run.dataset}@{run.dataset_version}",
        dataset_hash=plan.dataset_hash,
        index_fingerprint=arm.index_fingerprint,
        judges=dict(zip(judged["metric"], judged["metric_version"], strict=True)),
    )
