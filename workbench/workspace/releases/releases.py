"""Releases: approve a version on evidence, export it, prove the files unchanged."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from workbench.artifacts.export import Exported, export
from workbench.artifacts.layout import folder, manifest_path
from workbench.artifacts.verify import verify
from workbench.domain.prompt import PromptVersion
from workbench.domain.release import Artifact, Difference, Evidence, Release
from workbench.domain.run import RunInfo, RunPlan
from workbench.errors import InputError, NotAllowedError, NotFoundError
from workbench.hashing import bytes_hash
from workbench.store import audit, prompts, releases, reviews, runs, scores, trials
from workbench.store.session import Session
from workbench.workspace.comparison.comparing import Comparisons
from workbench.workspace.context import Context, parse_reference
from workbench.workspace.prompts.prompts import Prompts, file_text
from workbench.workspace.releases.states import RUNS_SEARCHED, VersionState, asked, of_prompt
from workbench.workspace.runs.events import scores_by_trial
from workbench.workspace.runs.names import find_run

ZIP_DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest that a zip file can say: the same release gives the same bytes, whenever it is packed."""


@dataclass(frozen=True)
class Releases:
    """The project's releases."""

    context: Context

    def approve(self, reference: str, *, run: str | None = None, note: str = "") -> Release:
        """Approve a prompt version on the evidence of a run; without one named, the newest with answers of it.

        Where `[people] approvers` is set, only they may approve, and nobody their own version. Elsewhere an author's
        own approval is recorded as self-approved. Raises NotAllowedError, and InputError for a version approved
        before.
        """
        ctx = self.context
        version = Prompts(ctx).get(reference)
        self._check_approver(version)
        basis = self._run_of(version, run)
        document = self._document(version, basis) if basis is not None else {}

        def change(session: Session) -> Release:
            earlier = releases.of_prompt(session, version.name)
            same = next((r for r in earlier if r.number == version.number), None)
            if same is not None:
                raise InputError(f"{version.label} is approved already, as {same.version}.")
            number = f"1.{len(earlier)}.0"
            ctx.record(session, "version approved", version.label, release=number, hash=version.hash, note=note)
            length, head = audit.head(session)
            evidence = replace(_evidence(version, basis, session), audit_head=head, audit_length=length)
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

    def states(self, prompt: str) -> Sequence[VersionState]:
        """How far each version of a prompt has come, newest first."""
        return self.context.read(lambda s: of_prompt(s, prompt))

    def check_approver(self, reference: str) -> None:
        """Raises NotAllowedError when the actor may not approve this version, and says who may."""
        self._check_approver(Prompts(self.context).get(reference))

    def differences(self, prompt: str, directory: Path) -> Sequence[Difference]:
        """What of a prompt's exported files is not as it was exported; empty when all is.

        The files are held against their manifest, and the released ones against what was recorded when they were
        written here, which a manifest that was changed along with them does not hide. Raises InputError when nothing
        is exported there.
        """
        directory = directory.expanduser().resolve()
        found = [one for one in verify(directory) if one.path.startswith(f"{folder(prompt)}/")]
        if not (directory / manifest_path(prompt)).is_file() and not found:
            raise InputError(f"{prompt} is not exported in {directory}.", hint="Export it there first.")
        recorded = self.context.read(lambda s: releases.exports(s, prompt))
        released = {
            path: digest
            for export in recorded
            if export.directory == str(directory)
            for path, digest in export.files.items()
            if path.startswith(f"{folder(prompt)}/versions/")
        }
        known = {one.path for one in found}
        for path, digest in released.items():
            file = directory / path
            if path not in known and not (file.is_file() and bytes_hash(file.read_bytes()) == digest):
                found.append(Difference(path, "is not what was exported from this project"))
        return found

    def archive(self, reference: str) -> bytes:
        """An approved version's files as a zip, to take along. The same release gives the same bytes."""
        release = self._find(reference)
        packed = io.BytesIO()
        with tempfile.TemporaryDirectory() as folder_name, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as zipped:
            exported = export(Path(folder_name), self._artifact(release))
            for path in sorted(exported.files):
                entry = zipfile.ZipInfo(path, ZIP_DATE)
                zipped.writestr(entry, (Path(folder_name) / path).read_bytes(), zipfile.ZIP_DEFLATED)
        return packed.getvalue()

    def export(self, reference: str, directory: Path) -> Exported:
        """Write an approved version into a repository folder. The same release gives the same bytes.

        `reference` is `NAME@N`, or `NAME` for the newest release. Raises InputError when it is not approved, and
        IntegrityError when the folder holds other content under this release's number.
        """
        ctx = self.context
        directory = directory.expanduser().resolve()
        release = self._find(reference)
        exported = export(directory, self._artifact(release))

        def change(session: Session) -> None:
            now, actor = ctx.clock.now(), ctx.actor.name
            releases.add_export(
                session, release.prompt, release.version, str(directory), exported.files, at=now, actor=actor
            )
            ctx.record(session, "release exported", f"{release.prompt} {release.version}", files=exported.files)

        ctx.write(change)
        return exported

    def _artifact(self, release: Release) -> Artifact:
        version = Prompts(self.context).get(f"{release.prompt}@{release.number}")
        return Artifact(
            release=release,
            prompt_text=file_text(version),
            prompt_hash=version.hash,
            evaluation=release.document.get("evaluation", {}),
        )

    def _find(self, reference: str) -> Release:
        """The release of `NAME@N`, or the newest of `NAME`."""
        prompt, number = parse_reference(reference)
        found = [release for release in self.list(prompt) if number is None or release.number == number]
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
                info = runs.info(session, find_run(session, run))
                if info.imported_from is not None:
                    raise InputError(
                        f"Run {info.id} was imported from {info.imported_from}: it is no evidence for a version of "
                        "this project.",
                        hint=f"Run {version.label} here, over the same golden set.",
                    )
                if not asked(info, version):
                    raise NotFoundError("arm", version.label, info.arms)
                if reason := _why_no_evidence(session, info, version):
                    raise InputError(reason, hint="Name a run with answers, or run the version again.")
                return info
            candidates = (info for info in runs.latest(session, RUNS_SEARCHED) if asked(info, version))
            return next((info for info in candidates if not _why_no_evidence(session, info, version)), None)

        return self.context.read(query)

    def _document(self, version: PromptVersion, run: RunInfo) -> dict[str, Any]:
        """The evidence of a run about one version, complete enough to compute its figures again.

        Of the arms it is compared with, scores are enough: their answers belong to other versions.
        """
        comparison = Comparisons(self.context).of_run(run.id)
        labels = [label for label in run.arms if label.startswith(f"{version.label}:")]
        figures = comparison.as_json()
        pairs = [pair for pair in figures["pairs"] if pair["arm"] in labels or pair["baseline"] in labels]
        shown = {*labels, *(pair[side] for pair in pairs for side in ("arm", "baseline"))}

        def query(session: Session) -> dict[str, Any]:
            values = scores_by_trial(scores.frame(session, run.id), reviews.of_run(session, run.id))
            outputs = sorted(trials.outputs(session, run.id), key=lambda o: (o.arm, o.example_id, o.repeat))
            return {
                "clusters": {e.id: e.cluster for e in runs.plan(session, run.id).examples if e.cluster is not None},
                "trials": [
                    {
                        "example": output.example_id,
                        "arm": output.arm,
                        "repeat": output.repeat,
                        "scores": values.get(output.trial_id, {}),
                        **({"output": output.completion.text} if output.arm in labels else {}),
                    }
                    for output in outputs
                    if output.arm in shown
                ],
            }

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
            "pairs": pairs,
            **self.context.read(query),
        }


def verify_export(directory: Path) -> Sequence[Difference]:
    """What in an exported folder is not as it was exported; empty when all is. Needs no project."""
    return verify(directory)


def _why_no_evidence(session: Session, info: RunInfo, version: PromptVersion) -> str:
    """Why a run does not show what a version does, in a sentence; empty where it does."""
    frame = trials.frame(session, info.id)
    labels = [label for label in info.arms if label.startswith(f"{version.label}:")]
    if not (frame["arm"].isin(labels) & (frame["status"] == "done")).any():
        return f"Run {info.id} holds no answer of {version.label}, so it is no evidence."
    if any(arm.borrowed is not None for arm in runs.plan(session, info.id).arms if arm.label in labels):
        return f"Run {info.id} showed {version.label} the sources of an earlier run, so it is no evidence of what it finds."
    return ""


def _evidence(version: PromptVersion, run: RunInfo | None, session: Session) -> Evidence:
    if run is None:
        return Evidence(prompt_hash=version.hash)
    plan: RunPlan = runs.plan(session, run.id)
    frame = scores.frame(session, run.id)
    judged = frame[frame["metric"].isin(list(plan.judges)) & ~frame["stale"]]
    arm = next(arm for arm in plan.arms if arm.prompt.label == version.label)
    return Evidence(
        prompt_hash=prompts.get(session, version.name, version.number).hash,
        run=run.id,
        dataset=f"{run.dataset}@{run.dataset_version}",
        dataset_hash=plan.dataset_hash,
        index_fingerprint=arm.index_fingerprint,
        judges=dict(zip(judged["metric"], judged["metric_version"], strict=True)),
    )
